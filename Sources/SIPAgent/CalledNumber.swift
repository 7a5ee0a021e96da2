internal import Base

/// How a number that somebody dials is written as a URI.
public enum CalledNumber: UInt8, Equatable, Sendable {
  /// `sip:NUMBER@DOMAIN`.
  case sip
  /// The same with `user=phone`, which says that it is a telephone number (RFC 3261 §19.1.6).
  case phone
  /// `tel:NUMBER` (RFC 3966): a global one, or one of the domain's own.
  case tel
}

extension AccountState {
  /// The URI of a number that is called; what is no number is the name of a user of the domain.
  func called(_ number: Text, _ form: CalledNumber) -> Text {
    guard form != .sip, number.allSatisfy({ Self.isDigit($0) }) else { return address(of: number) }
    if form == .phone { return address(of: number) + Text(";user=phone") }
    var uri = Text("tel:")
    uri += number
    // RFC 3966 §5.1.4: a number without a plus means something in its own place only.
    if number.first != UInt8(ascii: "+") { uri += Text(";phone-context=") + account.domain }
    return uri
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "*")
      || byte == UInt8(ascii: "#")
  }
}
