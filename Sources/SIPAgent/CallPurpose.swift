public import Base

/// What is special about a call of ours.
public struct CallPurpose: Equatable, Sendable {
  /// The service behind `urn:service:` of an emergency call (RFC 5031); `nil` for every other one.
  public var emergencyService: Text?

  /// The session whose REFER asks for the call: it goes where that says, and its sender is told.
  public var referrer: SessionNumber?

  var isEmergency: Bool { emergencyService != nil }

  /// Makes the purpose of a call; by default there is nothing special about it.
  public init(emergencyService: Text? = nil, referrer: SessionNumber? = nil) {
    self.emergencyService = emergencyService
    self.referrer = referrer
  }
}
