public import Base

/// Which way a stream flows, seen from whoever wrote the description (RFC 8866 §6.7).
public enum MediaDirection: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// Both ways.
  case sendReceive
  /// From the writer only.
  case sendOnly
  /// To the writer only.
  case receiveOnly
  /// Neither way.
  case inactive

  init?(attribute: ArraySlice<UInt8>) {
    for direction in Self.allCases where attribute.equals(direction.name) {
      self = direction
      return
    }
    return nil
  }

  /// The attribute's name.
  var name: StaticString {
    switch self {
    case .sendReceive: "sendrecv"
    case .sendOnly: "sendonly"
    case .receiveOnly: "recvonly"
    case .inactive: "inactive"
    }
  }

  /// Whether the writer sends.
  public var sends: Bool { self == .sendReceive || self == .sendOnly }
  /// Whether the writer receives.
  public var receives: Bool { self == .sendReceive || self == .receiveOnly }

  /// Makes the direction from its two halves.
  public init(sends: Bool, receives: Bool) {
    self =
      switch (sends, receives) {
      case (true, true): .sendReceive
      case (true, false): .sendOnly
      case (false, true): .receiveOnly
      case (false, false): .inactive
      }
  }

  /// The same direction seen from the other side.
  public var reversed: MediaDirection { MediaDirection(sends: receives, receives: sends) }
}

/// What a payload type stands for, as far as we can use it.
public enum Encoding: UInt8, Sendable, BitwiseCopyable {
  /// G.711 A-law, `PCMA/8000`.
  case pcma
  /// G.711 µ-law, `PCMU/8000`.
  case pcmu
  /// RFC 4733 events at 8 kHz.
  case telephoneEvent
  /// Anything else.
  case other

  /// The encoding name and clock rate of the mapping (RFC 8866 §6.6).
  var name: StaticString {
    switch self {
    case .pcma: "PCMA/8000"
    case .pcmu: "PCMU/8000"
    case .telephoneEvent: "telephone-event/8000"
    case .other: ""
    }
  }
}

/// One stream of a description: an `m=` line and what follows it.
public struct MediaDescription: Equatable, Sendable {
  /// Formats of the longest media line.
  public static let mostFormats = 64
  /// Keys that are read at the most.
  static let mostKeys = 16

  /// A payload type, what it stands for, and which events its parameters name.
  public struct Format: Equatable, Sendable {
    /// The number in the packets.
    public let payloadType: UInt8
    /// What it stands for.
    public internal(set) var encoding: Encoding
    /// Bit n: event n may be sent (RFC 4733 §2.4.1); 0 to 15 unless `fmtp` says otherwise.
    public internal(set) var events: UInt32 = 0xFFFF
    /// Whether it is for modems and fax machines (ITU-T V.152).
    var isData = false
  }

  /// What it is: `audio`, `image` and others.
  public let kind: Text
  /// The port, 0 for a stream that is refused or over.
  public let port: UInt16
  /// The transport: `RTP/AVP` and others.
  public let transport: Text
  /// The formats as they were written.
  public let formatText: Text
  /// The RTP formats in the order of preference; empty for other transports.
  public internal(set) var formats: [Format] = []
  /// The stream's own address.
  public internal(set) var connection: IPAddress?
  /// Whether the stream's own address was no address.
  var hasBadConnection = false
  /// The stream's own direction.
  public internal(set) var direction: MediaDirection?
  /// The packet time that the writer wants to receive, in milliseconds.
  public internal(set) var packetMs: UInt16?
  /// The longest packet that the writer takes, in milliseconds.
  public internal(set) var longestPacketMs: UInt16?
  /// Where RTCP goes when it is not the next port (RFC 3605).
  public internal(set) var controlPort: UInt16?

  /// What speaks instead of people, if the writer says so of the whole stream.
  var data: VoicebandData?
  /// Whether the writer cancels echo.
  var cancelsEcho = false

  /// The keys of SRTP that we can use, in the order of the description.
  public internal(set) var keys: [CryptoAttribute] = []
  /// Whether there is a key for SRTP, though perhaps none that we can use.
  public internal(set) var hasCrypto = false

  /// Whether it is audio over RTP, plain or protected.
  public var isAudio: Bool { isPlainAudio || isSecuredAudio }
  /// Whether it is audio over plain RTP; keys may stand there all the same.
  public var isPlainAudio: Bool { kind.equals("audio") && transport.equals("RTP/AVP") }
  /// Whether it is audio over SRTP and nothing else.
  public var isSecuredAudio: Bool { kind.equals("audio") && transport.equals("RTP/SAVP") }

  init(parsing value: ArraySlice<UInt8>, line: Int) throws(SDPError) {
    var words = WordReader(value)
    guard let kind = words.next(), let port = words.next(), let transport = words.next() else {
      throw SDPError(.badMedia, line: line)
    }
    let number = port.prefix { $0 != UInt8(ascii: "/") }
    guard let port = number.decimalValue, port <= 0xFFFF, isToken(kind), isToken(transport) else {
      throw SDPError(.badMedia, line: line)
    }
    self.kind = Text(kind)
    self.port = UInt16(port)
    self.transport = Text(transport)
    formatText = Text(words.rest)
    guard !formatText.isEmpty, formatText.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw SDPError(.badMedia, line: line)
    }
    if isAudio { try readFormats(words, line) }
  }

  private mutating func readFormats(_ reader: WordReader, _ line: Int) throws(SDPError) {
    var words = reader
    while let word = words.next() {
      guard formats.count < Self.mostFormats else { throw SDPError(.tooLarge, line: line) }
      guard let number = word.decimalValue, number <= 127 else {
        throw SDPError(.badMedia, line: line)
      }
      formats.append(
        Format(payloadType: UInt8(number), encoding: Self.staticEncoding(UInt8(number))))
    }
  }

  /// RFC 3551 table 4; a mapping of the description comes before it.
  private static func staticEncoding(_ payloadType: UInt8) -> Encoding {
    switch payloadType {
    case 0: .pcmu
    case 8: .pcma
    default: .other
    }
  }
}

/// RFC 8866 §9 `token`, which also covers the `/` of a transport here.
func isToken(_ word: ArraySlice<UInt8>) -> Bool {
  word.allSatisfy { $0 > 0x20 && $0 < 0x7F }
}
