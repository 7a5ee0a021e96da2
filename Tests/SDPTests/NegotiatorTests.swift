import Base
import SDP
import Testing

/// An offer, and what we answer to it.
struct Exchange: Sendable {
  let name: String
  let offer: Text
  /// The lines of the answer from the first `m=` on.
  let answer: [String]
  let direction: MediaDirection

  init(
    _ name: String, _ offer: Text, direction: MediaDirection = .sendReceive, _ answer: String...
  ) {
    self.name = name
    self.offer = offer
    self.answer = answer
    self.direction = direction
  }

  static let media = "c=IN IP4 192.0.2.1\r\nt=0 0"

  static let rows = [
    // RFC 3264 §10.1: our codec among others, the streams that we cannot take refused in place.
    Exchange(
      "audio and two videos",
      sdp(
        head, media, "m=audio 49170 RTP/AVP 0", "a=rtpmap:0 PCMU/8000",
        "m=video 51372 RTP/AVP 31", "a=rtpmap:31 H261/90000", "m=video 53000 RTP/AVP 32",
        "a=rtpmap:32 MPV/90000"),
      "m=audio 4000 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "a=ptime:20", "a=sendrecv",
      "m=video 0 RTP/AVP 31", "m=video 0 RTP/AVP 32"),
    // RFC 4317 §2.1: the offerer's order decides.
    Exchange(
      "several codecs",
      sdp(head, media, "m=audio 49170 RTP/AVP 97 0 8", "a=rtpmap:97 iLBC/8000"),
      "m=audio 4000 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "a=ptime:20", "a=sendrecv"),
    // RFC 4317 §2.4 and RFC 4733: events under the offerer's number.
    Exchange(
      "events and a dynamic A-law",
      sdp(
        head, media, "m=audio 49170 RTP/AVP 98 96", "a=rtpmap:98 pcma/8000",
        "a=rtpmap:96 telephone-event/8000", "a=fmtp:96 0-11"),
      "m=audio 4000 RTP/AVP 98 96", "a=rtpmap:98 PCMA/8000",
      "a=rtpmap:96 telephone-event/8000", "a=fmtp:96 0-15", "a=ptime:20", "a=sendrecv"),
    Exchange(
      "events at 16 kHz are not for us",
      sdp(head, media, "m=audio 49170 RTP/AVP 8 96", "a=rtpmap:96 telephone-event/16000"),
      "m=audio 4000 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=ptime:20", "a=sendrecv"),
    Exchange(
      "number 8 given to something else",
      sdp(head, media, "m=audio 49170 RTP/AVP 8 0", "a=rtpmap:8 opus/48000/2"),
      "m=audio 4000 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "a=ptime:20", "a=sendrecv"),
    // RFC 4317 §2.6 in spirit: the stream that is over keeps its place.
    Exchange(
      "an image before the audio, and a second audio",
      sdp(
        head, media, "m=image 0 udptl t38", "m=audio 49170 RTP/AVP 8", "m=audio 49180 RTP/AVP 8"),
      "m=image 0 udptl t38", "m=audio 4000 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=ptime:20",
      "a=sendrecv", "m=audio 0 RTP/AVP 8"),
    Exchange(
      "secured and plain",
      sdp(head, media, "m=audio 49170 RTP/SAVP 8", "m=audio 49172 RTP/AVP 8"),
      "m=audio 0 RTP/SAVP 8", "m=audio 4000 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=ptime:20",
      "a=sendrecv"),
    Exchange(
      "10 ms", sdp(head, media, "m=audio 49170 RTP/AVP 8", "a=ptime:10"),
      "m=audio 4000 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=ptime:10", "a=sendrecv"),
    Exchange(
      "60 ms, at most 30", sdp(head, media, "m=audio 49170 RTP/AVP 8", "a=ptime:60"),
      "m=audio 4000 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=ptime:30", "a=sendrecv"),
    Exchange(
      "at most 10 ms", sdp(head, media, "m=audio 49170 RTP/AVP 8", "a=maxptime:10"),
      "m=audio 4000 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=ptime:10", "a=sendrecv"),
    Exchange(
      "a packet time that is none", sdp(head, media, "m=audio 49170 RTP/AVP 8", "a=ptime:x"),
      "m=audio 4000 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=ptime:20", "a=sendrecv"),
  ]

  /// RFC 3264 §6.1 and §8.4: offered, wanted by us, answered.
  static let holds: [(offered: String, wanted: MediaDirection, answered: MediaDirection)] = [
    ("a=sendrecv", .sendReceive, .sendReceive),
    ("a=x", .sendReceive, .sendReceive),
    ("a=sendonly", .sendReceive, .receiveOnly),
    ("a=recvonly", .sendReceive, .sendOnly),
    ("a=inactive", .sendReceive, .inactive),
    ("a=sendrecv", .sendOnly, .sendOnly),
    ("a=sendonly", .sendOnly, .inactive),
    ("a=recvonly", .sendOnly, .sendOnly),
    ("a=sendrecv", .inactive, .inactive),
    ("c=IN IP4 0.0.0.0", .sendReceive, .receiveOnly),
    ("c=IN IP4 0.0.0.0\r\na=sendonly", .sendReceive, .receiveOnly),
    ("c=IN IP4 0.0.0.0\r\na=inactive", .sendReceive, .inactive),
    ("c=IN IP6 ::", .sendReceive, .receiveOnly),
    ("c=IN IP6 ::\r\na=inactive", .sendReceive, .inactive),
  ]
}

@Suite("Offer and answer (RFC 3264)")
struct NegotiatorTests {
  private func negotiator() -> Negotiator {
    Negotiator(capability: AudioCapability(local: Endpoint(.v4(0xC633_6407), 4_000)), session: 84)
  }

  private func lines(_ text: Text) -> [String] {
    String(decoding: text, as: UTF8.self).split(separator: "\r\n").map(String.init)
  }

  @Test("Answers", arguments: Exchange.rows)
  func answers(_ row: Exchange) throws {
    var negotiator = negotiator()
    let (answer, agreement) = try negotiator.answer(row.offer, direction: row.direction)
    #expect(
      lines(answer) == [
        "v=0", "o=- 42 0 IN IP4 198.51.100.7", "s=-", "c=IN IP4 198.51.100.7", "t=0 0",
      ] + row.answer, "\(row.name)")
    #expect(negotiator.agreement == agreement)
  }

  @Test("Hold in all its forms", arguments: Exchange.holds)
  func hold(_ row: (offered: String, wanted: MediaDirection, answered: MediaDirection)) throws {
    var negotiator = negotiator()
    let offer = sdp(head, Exchange.media, "m=audio 9 RTP/AVP 8", row.offered)
    let (answer, agreement) = try negotiator.answer(offer, direction: row.wanted)
    #expect(agreement.direction == row.answered)
    #expect(agreement.isHeld == !row.answered.sends)
    let written = try SessionDescription(parsing: answer)
    #expect(written.media.first?.direction == row.answered)
  }

  @Test("The agreement says where and under which numbers packets go")
  func agreement() throws {
    var negotiator = negotiator()
    let offer = sdp(
      head, Exchange.media, "m=audio 49170 RTP/AVP 98 96", "c=IN IP4 192.0.2.77",
      "a=rtpmap:98 PCMU/8000", "a=rtpmap:96 telephone-event/8000", "a=fmtp:96 0-11",
      "a=rtcp:50000", "a=ptime:30")
    let agreement = try negotiator.answer(offer).agreement
    let far = IPAddress.v4(0xC000_024D)
    #expect(
      agreement
        == AudioAgreement(
          remote: Endpoint(far, 49_170), remoteControl: Endpoint(far, 50_000), encoding: .pcmu,
          sendPayloadType: 98, receivePayloadType: 98, sendEventPayloadType: 96,
          receiveEventPayloadType: 96, events: 0xFFF, packetMs: 30, direction: .sendReceive))
  }

