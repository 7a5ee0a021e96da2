import Base
import Foundation
import Testing

@Suite("Base64")
struct Base64Tests {
  /// Bytes without a pattern that could hide a mistake.
  private func bytes(_ count: Int) -> Text {
    Text((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 7) })
  }

  @Test("Foundation reads what we write", arguments: [0, 1, 2, 3, 44, 45, 46, 1_000])
  func written(count: Int) {
    let text = String(decoding: encodedBase64(bytes(count)), as: UTF8.self)
    #expect(Data(base64Encoded: text).map(Text.init) == bytes(count))
  }

  @Test("We read what Foundation writes", arguments: [0, 1, 2, 3, 44, 45, 46, 1_000])
  func read(count: Int) {
    let text = Data(bytes(count)).base64EncodedString()
    #expect(decodedBase64(Text(text.utf8)) == bytes(count))
  }

  @Test("What is no base64 is refused", arguments: ["Zm9v!", "Zm 9v", "Zm9v\u{e9}", "-_"])
  func refused(text: String) {
    #expect(decodedBase64(Text(text.utf8)) == nil)
  }
}
