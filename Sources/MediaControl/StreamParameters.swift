public import Base

/// The two laws of G.711.
public enum CompandingLaw: UInt8, Sendable, BitwiseCopyable {
  /// A-law, static payload type 8 (RFC 3551).
  case aLaw
  /// µ-law, static payload type 0 (RFC 3551).
  case muLaw

  /// The static payload type.
  public var payloadType: UInt8 { self == .aLaw ? 8 : 0 }

  /// The other one.
  public var other: CompandingLaw { self == .aLaw ? .muLaw : .aLaw }
}

/// Which way the audio of a stream flows, seen from this box (RFC 8866 §6.7).
public enum StreamDirection: UInt8, Sendable, BitwiseCopyable {
  case sendReceive
  case sendOnly
  case receiveOnly
  case inactive

  /// Whether our audio goes out.
  public var sends: Bool { self == .sendReceive || self == .sendOnly }
  /// Whether the far party's audio is played.
  public var receives: Bool { self == .sendReceive || self == .receiveOnly }
}

/// What offer and answer agreed on for one audio stream.
public struct StreamParameters: Equatable, Sendable, BitwiseCopyable {
  /// Where our RTP goes; RTCP goes to the next port.
  public var remote: Endpoint
  /// Where RTCP goes instead, if the far party said so (RFC 3605).
  public var remoteControl: Endpoint?
  /// The codec that we send, and that comes unless the other one may.
  public var law: CompandingLaw
  /// The payload type under which the far party wants the codec.
  public var sendPayloadType: UInt8
  /// The payload type under which we announced the codec.
  public var receivePayloadType: UInt8
  /// The payload type under which the far party may send the other law; `nil` if it may not.
  public var receiveOtherPayloadType: UInt8?
  /// Payload type of RFC 4733 events that we send; `nil` keeps digits in the audio.
  public var sendEventPayloadType: UInt8?
  /// Payload type of RFC 4733 events that we accept.
  public var receiveEventPayloadType: UInt8?
  /// Packet time that we send: 10, 20 or 30.
  public var packetMs: UInt8
  /// Which way audio flows.
  public var direction: StreamDirection
  /// The keys of SRTP; `nil` for plain RTP.
  public var keys: MediaKeys?
  /// What speaks instead of people: the delay is kept steady, digits stay in the audio.
  public var data: VoicebandData?
  /// Whether the line was called: a modem's answering tone comes from it, else from the far party.
  ///
  /// Where a service calls both sides back that may be wrong, and the tone is missed or late.
  public var isCalled = false
  /// Counts the parties that may speak; the first packet behind a change is told of again.
  public var party: UInt8 = 0
  /// Which stream it is: parameters with the same number change it, others begin another one.
  public var number: UInt32
  /// Our synchronization source; unpredictable (RFC 3550 §8.1).
  ///
  /// Another one in the same stream counts its packets from `firstSequenceNumber` on, its time goes
  /// on. The same key must not come back with the same source (RFC 3711 §9.1).
  public var synchronizationSource: UInt32
  /// Our first sequence number; unpredictable.
  public var firstSequenceNumber: UInt16
  /// Our first RTP timestamp; unpredictable.
  public var firstTimestamp: UInt32

  /// Makes the parameters of a G.711 stream of 20 ms packets both ways, without events.
  public init(
    remote: Endpoint, law: CompandingLaw, synchronizationSource: UInt32,
    firstSequenceNumber: UInt16, firstTimestamp: UInt32
  ) {
    self.remote = remote
    self.law = law
    sendPayloadType = law.payloadType
    receivePayloadType = law.payloadType
    sendEventPayloadType = nil
    receiveEventPayloadType = nil
    packetMs = 20
    direction = .sendReceive
    number = synchronizationSource
    self.synchronizationSource = synchronizationSource
    self.firstSequenceNumber = firstSequenceNumber
    self.firstTimestamp = firstTimestamp
  }
}
