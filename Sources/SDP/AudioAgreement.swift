public import Base

/// What we can do with audio.
public struct AudioCapability: Equatable, Sendable {
  /// Where we receive RTP.
  public var local: Endpoint
  /// Our codecs in the order of preference: `pcma`, `pcmu` or both.
  public var encodings: [Encoding] = [.pcma, .pcmu]
  /// Our payload type for RFC 4733 events; `nil` keeps digits in the audio.
  public var eventPayloadType: UInt8? = 101
  /// The packet time that we like: 10, 20 or 30 ms.
  public var packetMs: UInt8 = 20

  /// Whether SRTP is offered and taken.
  public var protection = MediaProtection.off
  /// Whether offers say that SRTP is wanted as far as the SBC (3GPP TS 24.229 §6.1.2).
  public var asksForEdge = false

  /// Both laws, A-law first, events as 101, 20 ms.
  public init(local: Endpoint) { self.local = local }
}

/// What offer and answer came to, seen from this box.
public struct AudioAgreement: Equatable, Sendable {
  /// Where our RTP goes.
  public var remote: Endpoint
  /// Where our RTCP goes.
  public var remoteControl: Endpoint
  /// The codec: `pcma` or `pcmu`.
  public var encoding: Encoding
  /// The payload type under which the far party wants it.
  public var sendPayloadType: UInt8
  /// The payload type under which we get it.
  public var receivePayloadType: UInt8
  /// The payload type under which the far party may send the other law, which its answer lists too.
  public var receiveOtherPayloadType: UInt8?
  /// The payload type of events that we send; `nil` keeps digits in the audio.
  public var sendEventPayloadType: UInt8?
  /// The payload type of events that we get.
  public var receiveEventPayloadType: UInt8?
  /// Bit n: the far party takes event n.
  public var events: UInt32
  /// The packet time that we send: 10, 20 or 30 ms.
  public var packetMs: UInt8
  /// Which way audio flows, seen from us.
  public var direction: MediaDirection
  /// The keys of SRTP; `nil` for plain RTP.
  public var keys: MediaKeys?
  /// What speaks instead of people.
  public var data: VoicebandData?

  /// Makes an agreement; RTCP goes to the next port unless `remoteControl` says otherwise.
  public init(
    remote: Endpoint, remoteControl: Endpoint? = nil, encoding: Encoding, sendPayloadType: UInt8,
    receivePayloadType: UInt8, sendEventPayloadType: UInt8?, receiveEventPayloadType: UInt8?,
    events: UInt32, packetMs: UInt8, direction: MediaDirection
  ) {
    self.remote = remote
    self.remoteControl = remoteControl ?? Endpoint(remote.address, remote.port &+ 1)
    self.encoding = encoding
    self.sendPayloadType = sendPayloadType
    self.receivePayloadType = receivePayloadType
    self.sendEventPayloadType = sendEventPayloadType
    self.receiveEventPayloadType = receiveEventPayloadType
    self.events = events
    self.packetMs = packetMs
    self.direction = direction
  }

  /// Whether the far party has put us on hold: it does not want our audio.
  public var isHeld: Bool { !direction.sends }
}
