import Base
import SDP
import Testing

@Suite("Voiceband data in descriptions: China Mobile's fax and modem, ITU-T V.152")
struct DataTests {
  private let capability = AudioCapability(local: Endpoint(.v4(0xC633_6407), 4_000))
  private static let media = "c=IN IP4 192.0.2.1\r\nt=0 0"

  private func answer(_ lines: String...) throws -> (text: String, agreement: AudioAgreement) {
    var negotiator = Negotiator(capability: capability, session: 1)
    let (text, agreement) = try negotiator.answer(
      sdp(
        head, Self.media, "m=audio 49170 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000",
        lines.joined(separator: "\r\n")))
    return (String(decoding: text, as: UTF8.self), agreement)
  }

  @Test(
    "What an offer says, and what it means",
    arguments: [
      ("a=modem", .modem), ("a=fax", .fax), ("a=modem\r\na=fax", .fax), ("a=fax\r\na=modem", .fax),
      ("a=gpmd:8 vbd=yes;ecan=on", .fax), ("a=gpmd:8 vbd=yes;ecan=off", .modem),
      ("a=gpmd:8 vbd=yes", .modem), ("a=fax\r\na=gpmd:8 vbd=yes;ecan=off", .fax),
      ("a=gpmd:8 vbd=no", nil), ("a=gpmd:8", nil), ("a=gpmd:", nil), ("a=faxes", nil),
      ("a=gpmd:8 vbd=yes\r\na=ecan:fb on", .fax), ("a=gpmd:8 vbd=yes; ecan=on", .fax),
      ("a=gpmd:101 vbd=yes", nil), ("a=gpmd:8,101 vbd=yes", nil),
      ("a=fax:1", nil), ("a=ecan:fb on -", nil), ("a=silenceSupp:off - - - -", nil),
    ] as [(String, VoicebandData?)])
  func reads(lines: String, data: VoicebandData?) throws {
    let (text, agreement) = try answer(lines)
    #expect(agreement.data == data)
    #expect(text.contains("a=modem\r\n") == (data == .modem))
    #expect(text.contains("a=fax\r\n") == (data == .fax))
    #expect((agreement.sendEventPayloadType == nil) == (data != nil), "digits stay in the audio")
  }

  @Test("A format for data beside that for people is no more than an ability")
  func ability() throws {
    var negotiator = Negotiator(capability: capability, session: 1)
    let (answer, agreement) = try negotiator.answer(
      sdp(
        head, Self.media, "m=audio 49170 RTP/AVP 18 8 96 101", "a=rtpmap:96 PCMA/8000",
        "a=gpmd:96 vbd=yes;ecan=off", "a=rtpmap:101 telephone-event/8000"))
    #expect(agreement.data == nil && agreement.sendPayloadType == 8)
    #expect(agreement.sendEventPayloadType == 101)
    #expect(!String(decoding: answer, as: UTF8.self).contains("modem"))
  }

  @Test(
    "An answer that comes after a refused offer is to the offer before; one not sent leaves none")
  func withdraws() throws {
    var negotiator = Negotiator(capability: capability, session: 1)
    let plain = sdp(
      head, Self.media, "m=audio 49170 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000")
    let first = negotiator.offer()
    _ = try negotiator.accept(plain)
    _ = negotiator.offer(as: .modem)
    negotiator.withdraw(wasSent: true)
    let agreement = try negotiator.accept(plain)
    #expect(agreement.data == nil && agreement.sendEventPayloadType == 101)
    #expect(version(negotiator.offer()) == version(first) + 2)
    _ = negotiator.offer(as: .modem)
    negotiator.withdraw(wasSent: false)
    #expect(version(negotiator.offer(as: .fax)) == version(first) + 3)
  }

  private func version(_ description: Text) -> UInt64 {
    let words = String(decoding: description, as: UTF8.self).split(separator: " ")
    return UInt64(words[2]) ?? 0
  }

  @Test("Keys stay in an offer of data, and where there are none none are offered")
  func keepsKeys() throws {
    var capability = capability
    capability.protection = .offered
    var negotiator = Negotiator(
      capability: capability, session: 1, random: RandomSource(testSeed: 5))
    let key = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
    let offer = sdp(
      head, Self.media, "m=audio 49170 RTP/AVP 8",
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(key)")
    let keys = try #require(try negotiator.answer(offer).agreement.keys)
    let text = negotiator.offer(as: .modem)
    let lines = try SessionDescription(parsing: text).media[0].keys
    #expect(lines.map(\.key) == [keys.send])
    #expect(try negotiator.accept(offer).keys == keys)
    _ = try negotiator.answer(sdp(head, Self.media, "m=audio 49170 RTP/AVP 8"))
    #expect(!String(decoding: negotiator.offer(as: .fax), as: UTF8.self).contains("crypto"))
  }

  @Test("Our offer keeps the codec that was agreed on, under its number, and nothing else")
  func offers() throws {
    var negotiator = Negotiator(capability: capability, session: 1)
    _ = try negotiator.answer(
      sdp(
        head, Self.media, "m=audio 49170 RTP/AVP 96 101", "a=rtpmap:96 PCMU/8000",
        "a=rtpmap:101 telephone-event/8000"))
    let offer = String(decoding: negotiator.offer(as: .modem), as: UTF8.self)
    #expect(
      offer.hasSuffix(
        "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 PCMU/8000\r\na=ptime:20\r\na=sendrecv\r\na=modem"
          + "\r\na=silenceSupp:off - - - -\r\na=ecan:fb off -\r\na=gpmd:96 vbd=yes;ecan=off\r\n"))
    let agreement = try negotiator.accept(
      sdp(head, Self.media, "m=audio 49170 RTP/AVP 96", "a=rtpmap:96 PCMU/8000"))
    #expect(agreement.data == .modem && agreement.sendEventPayloadType == nil)
    #expect(agreement.encoding == .pcmu && agreement.receivePayloadType == 96)
  }

  @Test("An offer without a word takes it back for both")
  func takesBack() throws {
    var negotiator = Negotiator(capability: capability, session: 1)
    _ = try negotiator.answer(
      sdp(head, Self.media, "m=audio 49170 RTP/AVP 8", "a=fax"))
    let agreement = try negotiator.answer(sdp(head, Self.media, "m=audio 49170 RTP/AVP 8"))
      .agreement
    #expect(agreement.data == nil)
    let again = try negotiator.accept(
      sdp(
        head, Self.media, "m=audio 49172 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000"))
    #expect(again.data == nil && again.remote.port == 49_172, "a refresh of what was answered")
  }
}
