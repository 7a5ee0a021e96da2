import Base
import SDP
import Testing

private let key80 = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
private let otherKey80 = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"
private let key128 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw=="
private let line80 = "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:\(key80)"
private let line32 = "a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:\(key80)"

@Suite("Keys of SRTP in descriptions (RFC 4568)")
struct CryptoTests {
  private func negotiator(_ protection: MediaProtection) -> Negotiator {
    var capability = AudioCapability(local: Endpoint(.v4(0xC633_6407), 4_000))
    capability.protection = protection
    return Negotiator(
      capability: capability, session: 84, random: RandomSource(testSeed: 7))
  }

  private func offer(_ media: String...) -> Text {
    sdp(head, Exchange.media) + media.flatMap { sdp($0) }
  }

  private func media(_ text: Text) throws -> MediaDescription {
    try #require(try SessionDescription(parsing: text).media.first)
  }

  @Test(
    "Lines that are taken",
    arguments: [
      (line80, CryptoSuite.counter80), (line32, .counter32), ("\(line80)|2^20", .counter80),
      ("\(line80)|1048576 WSH=128", .counter80), ("\(line80) -NEW=1", .counter80),
      ("a=crypto:7 aes_cm_128_hmac_sha1_80 INLINE:\(key80)", .counter80),
      ("a=crypto:1 AEAD_AES_128_GCM inline:\(key128)", .gcm128),
    ])
  func good(_ line: String, _ suite: CryptoSuite) throws {
    let media = try media(offer("m=audio 9 RTP/SAVP 8", line))
    #expect(media.keys.count == 1 && media.keys.first?.key.suite == suite)
  }

  @Test(
    "Lines that are skipped",
    arguments: [
      "a=crypto:", "a=crypto:1", "a=crypto:1 AES_CM_128_HMAC_SHA1_80", "a=crypto:x \(key80)",
      "a=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:\(key80)",
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:", "a=crypto:1 AEAD_AES_128_GCM inline:\(key80)",
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 outline:\(key80)", "\(line80)|1:4",
      "\(line80)|2^20|1:4", "\(line80)|2^20|", "\(line80)|2^19", "\(line80)|", "\(line80)|2^x",
      "\(line80);inline:\(key80)", "\(line80) UNENCRYPTED_SRTP", "\(line80) KDR=1",
      "\(line80) UNAUTHENTICATED_SRTP", "\(line80) FEC_ORDER=FEC_SRTP",
      "a=crypto:9999999999 AES_CM_128_HMAC_SHA1_80 inline:\(key80)",
    ])
  func bad(_ line: String) throws {
    let media = try media(offer("m=audio 9 RTP/SAVP 8", line))
    #expect(media.keys.isEmpty && media.hasCrypto)
  }

  @Test("More lines than anybody needs")
  func many() throws {
    let lines = (0..<100).map { "a=crypto:\($0) AES_CM_128_HMAC_SHA1_80 inline:\(key80)" }
    let text = offer("m=audio 9 RTP/SAVP 8") + lines.flatMap { sdp($0) }
    #expect(try media(text).keys.count == 16)
  }

  @Test(
    "Our offers",
    arguments: [
      (MediaProtection.off, "RTP/AVP", []),
      (.offered, "RTP/AVP", [CryptoSuite.gcm256, .gcm128, .counter80]),
      (.required, "RTP/SAVP", [.gcm256, .gcm128, .counter80]),
    ])
  func offers(_ policy: MediaProtection, _ transport: String, _ suites: [CryptoSuite]) throws {
    var negotiator = negotiator(policy)
    let (first, second) = (try media(negotiator.offer()), try media(negotiator.offer()))
    #expect(first.transport == Text(transport.utf8))
    #expect(first.keys.map(\.key.suite) == suites)
    #expect(first.keys.map(\.tag) == (1...).prefix(suites.count).map { UInt32($0) })
    #expect(suites.isEmpty || first.keys != second.keys, "every offer has keys of its own")
  }

  /// What a policy makes of an offer.
  static let offerRows: [(MediaProtection, [String], SDPError.Reason?, CryptoSuite?, String)] = [
    (.off, ["m=audio 9 RTP/AVP 8", line80], nil, nil, "RTP/AVP"),
    (.off, ["m=audio 9 RTP/SAVP 8", line80], .noAudio, nil, ""),
    (.offered, ["m=audio 9 RTP/AVP 8"], nil, nil, "RTP/AVP"),
    (.offered, ["m=audio 9 RTP/AVP 8", "\(line80)|1:4"], nil, nil, "RTP/AVP"),
    (.offered, ["m=audio 9 RTP/AVP 8", line32, line80], nil, .counter80, "RTP/AVP"),
    (.offered, ["m=audio 9 RTP/SAVP 8", line32], nil, .counter32, "RTP/SAVP"),
    (.offered, ["m=audio 9 RTP/SAVP 8"], .noKeys, nil, ""),
    (.offered, ["m=audio 9 RTP/SAVP 8", "\(line80)|1:4"], .noKeys, nil, ""),
    (.required, ["m=audio 9 RTP/AVP 8"], .noKeys, nil, ""),
    (.required, ["m=audio 9 RTP/AVP 8", line80], nil, .counter80, "RTP/AVP"),
    (.required, ["m=audio 9 RTP/SAVP 8", line80], nil, .counter80, "RTP/SAVP"),
  ]

