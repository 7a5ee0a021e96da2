/// One line that the phone says: an answer to a command, or something that happened.
struct Report: Equatable {
  /// What kind of line it is.
  enum Kind: String {
    case ok
    case error
    case event
  }

  /// A word with a value, `level=-10.0`.
  struct Field: Equatable {
    let key: String
    let value: String

    init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }

    init(_ key: String, _ value: Double, digits: Int = 1) {
      self.init(key, fixed(value, digits))
    }

    init(_ key: String, _ value: some BinaryInteger) { self.init(key, String(value)) }
  }

  let kind: Kind
  /// The command, or what happened; then plain words.
  let words: String
  var fields: [Field] = []
  /// The same for a person; an event without it is not shown at the prompt.
  var sentence: String?
  var at: Nanoseconds = 0

  /// The line of the protocol.
  var line: String {
    let all = fields + [Field("t", at)]
    return ([kind.rawValue, words] + all.map { "\($0.key)=\(quoted($0.value))" })
      .joined(separator: " ")
  }

  static func ok(_ words: String, _ fields: Field..., say sentence: String? = nil) -> Report {
    Report(kind: .ok, words: words, fields: fields, sentence: sentence)
  }

  static func error(_ words: String, _ reason: String) -> Report {
    Report(kind: .error, words: "\(words) \(reason)", sentence: "\(words): \(reason)")
  }

  static func event(_ words: String, _ fields: Field..., say sentence: String? = nil) -> Report {
    Report(kind: .event, words: words, fields: fields, sentence: sentence)
  }
}

/// A value with spaces, quotes or nothing in it stands in quotes.
private func quoted(_ value: String) -> String {
  let printable = String(value.unicodeScalars.map { $0.value < 32 ? "?" : Character($0) })
  guard printable.isEmpty || printable.contains(where: { $0 == " " || $0 == "\"" || $0 == "\\" })
  else { return printable }
  let escaped = printable.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
  return "\"" + String(escaped) + "\""
}

/// A number with so many digits after the point.
func fixed(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite else { return "nan" }
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let scaled = Int64((abs(value) * scale).rounded())
  let sign = value < 0 && scaled != 0 ? "-" : ""
  let whole = String(scaled / Int64(scale))
  guard digits > 0 else { return sign + whole }
  let rest = String(scaled % Int64(scale))
  return sign + whole + "." + String(repeating: "0", count: digits - rest.count) + rest
}
