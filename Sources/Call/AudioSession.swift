internal import Base
internal import MediaControl
internal import SDP

/// The audio of one call: what was described to the far party, and what was agreed on.
///
/// The stream's number and the first timestamp stay the same for the whole call, so that a new
/// agreement changes the stream instead of replacing it. The source stays with the key of SRTP.
///
/// A source that goes on under another key keeps its rollover counter by RFC 3711 §3.3.1, and many
/// far sides begin at 0 all the same. A new source begins at 0 for all of them; and a key that comes
/// back, as that of a branch of a forked call, never sees the same packet number again (§9.1).
struct AudioSession: Sendable {
  private var negotiator: Negotiator
  private var number: UInt32
  private var synchronizationSource: UInt32
  private var firstSequenceNumber: UInt16
  private let firstTimestamp: UInt32
  private let isCalled: Bool

  /// `isCalled` tells who began the call: the far party.
  init(settings: PortSettings, isCalled: Bool, random: inout RandomSource) {
    self.isCalled = isCalled
    var capability = AudioCapability(local: settings.local)
    capability.encodings = settings.codecs.map { $0 == .aLaw ? .pcma : .pcmu }
    capability.protection = settings.protection
    capability.asksForEdge = settings.asksForEdge
    negotiator = Negotiator(
      capability: capability, session: random.next(),
      random: settings.protection == .off ? nil : random.child())
    synchronizationSource = random.nextWord()
    number = synchronizationSource
    firstSequenceNumber = UInt16(truncatingIfNeeded: random.nextWord())
    firstTimestamp = random.nextWord()
  }

  /// Makes a stream another one before it begins again: under the same keys, the same source must
  /// not count its packets from the first one again (RFC 3711 §9.1).
  mutating func beginAgain(_ stream: inout StreamParameters, random: inout RandomSource) {
    synchronizationSource = random.nextWord()
    number = synchronizationSource
    stream.number = number
    stream.synchronizationSource = synchronizationSource
  }

  private mutating func renewSource(_ random: inout RandomSource) {
    synchronizationSource = random.nextWord()
    firstSequenceNumber = UInt16(truncatingIfNeeded: random.nextWord())
  }

  /// Makes the stream of what was agreed on now, after `former`.
  private mutating func stream(
    after former: AudioAgreement?, _ agreement: AudioAgreement, _ random: inout RandomSource
  ) -> StreamParameters {
    if let former, let key = agreement.keys?.send, key != former.keys?.send {
      renewSource(&random)
    }
    return parameters(agreement)
  }

  /// Our offer, to whoever may come to the session: of data it says nothing, and its keys are new.
  mutating func offer() -> Text { negotiator.offer() }

  /// Our offer in the middle of the session, which tells what speaks instead of people.
  mutating func offer(data: VoicebandData?) -> Text { negotiator.offer(as: data) }

  /// Our last offer was refused, or not even sent.
  mutating func withdrawOffer(wasSent: Bool) { negotiator.withdraw(wasSent: wasSent) }

  /// Takes the answer to our offer.
  mutating func accept(
    answer: Text, random: inout RandomSource
  ) throws(SDPError) -> StreamParameters {
    let former = negotiator.agreement
    return stream(after: former, try negotiator.accept(answer), &random)
  }

  /// Answers an offer.
  mutating func answer(
    offer: Text, random: inout RandomSource
  ) throws(SDPError) -> (answer: Text, stream: StreamParameters) {
    let former = negotiator.agreement
    let (answer, agreement) = try negotiator.answer(offer)
    return (answer, stream(after: former, agreement, &random))
  }

  private func parameters(_ agreement: AudioAgreement) -> StreamParameters {
    var stream = StreamParameters(
      remote: agreement.remote, law: agreement.encoding == .pcma ? .aLaw : .muLaw,
      synchronizationSource: synchronizationSource, firstSequenceNumber: firstSequenceNumber,
      firstTimestamp: firstTimestamp)
    stream.number = number
    if agreement.remoteControl.port != agreement.remote.port &+ 1 {
      stream.remoteControl = agreement.remoteControl
    }
    stream.sendPayloadType = agreement.sendPayloadType
    stream.receivePayloadType = agreement.receivePayloadType
    stream.receiveOtherPayloadType = agreement.receiveOtherPayloadType
    stream.sendEventPayloadType = agreement.sendEventPayloadType
    stream.receiveEventPayloadType = agreement.receiveEventPayloadType
    stream.packetMs = agreement.packetMs
    stream.direction = Self.direction(agreement.direction)
    stream.keys = agreement.keys
    stream.data = agreement.data
    stream.isCalled = isCalled
    // RFC 3711 §3.3.1: whoever misses the first packets must not miss a wrap with them.
    if stream.keys != nil { stream.firstSequenceNumber &= 0x7FFF }
    return stream
  }

  private static func direction(_ direction: MediaDirection) -> StreamDirection {
    switch (direction.sends, direction.receives) {
    case (true, true): .sendReceive
    case (true, false): .sendOnly
    case (false, true): .receiveOnly
    case (false, false): .inactive
    }
  }
}
