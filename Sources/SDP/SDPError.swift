/// Why a description was refused, and on which line.
public struct SDPError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Reason: UInt8, Sendable, CaseIterable {
    /// More bytes, lines, streams or formats than a telephone call can need.
    case tooLarge
    /// A line is not a letter, an equals sign and a value.
    case badLine
    /// The first line is not `v=0`.
    case badVersion
    /// The origin line is missing or does not parse.
    case badOrigin
    /// A connection line does not parse, or names a host instead of an address.
    case badConnection
    /// A media line does not parse.
    case badMedia
    /// An attribute that decides about audio does not parse.
    case badAttribute
    /// There is no audio stream on plain RTP, or it has port 0.
    case noAudio
    /// The audio stream has no address.
    case noConnection
    /// The audio stream's address is IPv6 and ours IPv4, or the other way round.
    case otherFamily
    /// Neither of our codecs is among the formats.
    case noCommonCodec
    /// An answer has fewer streams than its offer, or came without one.
    case notAnAnswer
    /// Protection is required, and there is no key that we could use.
    case noKeys
    /// An answer with a key for none of our lines.
    case badKeys
  }

  /// What is wrong.
  public let reason: Reason
  /// The number of the line, from 1; 0 when no single line is to blame.
  public let line: Int

  /// Makes the error.
  public init(_ reason: Reason, line: Int = 0) {
    self.reason = reason
    self.line = line
  }
}
