import Base
import SDP
import Testing

/// Lines become a description: CR LF behind each.
func sdp(_ lines: String...) -> Text { Text(lines.joined(separator: "\r\n").utf8) + [13, 10] }

/// The beginning of every description here.
let head = "v=0\r\no=alice 2890844526 2890844526 IN IP4 host.example.com\r\ns=-"

@Suite("Session description")
struct SessionDescriptionTests {
  @Test("What a call needs is found")
  func parses() throws {
    let description = try SessionDescription(
      parsing: sdp(
        head, "c=IN IP4 192.0.2.1", "b=AS:80", "t=3034423619 3042462419", "a=sendonly",
        "m=audio 49170/2 RTP/AVP 8 97 101 13", "a=rtpmap:97 pcmu/8000/1",
        "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-9,11,16", "a=ptime:30",
        "a=maxptime:40", "a=rtcp:53020 IN IP4 192.0.2.9", "a=recvonly",
        "m=video 51372 RTP/SAVP 31", "c=IN IP6 2001:db8::1", "a=rtpmap:31 H261/90000"))
    #expect(description.origin == Origin(session: 2_890_844_526, version: 2_890_844_526))
    #expect(description.connection == .v4(0xC000_0201))
    #expect(description.timing == Text("3034423619 3042462419"))
    #expect(description.direction == .sendOnly)
    try #require(description.media.count == 2)
    let audio = description.media[0]
    #expect(audio.isPlainAudio && audio.port == 49_170 && audio.direction == .receiveOnly)
    #expect(audio.formats.map(\.payloadType) == [8, 97, 101, 13])
    #expect(audio.formats.map(\.encoding) == [.pcma, .pcmu, .telephoneEvent, .other])
    #expect(audio.formats[2].events == 0b1_0000_1011_1111_1111)
    #expect(audio.packetMs == 30 && audio.longestPacketMs == 40 && audio.controlPort == 53_020)
    let video = description.media[1]
    #expect(!video.isPlainAudio && video.formats.isEmpty && video.formatText == Text("31"))
    #expect(video.connection == .v6(0x2001_0DB8_0000_0000, 1))
  }

  @Test("Lines may end with LF alone, and the last one without")
  func lineEnds() throws {
    let text = Text("v=0\no=- 1 1 IN IP4 h\ns=-\nc=IN IP4 192.0.2.1\nm=audio 9 RTP/AVP 0".utf8)
    #expect(try SessionDescription(parsing: text).media.count == 1)
  }

  struct Refusal: Sendable {
    let reason: SDPError.Reason
    let line: Int
    let text: Text

    init(_ reason: SDPError.Reason, line: Int, _ text: Text) {
      self.reason = reason
      self.line = line
      self.text = text
    }
  }

  static let refusals = [
    Refusal(.badVersion, line: 1, []),
    Refusal(.badVersion, line: 1, sdp("v=1")),
    Refusal(.badOrigin, line: 2, sdp("v=0")),
    Refusal(.badOrigin, line: 2, sdp("v=0", "s=-")),
    Refusal(.badOrigin, line: 2, sdp("v=0", "o=- 1 x IN IP4 h")),
    Refusal(.badOrigin, line: 2, sdp("v=0", "o=- 1 1 IN IP4")),
    Refusal(.badLine, line: 4, sdp(head, "hello")),
    Refusal(.badConnection, line: 4, sdp(head, "c=IN IP4 host.example.com")),
    Refusal(.badConnection, line: 4, sdp(head, "c=IN IP6 192.0.2.1")),
    Refusal(.badConnection, line: 4, sdp(head, "c=IN IP4 192.0.2.1.5")),
    Refusal(.badMedia, line: 4, sdp(head, "m=audio")),
    Refusal(.badMedia, line: 4, sdp(head, "m=audio 65536 RTP/AVP 0")),
    Refusal(.badMedia, line: 4, sdp(head, "m=audio 99999999999999999999 RTP/AVP 0")),
    Refusal(.badMedia, line: 4, sdp(head, "m=audio -1 RTP/AVP 0")),
    Refusal(.badMedia, line: 4, sdp(head, "m=audio 9 RTP/AVP")),
    Refusal(.badMedia, line: 4, sdp(head, "m=audio 9 RTP/AVP 128")),
    Refusal(.badMedia, line: 4, sdp(head, "m=audio 9 RTP/AVP 0 \u{1}")),
    Refusal(.badAttribute, line: 5, sdp(head, "m=audio 9 RTP/AVP 0", "a=rtpmap:0")),
    Refusal(
      .tooLarge, line: 4,
      sdp(head, "m=audio 9 RTP/AVP" + String(repeating: " 8", count: 65))),
    Refusal(
      .tooLarge, line: 20,
      sdp(head) + (0..<17).flatMap { _ in sdp("m=video 9 RTP/AVP 31") }),
    Refusal(.tooLarge, line: 501, sdp(head) + (0..<1_000).flatMap { _ in sdp("a=x") }),
    Refusal(.tooLarge, line: 0, sdp(head) + Text(repeating: 0x61, count: 16_384)),
  ]

  @Test("A refusal names its reason and its line", arguments: refusals)
  func refuses(_ row: Refusal) {
    #expect(throws: SDPError(row.reason, line: row.line)) {
      try SessionDescription(parsing: row.text)
    }
  }

  static let whole = sdp(
    head, "c=IN IP4 192.0.2.1", "t=0 0", "m=audio 49170 RTP/AVP 8 0 101", "a=rtpmap:8 PCMA/8000",
    "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "a=sendrecv",
    "m=image 4000 udptl t38", "a=T38FaxVersion:0")

  @Test("Every prefix is answered or refused")
  func prefixes() {
    var answered = 0
    for count in 0...Self.whole.count {
      var negotiator = Negotiator(
        capability: AudioCapability(local: Endpoint(.loopback, 4_000)), session: 1)
      if (try? negotiator.answer(Array(Self.whole[..<count]))) != nil { answered += 1 }
    }
    #expect(answered > 100 && answered < Self.whole.count)
  }

  @Test("Bent and random descriptions are answered or refused", arguments: [1, 2, 3] as [UInt64])
  func random(seed: UInt64) {
    var random = RandomSource(testSeed: seed)
    let letters = Text("=:/, -0123456789\r\nacmovst".utf8)
    for _ in 0..<3_000 {
      var text = Self.whole
      for _ in 0..<(1 + random.next() % 8) {
        let place = Int(random.next() % UInt64(text.count))
        switch random.next() % 4 {
        case 0: text[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: text[place] = letters[Int(random.next() % UInt64(letters.count))]
        case 2: text.remove(at: place)
        default: text.insert(letters[Int(random.next() % UInt64(letters.count))], at: place)
        }
      }
      var negotiator = Negotiator(
        capability: AudioCapability(local: Endpoint(.loopback, 4_000)), session: 1)
      guard let (answer, agreement) = try? negotiator.answer(text) else { continue }
      // What we say must be a description, whatever was said to us.
      let ours = try? SessionDescription(parsing: answer)
      #expect(ours != nil, "seed \(seed): \(String(decoding: text, as: UTF8.self))")
      #expect([10, 20, 30].contains(agreement.packetMs))
    }
  }
}
