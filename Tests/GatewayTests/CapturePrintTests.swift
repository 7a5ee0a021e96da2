import Base
import Foundation
import Testing

@testable import Gateway

@Suite("A capture on a terminal")
struct CapturePrintTests {
  /// Bytes without a pattern that could hide a mistake.
  private func bytes(_ count: Int) -> Text {
    Text((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 7) })
  }

  @Test("The check value of the CRC is the one of its catalogue")
  func crc() {
    #expect(CapturePrint.crc32(Text("123456789".utf8)[...]) == 0xCBF4_3926)
    #expect(CapturePrint.crc32([]) == 0)
  }

  @Test("Parts are whole and together the file; the last one may be short")
  func parts() {
    let file = bytes(2 * CapturePrint.partSize + 100)
    var content = Text()
    for part in 1...3 {
      let lines = CapturePrint.lines(of: file, part: part).map { string($0) }
      #expect(lines.first == "begin-base64 600 capture.pcapng.\(part)")
      #expect(lines.dropLast().last == "====")
      let decoded = Data(base64Encoded: lines[1..<(lines.count - 2)].joined()) ?? Data()
      content += Text(decoded)
      let size = part < 3 ? 65_536 : 100
      #expect(
        lines.last?.hasPrefix("part \(part) of 3: \(size) of 131172 bytes, CRC-32 ") == true)
    }
    #expect(content == file)
    #expect(CapturePrint.parts(of: CapturePrint.partSize) == 1)
  }

  @Test("It is printed in one go, without a page that has to be turned; an operator may not")
  func console() {
    let world = World.registered(boxes: 1)
    world.boxes[0].disk.capture = bytes(100)
    world.boxes[0].begin(.line(Text("capture print".utf8)), now: world.now)
    let said = string(world.boxes[0].live[1] ?? [])
    #expect(said.hasPrefix("\u{0E}begin-base64 600 capture.pcapng.1\n"), "\(said)")
    #expect(said.contains("\n====\npart 1 of 1: 100 of 100 bytes, CRC-32 "), "\(said)")
    #expect(said.hasSuffix("\n\u{1E}box1> \u{04}"), "\(said)")
    #expect(world.console("capture print 2") == "the file has 1 part\n")
    #expect(world.console("capture print 33").contains("a number from 1 to 32"))
    _ = world.console("capture start")
    #expect(world.console("capture print") == "a capture runs: capture stop first\n")
    world.boxes[0].roles[2] = .operator
    let refused = world.boxes[0].console("capture print", number: 2, now: world.now)
    #expect(refused.contains("'capture' is not known"))
  }
}
