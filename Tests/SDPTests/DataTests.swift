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
      ("a=fax:1", nil), ("a=ecan:fb on -", nil), ("a=silenceSupp:off - - - -", nil),
    ] as [(String, VoicebandData?)])
  func reads(lines: String, data: VoicebandData?) throws {
    let (text, agreement) = try answer(lines)
    #expect(agreement.data == data)
    #expect(text.contains("a=modem\r\n") == (data == .modem))
    #expect(text.contains("a=fax\r\n") == (data == .fax))
    #expect((agreement.sendEventPayloadType == nil) == (data != nil), "digits stay in the audio")
  }

  @Test("Our offer keeps the codec that was agreed on, under its number, and nothing else")
  func offers() throws {
    var negotiator = Negotiator(capability: capability, session: 1)
    _ = try negotiator.answer(
      sdp(
        head, Self.media, "m=audio 49170 RTP/AVP 96 101", "a=rtpmap:96 PCMU/8000",
        "a=rtpmap:101 telephone-event/8000"))
    negotiator.data = .modem
    let offer = String(decoding: negotiator.offer(), as: UTF8.self)
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
    negotiator.data = .fax
    let agreement = try negotiator.answer(sdp(head, Self.media, "m=audio 49170 RTP/AVP 8"))
      .agreement
    #expect(agreement.data == nil && negotiator.data == nil)
    #expect(String(decoding: negotiator.offer(), as: UTF8.self).contains("telephone-event"))
  }
}
