public import Base

/// The number of an account: that of the port that it belongs to, from 1.
public typealias AccountNumber = UInt8

/// One address-of-record that the box registers, and what it proves itself with.
public struct Account: Equatable, Sendable {
  /// The port's number, from 1.
  public var number: AccountNumber
  /// The user part of the address-of-record.
  public var user: Text
  /// The user name of digest authentication; under IMS the private identity.
  public var authenticationUser: Text
  /// The password of digest authentication.
  public var password: Text
  /// The domain: the host part of the address-of-record and the Request-URI of REGISTER.
  public var domain: Text
  /// The name that goes with the number in From; may be empty.
  public var displayName: Text
  /// Whether the network is asked to withhold from called parties who calls (RFC 3325 §9.3).
  public var isPrivate: Bool
  /// How long a registration is asked to last.
  public var expiresSeconds: UInt32
  /// What AKAv1-MD5 and AKAv2-MD5 are answered with; without them such a challenge is not.
  public var keys: AgreementKeys?

  /// Makes an account; without an authentication user, the user serves as one.
  public init(
    number: AccountNumber, user: Text, authenticationUser: Text = [], password: Text,
    domain: Text, displayName: Text = [], isPrivate: Bool = false,
    expiresSeconds: UInt32 = 3_600,
    keys: AgreementKeys? = nil
  ) {
    self.number = number
    self.user = user
    self.authenticationUser = authenticationUser.isEmpty ? user : authenticationUser
    self.password = password
    self.domain = domain
    self.displayName = displayName
    self.isPrivate = isPrivate
    self.expiresSeconds = expiresSeconds
    self.keys = keys
  }
}