  @Test("Offers of others", arguments: offerRows)
  func answers(
    _ policy: MediaProtection, _ lines: [String], _ refusal: SDPError.Reason?,
    _ suite: CryptoSuite?, _ transport: String
  ) throws {
    var negotiator = negotiator(policy)
    let text = offer() + lines.flatMap { sdp($0) }
    if let refusal {
      #expect(throws: SDPError(refusal)) { try negotiator.answer(text) }
      return
    }
    let (answer, agreement) = try negotiator.answer(text)
    let written = try media(answer)
    #expect(written.transport == Text(transport.utf8))
    #expect(agreement.keys?.receive.suite == suite)
    #expect(written.keys.first?.key == agreement.keys?.send)
    if let suite { #expect(written.keys.first?.tag == (suite == .counter80 ? 2 : 1)) }
    if let keys = agreement.keys { #expect(keys.send != keys.receive) }
  }

  @Test("An offer asks for SRTP as far as the SBC where that is agreed on; an answer does not")
  func edge() throws {
    let asking = Text("\r\na=3ge2ae:requested\r\n".utf8)
    var negotiator = negotiator(.offered)
    #expect(!negotiator.offer().contains(asking))
    negotiator.capability.asksForEdge = true
    #expect(negotiator.offer().contains(asking))
    let secured = offer("m=audio 49170 RTP/SAVP 8", line80)
    #expect(try !negotiator.answer(secured).answer.contains(asking))
    negotiator.capability.protection = .off
    #expect(!negotiator.offer().contains(asking))
  }

  @Test("Of a secured and a plain stream, the secured one is taken")
  func secured() throws {
    var negotiator = negotiator(.offered)
    let answer = try negotiator.answer(
      offer("m=audio 49172 RTP/AVP 8", "m=audio 49170 RTP/SAVP 8", line80)
    ).answer
    let media = try SessionDescription(parsing: answer).media
    #expect(media.map(\.port) == [0, 4_000])
  }

  /// What a policy makes of an answer to its offer; `TAG` and a key that fits are ours to fill in.
  static let answerRows: [(MediaProtection, [String], SDPError.Reason?, Bool)] = [
    (.off, ["m=audio 9 RTP/AVP 8", line80], nil, false),
    (.offered, ["m=audio 9 RTP/AVP 8"], nil, false),
    (.offered, ["m=audio 9 RTP/SAVP 8"], .noKeys, false),
    (
      .offered, ["m=audio 9 RTP/AVP 8", "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:\(key80)"],
      nil, true
    ),
    (
      .offered, ["m=audio 9 RTP/AVP 8", "a=crypto:9 AES_CM_128_HMAC_SHA1_80 inline:\(key80)"],
      .badKeys, false
    ),
    (.offered, ["m=audio 9 RTP/AVP 8", line80], .badKeys, false),
    (.offered, ["m=audio 9 RTP/AVP 8", "\(line80)|1:4"], .badKeys, false),
    (.required, ["m=audio 9 RTP/SAVP 8"], .noKeys, false),
    (.required, ["m=audio 9 RTP/AVP 8"], .noKeys, false),
    (
      .required, ["m=audio 9 RTP/SAVP 8", "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:\(key80)"],
      nil, true
    ),
    (
      .required, ["m=audio 9 RTP/SAVP 8", "a=crypto:2 AEAD_AES_128_GCM inline:\(key128)"], nil, true
    ),
  ]

  @Test("Answers of others: the tag has to be ours", arguments: answerRows)
  func accepts(
    _ policy: MediaProtection, _ lines: [String], _ refusal: SDPError.Reason?, _ isSecured: Bool
  ) throws {
    var negotiator = negotiator(policy)
    let ours = try media(negotiator.offer())
    let text = offer() + lines.flatMap { sdp($0) }
    if let refusal {
      #expect(throws: SDPError(refusal)) { try negotiator.accept(text) }
      return
    }
    let keys = try negotiator.accept(text).keys
    #expect((keys != nil) == isSecured)
    guard let keys else { return }
    #expect(ours.keys.first { $0.key.suite == keys.send.suite }?.key == keys.send)
  }

  @Test("Another fork answers with a key of its own, under another tag")
  func forks() throws {
    var negotiator = negotiator(.offered)
    let ours = try media(negotiator.offer())
    for (tag, suite, key) in [
      (3, "AES_CM_128_HMAC_SHA1_80", key80), (3, "AES_CM_128_HMAC_SHA1_80", otherKey80),
      (2, "AEAD_AES_128_GCM", key128),
    ] {
      let answer = offer("m=audio 9 RTP/AVP 8", "a=crypto:\(tag) \(suite) inline:\(key)")
      let keys = try #require(try negotiator.accept(answer).keys)
      #expect(keys.send == ours.keys[tag - 1].key)
      #expect(keys.receive == (try media(answer)).keys.first?.key)
    }
  }

  @Test("Hold keeps the keys; a new key of theirs gets a new one of ours")
  func changes() throws {
    var negotiator = negotiator(.offered)
    let first = try negotiator.answer(offer("m=audio 9 RTP/SAVP 8", line80)).agreement
    let held = try negotiator.answer(
      offer("m=audio 9 RTP/SAVP 8", line80, "a=sendonly")
    ).agreement
    #expect(held.keys == first.keys && held.keys != nil)
    let other = line80.replacing(key80, with: otherKey80)
    let moved = try negotiator.answer(offer("m=audio 9 RTP/SAVP 8", other)).agreement
    #expect(moved.keys?.receive != first.keys?.receive && moved.keys?.send != first.keys?.send)
    #expect(try media(negotiator.offer()).transport.equals("RTP/SAVP"), "as it was agreed on")
    let plain = try negotiator.answer(offer("m=audio 9 RTP/AVP 8")).agreement
    #expect(plain.keys == nil)
  }
}
