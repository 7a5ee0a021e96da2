import Base
import Testing

@Suite("Text as bytes")
struct TextTests {
  @Test func appendsNumbers() {
    var text = Text()
    text.append(decimal: 0)
    text.append(" ")
    text.append(decimal: -120)
    text.append(" ")
    text.append(decimal: 7, padded: 3)
    text.append(" ")
    text.append(hex: 0xBEEF, digits: 6)
    #expect(String(decoding: text, as: UTF8.self) == "0 -120 007 00beef")
  }

  @Test(
    "Reads decimal numbers, and nothing else",
    arguments: [
      ("0", 0), ("42", 42), ("1234567890123456789", 1_234_567_890_123_456_789), ("", nil),
      ("-1", nil), ("1a", nil), (" 1", nil), ("12345678901234567890", nil),
    ] as [(String, UInt64?)])
  func decimalValue(_ text: String, _ value: UInt64?) {
    #expect(Array(text.utf8).decimalValue == value)
  }

  @Test func comparesWithoutCase() {
    #expect(Array("INVITE".utf8).equalsIgnoringCase("invite"))
    #expect(!Array("INVITE".utf8).equals("invite"))
    #expect(!Array("INVITE ".utf8).equalsIgnoringCase("invite"))
    #expect(!Array("[".utf8).equalsIgnoringCase("{"))
  }
}
