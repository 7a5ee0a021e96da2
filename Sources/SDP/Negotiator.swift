public import Base

/// One side's memory of offer and answer over a whole session (RFC 3264).
///
/// It keeps the order of the streams and counts the versions; a description that is refused leaves
/// everything as it was.
public struct Negotiator: Sendable {
  /// A stream of the session that is not ours: answered with port 0, for ever in its place.
  struct Slot: Equatable, Sendable {
    var kind: Text
    var transport: Text
    var formats: Text
  }

  /// What we can do; a change counts from the next description on.
  public var capability: AudioCapability
  /// What was agreed on last.
  public private(set) var agreement: AudioAgreement?
  /// The far party's last origin line.
  public private(set) var remoteOrigin: Origin?

  var origin: Origin
  var timing = Text("0 0")
  /// Every stream of the session, `nil` where our audio is.
  var slots: [Slot?] = [nil]
  /// Our last description without its origin.
  var sent: Text = []
  /// Where our keys come from; `nil` while nothing is protected.
  var random: RandomSource?
  /// Whether the far party's stream is SRTP and nothing else.
  var isSecured = false
  private var offered: Offer?
  /// What stood before the last offer.
  private var before: (offered: Offer?, sent: Text, version: UInt64)?

  private struct Offer {
    let formats: [MediaDescription.Format]
    let direction: MediaDirection
    let keys: [CryptoAttribute]
    let data: VoicebandData?
  }

  /// Begins a session; `session` must be unlikely to be used twice, and `random` is what keys are
  /// made of.
  public init(capability: AudioCapability, session: UInt64, random: RandomSource? = nil) {
    precondition(capability.protection == .off || random != nil, "keys of nothing")
    self.capability = capability
    self.random = random
    // RFC 8866 lets the numbers be long; Java and older C read 63 bits.
    origin = Origin(session: session >> 1, version: session >> 33)
  }

  /// Our offer; `data` is what speaks instead of people.
  public mutating func offer(
    direction: MediaDirection = .sendReceive, as data: VoicebandData? = nil
  ) -> Text {
    before = (offered, sent, origin.version)
    let formats = formats(for: data)
    let keys = offeredKeys(for: data)
    isSecured = !keys.isEmpty && (isSecured || capability.protection == .required)
    offered = Offer(formats: formats, direction: direction, keys: keys, data: data)
    return describe(formats, direction, capability.packetMs, keys, data, isOffer: true)
  }

  /// Forgets the last offer, which was refused or not even sent: answers are to the one before it.
  public mutating func withdraw(wasSent: Bool) {
    guard let before else { return }
    offered = before.offered
    if !wasSent { (sent, origin.version) = (before.sent, before.version) }
    self.before = nil
  }

  /// Takes an offer and answers it; `direction` is what we want, the offer may allow less.
  public mutating func answer(
    _ text: Text, direction: MediaDirection = .sendReceive
  ) throws(SDPError) -> (answer: Text, agreement: AudioAgreement) {
    let offer = try SessionDescription(parsing: text)
    let (index, line) = try chooseStream(of: offer)
    let media = offer.media[index]
    guard let chosen = media.formats.first(where: { isOurs($0.encoding) }) else {
      throw SDPError(.noCommonCodec)
    }
    let data = media.data(for: chosen)
    let event =
      capability.eventPayloadType == nil || data != nil
      ? nil : media.formats.first { $0.encoding == .telephoneEvent }
    var agreed = try agree(
      offer, media, chosen, event, receive: (chosen.payloadType, event?.payloadType), direction)
    agreed.keys = line.map { MediaKeys(send: ourKey(for: $0.key), receive: $0.key) }
    isSecured = media.isSecuredAudio
    agreed.data = data
    slots = offer.media.enumerated().map { i, media in
      i == index
        ? nil
        : Slot(
          kind: media.kind, transport: media.transport, formats: media.formatText)
    }
    timing = offer.timing
    settle(offer, agreed)
    let formats = event.map { [chosen, $0] } ?? [chosen]
    let keys = Self.answer(line, agreed.keys)
    // A refresh of the session may offer it as it stands, and be answered.
    offered = Offer(formats: formats, direction: agreed.direction, keys: keys, data: data)
    let answer = describe(formats, agreed.direction, agreed.packetMs, keys, data)
    return (answer, agreed)
  }

