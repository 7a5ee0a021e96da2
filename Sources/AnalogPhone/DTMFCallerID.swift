/// Collects DTMF digits that come on hook into a caller ID.
///
/// Start and stop codes differ by country; a pause of half a second ends the string in all of
/// them: `A13800138000C`, `A…#`, `D…C`, `…#`, `D1#` (withheld), with `D…` a redirecting number and
/// `B…` a reason between.
struct DTMFCallerID {
  /// What a string says.
  struct Reading: Equatable {
    let raw: String
    var number: String?
    var redirecting: String?
    var absence: String?
  }

  /// Samples without a digit that end the string.
  static let pause = 4_000

  private var digits: [Character] = []
  private(set) var onset = 0
  private var lastEnd = 0

  /// Takes a digit that sounded from one sample to another.
  mutating func receive(_ key: Character, from start: Int, to end: Int) {
    if digits.isEmpty { onset = start }
    if digits.count < 64 { digits.append(key) }
    lastEnd = end
  }

  /// The string, once nothing follows; `now` means that nothing can follow any more.
  mutating func finish(at position: Int, now: Bool = false) -> Reading? {
    guard !digits.isEmpty, now || position - lastEnd >= Self.pause else { return nil }
    defer { digits = [] }
    return digits.count >= 3 ? Self.read(digits) : nil
  }

  static func read(_ digits: [Character]) -> Reading {
    var reading = Reading(raw: String(digits))
    var fields: [Character: String] = [:]
    var code: Character = "A"
    for digit in digits.drop(while: { $0 == "*" || $0 == "#" }) {
      if digit.isNumber {
        fields[code, default: ""].append(digit)
      } else {
        code = digit
      }
    }
    let information = fields["B"] ?? (fields["A"] == nil ? fields["D"] : nil)
    reading.absence = absence(information)
    reading.number = fields["A"] ?? (reading.absence == nil ? fields["D"] : nil)
    reading.redirecting = fields["A"] == nil ? nil : fields["D"]
    return reading
  }

  /// `D1#`/`B10C` withheld, `B00C` not available, `D2#` from abroad, `D3#` technical reason.
  private static func absence(_ information: String?) -> String? {
    switch information {
    case "1", "10": "P"
    case "00", "2", "3": "O"
    default: nil
    }
  }
}
