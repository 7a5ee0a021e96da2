import Base
import Testing

@testable import SIPAgent

@Suite("The reader of XML and of what a core says in it")
struct XMLReaderTests {
  private func steps(_ document: String) -> (steps: [String], isComplete: Bool) {
    var reader = XMLReader(Text(document.utf8))
    var steps: [String] = []
    while let step = reader.next() {
      switch step {
      case .open(let name, _): steps.append("<\(string(reader.value(name)))")
      case .close(let name): steps.append("/\(string(reader.value(name)))")
      case .text(let range): steps.append(string(reader.value(range)))
      }
    }
    return (steps.filter { !$0.isEmpty }, reader.isComplete)
  }

  @Test("Elements, empty ones, prefixes, comments, instructions, entities, a > in an attribute")
  func wellFormed() {
    let read = steps(
      "<?xml?><!-- <x> --><a:b c='>' d=\"1\"> 1 &lt; 2 &amp;&quot;&apos;&gt;&other; <e/></a:b >\n")
    #expect(read.steps == ["<b", "1 < 2 &\"'>&other;", "<e", "/e", "/b"])
    #expect(read.isComplete)
  }

  static let broken = [
    "<a>", "</a>", "<a", "<a b='>", "<!DOCTYPE a><a/>", "<a><![CDATA[x]]></a>", "<!-- <a/>",
    "<a></a", "<>x</>", "<a/></b>", String(repeating: "<a>", count: 17),
  ]

  @Test("What is open, cut, too deep or defines entities is not complete", arguments: broken)
  func incomplete(_ document: String) {
    #expect(!steps(document).isComplete)
  }

  @Test func attributes() {
    let text = Text("<a one = '1' two=\"&quot;2&quot;\" three four='>'>".utf8)
    var reader = XMLReader(text)
    guard case .open(_, let attributes) = reader.next() else {
      Issue.record("no element")
      return
    }
    #expect(reader.attribute("one", in: attributes).map(string) == "1")
    #expect(reader.attribute("two", in: attributes).map(string) == "\"2\"")
    #expect(reader.attribute("five", in: attributes) == nil)
  }

  @Test("Bent documents are read or refused, whatever their bytes are")
  func bent() {
    let whole = Text(
      RegistrationEventTests.document(
        RegistrationEventTests.contact("terminated", "probation", "retry-after=\"9\"")
      ).utf8)
    #expect(RegistrationInformation(parsing: whole)?.registrations.first?.contacts.count == 1)
    var random = RandomSource(testSeed: 3_680)
    var refused = 0
    for _ in 0..<3_000 {
      var bent = whole
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        let place = Int.random(in: bent.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bent[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bent.removeSubrange(place...)
        default: bent.insert(contentsOf: Text("<\"/>&".utf8).shuffled(using: &random), at: place)
        }
        if bent.isEmpty { bent = [0] }
      }
      if RegistrationInformation(parsing: bent) == nil { refused += 1 }
    }
    #expect(refused > 1_000)
  }
}
