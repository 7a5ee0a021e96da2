public import Base

/// How long to wait for a digit.
public struct DialTimers: Equatable, Sendable {
  /// For the first digit after dial tone began (H.248.1 start timer T).
  public var first: Duration
  /// For the next digit of a number that cannot be complete yet (long timer L).
  public var long: Duration
  /// For a digit that may follow a number that is complete already (short timer S).
  public var short: Duration

  /// Makes the timers; the defaults are what sold gateways use most.
  public init(
    first: Duration = .seconds(20), long: Duration = .seconds(10), short: Duration = .seconds(4)
  ) {
    self.first = first
    self.long = long
    self.short = short
  }
}

/// How dialling ended.
public enum DialResult: Equatable, Sendable {
  /// The number is complete.
  case dialled(Text)
  /// The number is one that is called before everything else, for this service.
  case emergency(Text, service: Text)
  /// No number of the digit map begins like this.
  case impossible(Text)
  /// The subscriber stopped before the number was complete.
  case incomplete(Text)
  /// The subscriber dialled nothing.
  case nothing
}

/// Collects the digits of one number until the digit map says what it is.
///
/// ```
///   waiting(first) --key--> waiting(long) <--key--> waiting(short) --timer, #--> dialled
///        | timer                | timer                 | key: unambiguous
///        v                      v                       v
///     nothing              incomplete                dialled          (impossible from each)
/// ```
/// A match that no key could extend fires at once. One that could be extended waits for the short
/// timer: this is H.248.1's rule, because RFC 3435's own (the first perfect match fires) could
/// never dial the longer one of two numbers. `#` ends a complete number at once where the map
/// gives it no other meaning, and is not part of it then.
///
/// An emergency number fires at once, whatever the map says of it; while one may still come, the
/// map's own verdict waits.
public struct DigitCollector: Sendable {
  /// A dial string of the map cannot be longer.
  public static let limit = 40

  /// The keys so far.
  public private(set) var digits: Text = []
  /// Whether the subscriber has begun to dial: dial tone has done its work.
  public private(set) var hasBegun = false
  /// When `advance` must be called next.
  public private(set) var deadline: Instant

  private let timers: DialTimers
  private let emergency: EmergencyNumbers
  private var matcher: DigitMatcher

  /// Waits for the first digit.
  public init(
    map: DigitMap, timers: DialTimers, emergency: EmergencyNumbers = EmergencyNumbers(),
    now: Instant
  ) {
    self.timers = timers
    self.emergency = emergency
    matcher = DigitMatcher(map: map)
    deadline = now + timers.first
  }

  /// Notes that a dial is in use, whose digit follows.
  public mutating func begin(now: Instant) {
    hasBegun = true
    deadline = max(deadline, now + timers.short)
  }

  /// Takes a key (ASCII); the result ends the collection.
  ///
  /// `A`…`D` and other bytes change nothing where the map has no place for them.
  public mutating func press(_ key: UInt8, now: Instant) -> DialResult? {
    if Self.isRare(key), !matcher.accepts(key) { return nil }
    hasBegun = true
    if key == UInt8(ascii: "#"), !matcher.accepts(key), isComplete { return .dialled(digits) }
    digits.append(key)
    matcher.press(key)
    if let service = emergency.service(of: digits) {
      return .emergency(digits, service: service)
    }
    if !emergency.continues(digits) {
      if matcher.isImpossible || digits.count > Self.limit { return .impossible(digits) }
      if matcher.isMatch, !matcher.canGoOn { return .dialled(digits) }
    }
    deadline = now + (isShortEnough ? timers.short : timers.long)
    return nil
  }

  /// Lets the time pass; the result ends the collection.
  public mutating func advance(to now: Instant) -> DialResult? {
    guard now >= deadline else { return nil }
    if digits.isEmpty { return .nothing }
    return isComplete ? .dialled(digits) : .incomplete(digits)
  }

  /// Whether phones have no such key: speech may sound like one, so only a map that wants it counts.
  private static func isRare(_ key: UInt8) -> Bool {
    key &- UInt8(ascii: "0") >= 10 && key != UInt8(ascii: "*") && key != UInt8(ascii: "#")
  }

  /// Whether the digits are a number if nothing follows.
  private var isComplete: Bool {
    !digits.isEmpty && (matcher.isMatch || matcher.completes(with: .timers))
  }

  /// Whether only a pause is missing, and not a long one.
  private var isShortEnough: Bool {
    matcher.isMatch || matcher.completes(with: .shortTimer)
  }
}
