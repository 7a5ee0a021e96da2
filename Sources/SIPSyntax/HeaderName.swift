/// A header field's name, from the names that the firmware reads or writes.
///
/// To add a name: a case, its spelling, its place in `candidate`, and its letter if it has a compact
/// form; a test finds every name by its spelling.
public enum HeaderName: UInt8, CaseIterable, Equatable, Sendable {
  /// To, RFC 3261 §20.39.
  case to
  /// Via, RFC 3261 §20.42.
  case via
  /// From, RFC 3261 §20.20.
  case from
  /// CSeq, RFC 3261 §20.16.
  case cSeq
  /// Path, RFC 3327.
  case path
  /// Date, RFC 3261 §20.17.
  case date
  /// RSeq, RFC 3262 §7.1.
  case rSeq
  /// RAck, RFC 3262 §7.2.
  case rAck
  /// Route, RFC 3261 §20.34.
  case route
  /// Event, RFC 6665 §8.2.1.
  case event
  /// Allow, RFC 3261 §20.5.
  case allow
  /// Accept, RFC 3261 §20.1.
  case accept
  /// Reason, RFC 3326.
  case reason
  /// Server, RFC 3261 §20.35.
  case server
  /// Min-SE, RFC 4028 §5.
  case minSE
  /// Call-ID, RFC 3261 §20.8.
  case callID
  /// Contact, RFC 3261 §20.10.
  case contact
  /// Expires, RFC 3261 §20.19.
  case expires
  /// Require, RFC 3261 §20.32.
  case require
  /// Warning, RFC 3261 §20.43.
  case warning
  /// Privacy, RFC 3323.
  case privacy
  /// Subject, RFC 3261 §20.36.
  case subject
  /// Refer-To, RFC 3515.
  case referTo
  /// Priority, RFC 3261 §20.26.
  case priority
  /// Replaces, RFC 3891.
  case replaces
  /// Supported, RFC 3261 §20.37.
  case supported
  /// Timestamp, RFC 3261 §20.38.
  case timestamp
  /// Call-Info, RFC 3261 §20.9.
  case callInfo
  /// Diversion, RFC 5806.
  case diversion
  /// User-Agent, RFC 3261 §20.41.
  case userAgent
  /// Alert-Info, RFC 3261 §20.4.
  case alertInfo
  /// Retry-After, RFC 3261 §20.33.
  case retryAfter
  /// Min-Expires, RFC 3261 §20.23.
  case minExpires
  /// Unsupported, RFC 3261 §20.40.
  case unsupported
  /// Referred-By, RFC 3892.
  case referredBy
  /// Content-Type, RFC 3261 §20.15.
  case contentType
  /// Record-Route, RFC 3261 §20.30.
  case recordRoute
  /// Max-Forwards, RFC 3261 §20.22.
  case maxForwards
  /// History-Info, RFC 7044.
  case historyInfo
  /// Authorization, RFC 3261 §20.7.
  case authorization
  /// Proxy-Require, RFC 3261 §20.29.
  case proxyRequire
  /// Service-Route, RFC 3608.
  case serviceRoute
  /// P-Early-Media, RFC 5009.
  case pEarlyMedia
  /// Content-Length, RFC 3261 §20.14.
  case contentLength
  /// Session-Expires, RFC 4028 §4.
  case sessionExpires
  /// Security-Server, RFC 3329 §2.2.
  case securityServer
  /// WWW-Authenticate, RFC 3261 §20.44.
  case wwwAuthenticate
  /// P-Associated-URI, RFC 7315 §4.1.
  case pAssociatedURI
  /// Content-Encoding, RFC 3261 §20.12.
  case contentEncoding
  /// P-Called-Party-ID, RFC 7315 §4.2.
  case pCalledPartyID
  /// Proxy-Authenticate, RFC 3261 §20.27.
  case proxyAuthenticate
  /// Subscription-State, RFC 6665 §8.2.3.
  case subscriptionState
  /// Proxy-Authorization, RFC 3261 §20.28.
  case proxyAuthorization
  /// Authentication-Info, RFC 3261 §20.6.
  case authenticationInfo
  /// P-Asserted-Identity, RFC 3325 §9.1.
  case pAssertedIdentity
  /// Content-Disposition, RFC 3261 §20.11.
  case contentDisposition
  /// P-Preferred-Identity, RFC 3325 §9.2.
  case pPreferredIdentity
  /// A name that is not in this list.
  case other

  /// The name on the wire, in the long form; empty for `other`.
  public var spelling: StaticString { inlinedSpelling }

  /// The same in place, for the one caller that asks for every field.
  @inline(__always)
  var inlinedSpelling: StaticString {
    switch self {
    case .to: "To"
    case .via: "Via"
    case .from: "From"
    case .cSeq: "CSeq"
    case .path: "Path"
    case .date: "Date"
    case .rSeq: "RSeq"
    case .rAck: "RAck"
    case .route: "Route"
    case .event: "Event"
    case .allow: "Allow"
    case .accept: "Accept"
    case .reason: "Reason"
    case .server: "Server"
    case .minSE: "Min-SE"
    case .callID: "Call-ID"
    case .contact: "Contact"
    case .expires: "Expires"
    case .require: "Require"
    case .warning: "Warning"
    case .privacy: "Privacy"
    case .subject: "Subject"
    case .referTo: "Refer-To"
    case .priority: "Priority"
    case .replaces: "Replaces"
    case .supported: "Supported"
    case .timestamp: "Timestamp"
    case .callInfo: "Call-Info"
    case .diversion: "Diversion"
    case .userAgent: "User-Agent"
    case .alertInfo: "Alert-Info"
    case .retryAfter: "Retry-After"
    case .minExpires: "Min-Expires"
    case .unsupported: "Unsupported"
    case .referredBy: "Referred-By"
    case .contentType: "Content-Type"
    case .recordRoute: "Record-Route"
    case .maxForwards: "Max-Forwards"
    case .historyInfo: "History-Info"
    case .authorization: "Authorization"
    case .proxyRequire: "Proxy-Require"
    case .serviceRoute: "Service-Route"
    case .pEarlyMedia: "P-Early-Media"
    case .contentLength: "Content-Length"
    case .sessionExpires: "Session-Expires"
    case .securityServer: "Security-Server"
    case .wwwAuthenticate: "WWW-Authenticate"
    case .pAssociatedURI: "P-Associated-URI"
    case .contentEncoding: "Content-Encoding"
    case .pCalledPartyID: "P-Called-Party-ID"
    case .proxyAuthenticate: "Proxy-Authenticate"
    case .subscriptionState: "Subscription-State"
    case .proxyAuthorization: "Proxy-Authorization"
    case .authenticationInfo: "Authentication-Info"
    case .pAssertedIdentity: "P-Asserted-Identity"
    case .contentDisposition: "Content-Disposition"
    case .pPreferredIdentity: "P-Preferred-Identity"
    case .other: ""
    }
  }
}
