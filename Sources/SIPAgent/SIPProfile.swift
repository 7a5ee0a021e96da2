/// Which documents registration, identities and subscriptions follow.
public enum SIPProfile: UInt8, Equatable, Sendable {
  /// RFC 3261 and the extensions that any registrar may know.
  case rfc3261
  /// The user equipment of 3GPP TS 24.229 §5.1, as an IMS core expects it.
  ///
  /// REGISTER starts with an Authorization without a nonce, Contact carries the service and our
  /// instance, calls name the default public identity, and the reg event is subscribed to.
  case ims
}