  @Test("Our offer, and an answer with numbers of its own (RFC 3264 §6.1)")
  func offers() throws {
    var negotiator = negotiator()
    #expect(
      lines(negotiator.offer()) == [
        "v=0", "o=- 42 0 IN IP4 198.51.100.7", "s=-", "c=IN IP4 198.51.100.7", "t=0 0",
        "m=audio 4000 RTP/AVP 8 0 101", "a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "a=sendrecv",
      ])
    let agreement = try negotiator.accept(
      sdp(
        head, Exchange.media, "m=audio 3456 RTP/AVP 97 100", "a=rtpmap:97 PCMU/8000",
        "a=rtpmap:100 telephone-event/8000"))
    #expect(agreement.encoding == .pcmu)
    #expect(agreement.sendPayloadType == 97 && agreement.receivePayloadType == 0)
    #expect(agreement.sendEventPayloadType == 100 && agreement.receiveEventPayloadType == 101)
    #expect(agreement.remoteControl.port == 3_457)
  }

  @Test(
    "An answer that lists both laws lets either come (RFC 3264 §6.1)",
    arguments: [
      ("0 8 101", UInt8(0), UInt8(8)), ("8 0", 8, 0), ("0 101", 0, nil), ("8 18 101", 8, nil),
    ] as [(String, UInt8, UInt8?)])
  func bothLaws(_ formats: String, receive: UInt8, other: UInt8?) throws {
    var negotiator = negotiator()
    _ = negotiator.offer()
    let agreement = try negotiator.accept(
      sdp(head, Exchange.media, "m=audio 3456 RTP/AVP " + formats))
    #expect(agreement.receivePayloadType == receive)
    #expect(agreement.receiveOtherPayloadType == other)
  }

  @Test(
    "Answers that cannot be used",
    arguments: [
      (["m=audio 0 RTP/AVP 8"], SDPError.Reason.noAudio),
      (["m=video 9 RTP/AVP 31"], .noAudio),
      (["m=audio 9 RTP/SAVP 8"], .noAudio),
      (["m=audio 9 RTP/AVP 18"], .noCommonCodec),
      ([], .notAnAnswer),
      (["m=audio 9 RTP/AVP 8", "c=IN IP4 a.example"], .badConnection),
    ])
  func badAnswers(_ media: [String], _ reason: SDPError.Reason) {
    var negotiator = negotiator()
    _ = negotiator.offer()
    let answer = sdp(head, Exchange.media) + media.flatMap { sdp($0) }
    #expect(throws: SDPError(reason)) { try negotiator.accept(answer) }
    #expect(negotiator.agreement == nil)
  }

  @Test("An answer without an offer, an offer without an address")
  func outOfPlace() {
    var negotiator = negotiator()
    #expect(throws: SDPError(.notAnAnswer)) {
      try negotiator.accept(sdp(head, Exchange.media, "m=audio 9 RTP/AVP 8"))
    }
    #expect(throws: SDPError(.noConnection)) {
      try negotiator.answer(sdp(head, "t=0 0", "m=audio 9 RTP/AVP 8"))
    }
    #expect(throws: SDPError(.noAudio)) { try negotiator.answer(sdp(head, Exchange.media)) }
    #expect(throws: SDPError(.noCommonCodec)) {
      try negotiator.answer(sdp(head, Exchange.media, "m=audio 9 RTP/AVP 18 4"))
    }
  }

  @Test("The version grows by one with every change, and only then (§8)")
  func versions() throws {
    var negotiator = negotiator()
    let talk = sdp(head, Exchange.media, "m=audio 9 RTP/AVP 8")
    let hold = sdp(head, Exchange.media, "m=audio 9 RTP/AVP 8", "a=sendonly")
    var seen: [UInt64] = []
    for offer in [talk, talk, hold, hold, talk] {
      seen.append(try SessionDescription(parsing: negotiator.answer(offer).answer).origin.version)
    }
    #expect(seen == [0, 0, 1, 1, 2])
  }

  @Test("A later offer keeps the places of all streams and the numbers in use (§8)")
  func laterOffer() throws {
    var negotiator = negotiator()
    _ = try negotiator.answer(
      sdp(
        head, Exchange.media, "m=image 0 udptl t38", "m=audio 9 RTP/AVP 98 96",
        "a=rtpmap:98 PCMA/8000", "a=rtpmap:96 telephone-event/8000"))
    let media = lines(negotiator.offer(direction: .sendOnly)).dropFirst(5)
    #expect(
      Array(media) == [
        "m=image 0 udptl t38", "m=audio 4000 RTP/AVP 98 0 96", "a=rtpmap:98 PCMA/8000",
        "a=rtpmap:0 PCMU/8000", "a=rtpmap:96 telephone-event/8000", "a=fmtp:96 0-15",
        "a=ptime:20", "a=sendonly",
      ])
    let agreement = try negotiator.accept(
      sdp(
        head, Exchange.media, "m=image 0 udptl t38", "m=audio 9 RTP/AVP 98", "a=recvonly",
        "a=rtpmap:98 PCMA/8000"))
    #expect(agreement.direction == .sendOnly)
  }

  @Test("A number that the far party gave to something else is not used twice")
  func collision() throws {
    var negotiator = negotiator()
    _ = try negotiator.answer(
      sdp(head, Exchange.media, "m=audio 9 RTP/AVP 0", "a=rtpmap:0 PCMA/8000"))
    #expect(lines(negotiator.offer()).contains("m=audio 4000 RTP/AVP 0 96 101"))
  }

  @Test("A refused offer leaves the agreement as it was")
  func refusedOffer() throws {
    var negotiator = negotiator()
    let agreed = try negotiator.answer(sdp(head, Exchange.media, "m=audio 9 RTP/AVP 8")).agreement
    _ = try? negotiator.answer(sdp(head, Exchange.media, "m=audio 9 RTP/AVP 18"))
    #expect(negotiator.agreement == agreed)
  }

  @Test("An address of the other family is refused, in an offer and in an answer")
  func otherFamily() throws {
    let local6 = Endpoint(.v6(0x2001_0DB8_0000_0000, 7), 4_000)
    let version6 = Negotiator(capability: AudioCapability(local: local6), session: 84)
    let audio = "m=audio 9 RTP/AVP 8"
    let (own4, own6) = ("c=IN IP4 192.0.2.1", "c=IN IP6 2001:db8::1")
    for (ours, foreign, good) in [(negotiator(), own6, own4), (version6, own4, own6)] {
      var negotiator = ours
      let agreed = try negotiator.answer(sdp(head, good, "t=0 0", audio)).agreement
      for text in [sdp(head, foreign, "t=0 0", audio), sdp(head, good, "t=0 0", audio, foreign)] {
        #expect(throws: SDPError(.otherFamily)) { try negotiator.answer(text) }
        _ = negotiator.offer()
        #expect(throws: SDPError(.otherFamily)) { try negotiator.accept(text) }
        #expect(negotiator.agreement == agreed)
      }
      // What counts is the stream's own address, and that of a stream which is refused does not.
      let text = sdp(
        head, foreign, "t=0 0", "m=audio 0 RTP/AVP 8", audio, good, "m=video 9 RTP/AVP 31")
      #expect(throws: Never.self) { try negotiator.answer(text) }
      _ = negotiator.offer()
      #expect(throws: Never.self) { try negotiator.accept(text) }
    }
  }

  @Test("IPv6 addresses are written as such")
  func version6() throws {
    var negotiator = Negotiator(
      capability: AudioCapability(local: Endpoint(.v6(0x2001_0DB8_0000_0000, 7), 4_000)),
      session: 84)
    #expect(lines(negotiator.offer())[3] == "c=IN IP6 2001:db8::7")
  }
}
