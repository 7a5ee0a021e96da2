public import Base
public import MediaControl

/// The local time that a caller ID message carries.
public struct TimeOfDay: Equatable, Sendable {
  /// 1…12.
  public let month: UInt8
  /// 1…31.
  public let day: UInt8
  /// 0…23.
  public let hour: UInt8
  /// 0…59.
  public let minute: UInt8

  /// Makes the time, or returns `nil` when a part is out of its range.
  public init?(month: UInt8, day: UInt8, hour: UInt8, minute: UInt8) {
    guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60 else {
      return nil
    }
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
  }
}

/// Who calls, as far as the subscriber may know.
public struct CallerID: Equatable, Sendable {
  /// Why a number is not shown (GR-30, parameter 04H).
  public enum Absence: UInt8, Equatable, Sendable {
    /// The network does not know it: `O`.
    case unavailable = 0x4F
    /// The caller does not want it shown: `P`.
    case withheld = 0x50
  }

  /// Displays are specified for this many characters of a name (GR-30).
  public static let nameLimit = 15
  /// How many digits of a number are sent.
  public static let numberLimit = 20

  /// The digits of the number; empty when `absence` says why there is none.
  public let number: Text
  /// The name in printable ASCII; empty when there is none.
  public let name: Text
  /// Why there is no number.
  public let absence: Absence?
  /// The number that the call was diverted from; empty for none.
  public let redirecting: Text

  /// Makes a caller from what signalling says.
  ///
  /// A number that has anything but digits, `*`, `#` and a leading `+` is not one that a phone can
  /// dial, and counts as unavailable. A name that is not printable ASCII is left out.
  public init(
    number: Text, name: Text = [], isWithheld: Bool = false, redirecting: Text = []
  ) {
    let digits = number.first == UInt8(ascii: "+") ? number.dropFirst() : number[...]
    let isUsable = !digits.isEmpty && digits.allSatisfy(Self.isDialable)
    self.absence = isWithheld ? .withheld : isUsable ? nil : .unavailable
    self.number = absence == nil ? Text(digits.prefix(Self.numberLimit)) : []
    let plus = redirecting.first == UInt8(ascii: "+")
    let redirecting = plus ? redirecting.dropFirst() : redirecting[...]
    self.redirecting =
      redirecting.allSatisfy(Self.isDialable) ? Text(redirecting.prefix(Self.numberLimit)) : []
    let isPrintable = name.allSatisfy { (0x20...0x7E).contains($0) }
    self.name = isPrintable && !isWithheld ? Text(name.prefix(Self.nameLimit)) : []
  }

  private static func isDialable(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "#")
  }

  /// The message for this line, or `nil` when the country or the port sends none.
  public func signal(
    scheme: CallerIDScheme, profile: CountryProfile, time: TimeOfDay?
  ) -> CallerIDSignal? {
    switch scheme {
    case .bell202: CallerIDSignal(multipleDataMessage(time), modulation: .bell202)
    case .bell202Single:
      CallerIDSignal(
        time.map { singleDataMessage($0) } ?? multipleDataMessage(nil), modulation: .bell202)
    case .v23:
      CallerIDSignal(multipleDataMessage(time, redirecting: redirecting), modulation: .v23)
    case .dtmf:
      CallerIDSignal(
        digitMessage(from: profile.callerIDStart, to: profile.callerIDEnd), modulation: .dtmf)
    case .off: nil
    }
  }
}

extension CallerIDScheme {
  /// What lights the lamp of a telephone on this line or puts it out; `nil` where digits or nothing
  /// tell of callers, because no telephone there expects such a message.
  public func lampSignal(isLit: Bool) -> CallerIDSignal? {
    switch self {
    case .bell202:
      CallerIDSignal(CallerID.lampMessage(isLit: isLit, isSingle: false), modulation: .bell202)
    case .bell202Single:
      CallerIDSignal(CallerID.lampMessage(isLit: isLit, isSingle: true), modulation: .bell202)
    case .v23:
      CallerIDSignal(CallerID.lampMessage(isLit: isLit, isSingle: false), modulation: .v23)
    case .dtmf, .off: nil
    }
  }
}
