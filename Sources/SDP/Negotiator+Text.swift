internal import Base

extension Negotiator {
  /// The formats of an offer; numbers of an agreement stay what they are (RFC 3264 §8.3.2).
  func formats(for data: VoicebandData?) -> [MediaDescription.Format] {
    var formats: [MediaDescription.Format] = []
    // Data keeps its codec, and digits stay in it.
    if data != nil, let agreement {
      return [
        MediaDescription.Format(
          payloadType: agreement.receivePayloadType, encoding: agreement.encoding)
      ]
    }
    for encoding in capability.encodings where encoding == .pcma || encoding == .pcmu {
      let agreed = agreement?.encoding == encoding ? agreement?.receivePayloadType : nil
      formats.append(free(agreed ?? (encoding == .pcma ? 8 : 0), encoding, formats))
    }
    if let ours = capability.eventPayloadType {
      let agreed = agreement?.receiveEventPayloadType
      formats.append(free(agreed ?? ours, .telephoneEvent, formats))
    }
    return formats
  }

  /// The wished number, or the first dynamic one if the far party's numbering took it.
  private func free(
    _ wish: UInt8, _ encoding: Encoding, _ taken: [MediaDescription.Format]
  ) -> MediaDescription.Format {
    var number = wish
    if taken.contains(where: { $0.payloadType == wish }) {
      number = 96
      while taken.contains(where: { $0.payloadType == number }) { number += 1 }
    }
    return MediaDescription.Format(payloadType: number, encoding: encoding)
  }

  /// Writes our description and counts its version if anything but the version differs.
  mutating func describe(
    _ formats: [MediaDescription.Format], _ direction: MediaDirection, _ packetMs: UInt8,
    _ keys: [CryptoAttribute], _ data: VoicebandData?, isOffer: Bool = false
  ) -> Text {
    let rest = body(formats, direction, packetMs, keys, data, isOffer: isOffer)
    if !sent.isEmpty, rest != sent { origin.version += 1 }
    sent = rest
    var text = Text("v=0\r\no=- ")
    text.append(decimal: origin.session)
    text.append(" ")
    text.append(decimal: origin.version)
    text.append(" IN ")
    text.append(connection: capability.local.address)
    text.append(contentsOf: rest)
    return text
  }

  private func body(
    _ formats: [MediaDescription.Format], _ direction: MediaDirection, _ packetMs: UInt8,
    _ keys: [CryptoAttribute], _ data: VoicebandData?, isOffer: Bool
  ) -> Text {
    var text = Text("s=-\r\nc=IN ")
    text.append(connection: capability.local.address)
    text.append("t=")
    text.append(contentsOf: timing)
    text.append("\r\n")
    for slot in slots {
      if let slot {
        text.append(refused: slot)
      } else {
        text.append(audioAt: capability.local.port, formats, isSecured: isSecured)
        for key in keys { text.append(key) }
        if capability.asksForEdge, isOffer, !keys.isEmpty { text.append("a=3ge2ae:requested\r\n") }
        text.append("a=ptime:")
        text.append(decimal: packetMs)
        text.append("\r\na=")
        text.append(direction.name)
        text.append("\r\n")
        if let data, let format = formats.first { text.append(data, format) }
      }
    }
    return text
  }
}

extension Array where Element == UInt8 {
  fileprivate mutating func append(connection address: IPAddress) {
    append(address.isIPv6 ? "IP6 " : "IP4 ")
    append(address)
    append("\r\n")
  }

  fileprivate mutating func append(refused slot: Negotiator.Slot) {
    append("m=")
    append(contentsOf: slot.kind)
    append(" 0 ")
    append(contentsOf: slot.transport)
    append(" ")
    append(contentsOf: slot.formats)
    append("\r\n")
  }

  fileprivate mutating func append(
    audioAt port: UInt16, _ formats: [MediaDescription.Format], isSecured: Bool
  ) {
    append("m=audio ")
    append(decimal: port)
    append(isSecured ? " RTP/SAVP" : " RTP/AVP")
    for format in formats {
      append(" ")
      append(decimal: format.payloadType)
    }
    append("\r\n")
    for format in formats { append(mapping: format) }
  }

  /// No silence is left out, and echo is cancelled for a fax machine only: as RFC 3108 writes it
  /// with China Mobile's names before it, and as ITU-T V.152 does.
  fileprivate mutating func append(_ data: VoicebandData, _ format: MediaDescription.Format) {
    append(data == .fax ? "a=fax\r\n" : "a=modem\r\n")
    append("a=silenceSupp:off - - - -\r\na=ecan:fb ")
    append(data == .fax ? "on" : "off")
    append(" -\r\na=gpmd:")
    append(decimal: format.payloadType)
    append(data == .fax ? " vbd=yes;ecan=on\r\n" : " vbd=yes;ecan=off\r\n")
  }

  private mutating func append(mapping format: MediaDescription.Format) {
    append("a=rtpmap:")
    append(decimal: format.payloadType)
    append(" ")
    append(format.encoding.name)
    append("\r\n")
    guard format.encoding == .telephoneEvent else { return }
    append("a=fmtp:")
    append(decimal: format.payloadType)
    append(" 0-15\r\n")
  }
}
