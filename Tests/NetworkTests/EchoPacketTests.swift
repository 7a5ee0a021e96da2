import Base
import Network
import Testing

@Suite("Echo packets of ICMP")
struct EchoPacketTests {
  private let packet = EchoPacket(identifier: 0x1234, number: 7)
  private let payload = Text(0..<32)
  /// An IPv4 header of five words and one of six.
  private let header = Text([0x45] + [UInt8](repeating: 0, count: 19))
  private let longHeader = Text([0x46] + [UInt8](repeating: 0, count: 23))

  @Test("Requests, octet by octet")
  func requests() {
    #expect(packet.request(isIPv6: false) == [8, 0, 0xF4, 0xC3, 0x12, 0x34, 0, 7] + payload)
    #expect(packet.request(isIPv6: true) == [128, 0, 0, 0, 0x12, 0x34, 0, 7] + payload)
  }

  @Test("Answers, behind headers of any length")
  func answers() {
    let answer: Text = [0, 0, 0xAB, 0xCD, 0x12, 0x34, 0, 7]
    #expect(EchoPacket(replyIn: header + answer + payload, isIPv6: false) == packet)
    #expect(EchoPacket(replyIn: longHeader + answer, isIPv6: false) == packet)
    #expect(EchoPacket(replyIn: [129] + answer.dropFirst() + payload, isIPv6: true) == packet)
  }

  @Test("What is no answer is none, however short")
  func others() {
    let request = packet.request(isIPv6: false)
    #expect(EchoPacket(replyIn: header + request, isIPv6: false) == nil)
    #expect(EchoPacket(replyIn: request, isIPv6: true) == nil)
    let answer = header + [0, 0, 0, 0, 0, 0, 0, 0]
    for length in answer.indices {
      #expect(EchoPacket(replyIn: Text(answer[..<length]), isIPv6: false) == nil)
    }
    #expect(EchoPacket(replyIn: [0x4F] + answer.dropFirst(), isIPv6: false) == nil)
    #expect(EchoPacket(replyIn: [0x65] + answer.dropFirst(), isIPv6: false) == nil)
  }
}
