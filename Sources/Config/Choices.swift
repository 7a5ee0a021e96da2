internal import Base

/// A voice codec that a port may offer.
public enum Codec: UInt8, CaseIterable, Sendable {
  /// G.711 A-law, payload type 8 (RFC 3551 §4.5.14).
  case pcma
  /// G.711 µ-law, payload type 0 (RFC 3551 §4.5.14).
  case pcmu

  /// The words of the command, in the order of the cases.
  static var words: [StaticString] { ["pcma", "pcmu"] }
}

/// How a port tells the telephone who calls.
public enum CallerIDChoice: UInt8, CaseIterable, Sendable {
  /// Not at all.
  case off
  /// FSK by Bell 202.
  case bell202
  /// FSK by V.23.
  case v23
  /// DTMF digits.
  case dtmf
  /// FSK by Bell 202 in the older form, for telephones that know no other.
  case bell202Single

  /// The words of the command, in the order of the cases.
  static var words: [StaticString] { ["off", "bell202", "v23", "dtmf", "bell202-sdmf"] }
}

/// When provisional responses are made reliable (RFC 3262).
public enum ReliableChoice: UInt8, CaseIterable, Sendable {
  /// Never.
  case off
  /// When the far side wants it so.
  case supported
  /// Whenever the far side can.
  case preferred

  /// The words of the command, in the order of the cases.
  static var words: [StaticString] { ["off", "supported", "preferred"] }
}

/// Whose rules of registration the box follows.
public enum SignallingProfile: UInt8, CaseIterable, Sendable {
  /// RFC 3261.
  case rfc3261
  /// 3GPP TS 24.229.
  case ims

  /// The words of the command, in the order of the cases.
  static var words: [StaticString] { ["rfc3261", "ims"] }
}

/// How SIP goes to the SBC.
public enum SignallingTransport: UInt8, CaseIterable, Sendable {
  /// A datagram a message.
  case udp
  /// A connection.
  case tcp
  /// A connection inside TLS.
  case tls

  /// The words of the command, in the order of the cases.
  static var words: [StaticString] { ["udp", "tcp", "tls"] }
}

extension MediaProtection {
  /// The words of the command, in the order of the cases.
  static var words: [StaticString] { ["off", "offered", "required"] }
}

/// What is agreed on with the SBC about protection (RFC 3329).
public enum SecurityAgreementChoice: UInt8, CaseIterable, Sendable {
  /// Nothing is said about it.
  case off
  /// Signalling inside TLS.
  case tls
  /// SRTP as far as the SBC.
  case media

  /// The words of the command, in the order of the cases.
  static var words: [StaticString] { ["off", "tls", "media"] }
}

/// What our own URIs begin with (RFC 5630).
public enum URIScheme: UInt8, CaseIterable, Sendable {
  /// `sip`.
  case sip
  /// `sips`.
  case sips

  /// The words of the command, in the order of the cases.
  static var words: [StaticString] { ["sip", "sips"] }
}

/// When registrations offer the way that they go by as a flow (RFC 5626).
public enum OutboundChoice: UInt8, CaseIterable, Sendable {
  /// Never.
  case off
  /// By TCP and TLS.
  case stream
  /// By UDP as well.
  case on

  /// The words of the command, in the order of the cases.
  static var words: [StaticString] { ["off", "stream", "on"] }
}

/// Which address Contact names.
public enum ContactAddress: UInt8, CaseIterable, Sendable {
  /// Our own.
  case own
  /// The one that the SBC sees us at.
  case seen

  /// The words of the command, in the order of the cases.
  static var words: [StaticString] { ["own", "seen"] }
}

/// How the box learns of messages that wait (RFC 3842).
public enum MessageWaitingChoice: UInt8, CaseIterable, Sendable {
  /// Not at all.
  case off
  /// By what the SBC tells of its own accord.
  case unsolicited
  /// By a subscription.
  case subscribe

  /// The words of the command, in the order of the cases.
  static var words: [StaticString] { ["off", "unsolicited", "subscribe"] }
}

/// How a telephone's lamp for messages is told of them.
enum MessageLampChoice {
  /// The words of the command; the first is that there is none.
  static var words: [StaticString] { ["off", "fsk"] }
}

/// Whether something is done.
enum OffOrOn {
  /// The words of the command.
  static var words: [StaticString] { ["off", "on"] }
}

/// How the log goes to its collector.
public enum SyslogTransport: UInt8, CaseIterable, Sendable {
  /// A datagram a line (RFC 5426).
  case udp
  /// A stream of lines, each behind its length (RFC 6587).
  case tcp
  /// The same inside TLS (RFC 5425).
  case tls

  /// The words of the command, in the order of the cases.
  static var words: [StaticString] { ["udp", "tcp", "tls"] }
}

/// A language of the console's help.
public enum Language: UInt8, CaseIterable, Sendable {
  /// English.
  case english
  /// Chinese, in simplified characters.
  case chinese

  /// The words of the command, in the order of the cases (ISO 639-1).
  static var words: [StaticString] { ["en", "zh"] }
}