  /// Takes the answer to our last offer; may be called again for a later answer to the same one.
  public mutating func accept(_ text: Text) throws(SDPError) -> AudioAgreement {
    guard let offered, let index = slots.firstIndex(of: nil) else { throw SDPError(.notAnAnswer) }
    let answer = try SessionDescription(parsing: text)
    guard answer.media.count > index else { throw SDPError(.notAnAnswer) }
    let media = answer.media[index]
    guard media.isAudio, media.port != 0 else { throw SDPError(.noAudio) }
    let keys = try agreeOnKeys(media, offered.keys)
    let chosen = media.formats.first { format in
      isOurs(format.encoding) && offered.formats.contains { $0.encoding == format.encoding }
    }
    guard let chosen else { throw SDPError(.noCommonCodec) }
    let ours = offered.formats.first { $0.encoding == chosen.encoding }
    let ourEvent = offered.formats.first { $0.encoding == .telephoneEvent }
    let event = ourEvent == nil ? nil : media.formats.first { $0.encoding == .telephoneEvent }
    var agreed = try agree(
      answer, media, chosen, event,
      receive: (
        ours?.payloadType ?? chosen.payloadType, event.flatMap { _ in ourEvent?.payloadType }
      ),
      offered.direction)
    agreed.keys = keys
    agreed.data = offered.data
    agreed.receiveOtherPayloadType = otherPayloadType(of: media, beside: chosen)
    settle(answer, agreed)
    return agreed
  }

  /// Our number of the other law, if the answer lists it: all of them may come (RFC 3264 §6.1).
  private func otherPayloadType(
    of media: MediaDescription, beside chosen: MediaDescription.Format
  ) -> UInt8? {
    let other: Encoding = chosen.encoding == .pcma ? .pcmu : .pcma
    guard media.formats.contains(where: { $0.encoding == other }) else { return nil }
    return offered?.formats.first { $0.encoding == other }?.payloadType
  }

  private mutating func settle(_ remote: SessionDescription, _ agreed: AudioAgreement) {
    agreement = agreed
    remoteOrigin = remote.origin
  }

  private func isOurs(_ encoding: Encoding) -> Bool { capability.encodings.contains(encoding) }

  private func agree(
    _ remote: SessionDescription, _ media: MediaDescription, _ chosen: MediaDescription.Format,
    _ event: MediaDescription.Format?, receive: (audio: UInt8, event: UInt8?),
    _ wanted: MediaDirection
  ) throws(SDPError) -> AudioAgreement {
    guard !media.hasBadConnection else { throw SDPError(.badConnection) }
    guard let address = media.connection ?? remote.connection else {
      throw SDPError(.noConnection)
    }
    // Neither side would hear the other. The zero address is a hold in either family.
    guard address.isUnspecified || address.isIPv6 == capability.local.address.isIPv6 else {
      throw SDPError(.otherFamily)
    }
    let allowed = (media.direction ?? remote.direction ?? .sendReceive).reversed
    return AudioAgreement(
      remote: Endpoint(address, media.port),
      remoteControl: Endpoint(address, media.controlPort ?? media.port &+ 1),
      encoding: chosen.encoding, sendPayloadType: chosen.payloadType,
      receivePayloadType: receive.audio, sendEventPayloadType: event?.payloadType,
      receiveEventPayloadType: receive.event, events: event?.events ?? 0,
      packetMs: packetTime(media),
      // The zero address is RFC 2543's hold: nothing can be sent there.
      direction: MediaDirection(
        sends: wanted.sends && allowed.sends && !address.isUnspecified,
        receives: wanted.receives && allowed.receives))
  }

  /// What the far party wants to receive, in the steps that we can send.
  private func packetTime(_ media: MediaDescription) -> UInt8 {
    let wanted = min(
      media.packetMs ?? UInt16(capability.packetMs), media.longestPacketMs ?? .max)
    return wanted >= 30 ? 30 : wanted >= 20 ? 20 : 10
  }
}
