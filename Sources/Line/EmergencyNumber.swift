/// A number that is called before everything else, and the service behind it.
public struct EmergencyNumber: Sendable {
  /// What is dialled.
  public let digits: StaticString
  /// The service's name behind `urn:service:` (RFC 5031 §4.2, RFC 7163 §3).
  public let service: StaticString

  init(_ digits: StaticString, _ service: StaticString = "sos") {
    self.digits = digits
    self.service = service
  }
}
