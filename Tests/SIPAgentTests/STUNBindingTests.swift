import Base
import Testing

@testable import SIPAgent

@Suite("STUN Binding, RFC 8489")
struct STUNBindingTests {
  /// The transaction of the examples in RFC 5769.
  private static let head: Text = [
    0x21, 0x12, 0xA4, 0x42, 0xB7, 0xE7, 0xA7, 0x01, 0xBC, 0x34, 0xD6, 0x86, 0xFA, 0x87, 0xDF, 0xAE,
  ]
  /// RFC 5769 §2.2: SOFTWARE, XOR-MAPPED-ADDRESS, MESSAGE-INTEGRITY and FINGERPRINT.
  private static let answerIPv4: Text =
    [0x01, 0x01, 0x00, 0x3C] + head + [
      0x80, 0x22, 0x00, 0x0B, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63, 0x74, 0x6F, 0x72,
      0x20, 0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xA1, 0x47, 0xE1, 0x12, 0xA6, 0x43, 0x00, 0x08,
      0x00, 0x14, 0x2B, 0x91, 0xF5, 0x99, 0xFD, 0x9E, 0x90, 0xC3, 0x8C, 0x74, 0x89, 0xF9, 0x2A,
      0xF9, 0xBA, 0x53, 0xF0, 0x6B, 0xE7, 0xD7, 0x80, 0x28, 0x00, 0x04, 0xC0, 0x7D, 0x4C, 0x96,
    ]
  /// RFC 5769 §2.3, up to its MESSAGE-INTEGRITY.
  private static let answerIPv6: Text =
    [0x01, 0x01, 0x00, 0x28] + head + [
      0x80, 0x22, 0x00, 0x0B, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63, 0x74, 0x6F, 0x72,
      0x20, 0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xA1, 0x47, 0x01, 0x13, 0xA9, 0xFA, 0xA5, 0xD3,
      0xF1, 0x79, 0xBC, 0x25, 0xF4, 0xB5, 0xBE, 0xD2, 0xB9, 0xD9,
    ]

  @Test("The answers of RFC 5769")
  func vectors() throws {
    let first = try #require(STUNBindingAnswer(parsing: Self.answerIPv4))
    #expect(first.mapped == Endpoint(.v4(0xC000_0201), 32_853))
    let second = try #require(STUNBindingAnswer(parsing: Self.answerIPv6))
    #expect(
      second.mapped == Endpoint(.v6(0x2001_0DB8_1234_5678, 0x0011_2233_4455_6677), 32_853))
    #expect(first.request == second.request)
    #expect(first.request.bytes == [0, 1, 0, 0] + Self.head)
  }

  @Test("A request is its header alone, and STUN is told from SIP")
  func request() {
    var random = RandomSource(testSeed: 7)
    let request = STUNBinding(using: &random)
    #expect(request.bytes.count == 20)
    #expect(request.bytes.prefix(8) == [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42])
    #expect(request != STUNBinding(using: &random))
    #expect(STUNBinding.isSTUN(request.bytes))
    #expect(!STUNBinding.isSTUN(Text(request.bytes.dropLast())))
    #expect(!STUNBinding.isSTUN([0x53] + request.bytes.dropFirst()))
    #expect(!STUNBinding.isSTUN(Text("SIP/2.0 200 OK\r\n\r\n")))
    #expect(STUNBindingAnswer(parsing: request.bytes) == nil)
  }

  @Test("An error tells of no address")
  func refusal() throws {
    let answer = try #require(
      STUNBindingAnswer(parsing: [0x01, 0x11] + Self.answerIPv4.dropFirst(2)))
    #expect(answer.mapped == nil)
  }

  @Test("Cut at any byte, or with a length that is not its own, it is no answer")
  func bent() {
    for count in 0..<Self.answerIPv4.count {
      #expect(STUNBindingAnswer(parsing: Text(Self.answerIPv4.prefix(count))) == nil)
      // The header says how much there is, and an attribute wants more.
      var cut = Text(Self.answerIPv4.prefix(count))
      guard count > 20 else { continue }
      cut[3] = UInt8(count - 20)
      let mapped = STUNBindingAnswer(parsing: cut)?.mapped
      #expect(mapped == nil || count >= 48)
    }
    for (place, byte) in [(3, 0x3B), (23, 0xFF), (38, 0x01), (41, 0x03), (39, 0x07)] {
      var answer = Self.answerIPv4
      answer[place] = UInt8(byte)
      #expect(STUNBindingAnswer(parsing: answer)?.mapped == nil, "byte \(place)")
    }
    let long = [0x01, 0x01, 0x02, 0x14] + Self.head + Text(repeating: 0x80, count: 532)
    #expect(STUNBindingAnswer(parsing: long) == nil)
  }
}
