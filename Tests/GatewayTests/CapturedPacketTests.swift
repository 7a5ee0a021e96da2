import Base
import Testing

@testable import Gateway

@Suite("Packets in a capture")
struct CapturedPacketTests {
  private let own = IPAddress.v4(0xC000_0265)
  private let own6 = IPAddress.v6(0x2001_0DB8_0000_0000, 1)

  private func header(_ source: [UInt8], _ destination: [UInt8]) -> Text {
    source.count == 4
      ? [0x45] + Text(repeating: 0, count: 11) + source + destination
      : [0x60] + Text(repeating: 0, count: 7) + source + destination
  }

  @Test("Those from and to the box, of IPv4 and IPv6, and no others")
  func concerns() {
    let (a, b, c): ([UInt8], [UInt8], [UInt8]) = (
      [192, 0, 2, 101], [192, 0, 2, 9], [192, 0, 2, 10]
    )
    #expect(Capture.concerns(header(a, b), own))
    #expect(Capture.concerns(header(b, a), own))
    #expect(!Capture.concerns(header(b, c), own))
    let six = [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11)
    #expect(Capture.concerns(header(six + [1], six + [2]), own6))
    #expect(Capture.concerns(header(six + [2], six + [1]), own6))
    #expect(!Capture.concerns(header(six + [2], six + [3]), own6))
    #expect(!Capture.concerns(header(a, b), own6))
    #expect(!Capture.concerns(header(six + [1], six + [2]), own))
  }

  @Test("What ends within its header concerns nobody")
  func short() {
    let packet = header([192, 0, 2, 101], [192, 0, 2, 101])
    for length in packet.indices { #expect(!Capture.concerns(Text(packet[..<length]), own)) }
  }

  @Test("Packets leave a quarter of the room to SIP and events")
  func room() {
    var capture = Capture(limit: 16_384)
    let packet = header([192, 0, 2, 101], [192, 0, 2, 9]) + Text(repeating: 0, count: 180)
    while !capture.isFullOfPackets { capture.note(packet, utc: 0) }
    #expect((11_800...12_288).contains(capture.size))
    #expect(capture.omitted == 1)
    let before = capture.packets
    capture.note(event: Text("port 1: loop open".utf8), of: Text("box".utf8), at: own, utc: 0)
    #expect(capture.packets == before + 1)
  }
}
