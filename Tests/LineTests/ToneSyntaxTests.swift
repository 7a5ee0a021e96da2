import Base
import Line
import MediaControl
import Testing

@Suite("Tone syntax")
struct ToneSyntaxTests {
  @Test("Frequencies, levels, modulation, times and repetition")
  func reads() throws {
    let tone = try Tone(parsing: Text("!950@-20/330,350+440@-13/100,400*25/200,0/65535"))
    #expect(tone.count == 4)
    #expect(tone.repeatFrom == 1)
    let (once, pair) = (tone.segments[0], tone.segments[1])
    #expect(once.components[0] == ToneSegment.Component(hertz: 950, levelDBm0: -20))
    #expect(once.milliseconds == 330)
    #expect(pair.components[0] == ToneSegment.Component(hertz: 350, levelDBm0: -10))
    #expect(pair.components[1] == ToneSegment.Component(hertz: 440, levelDBm0: -13))
    #expect(pair.components[2] == .none)
    #expect(tone.segments[2].modulationHz == 25)
    #expect(tone.segments[3] == ToneSegment(silenceMs: 65_535))
    #expect(tone.segments[3].isSilence)
  }

  @Test("A tone without a time lasts for ever, one that is once only ends")
  func endings() throws {
    let dial = try Tone(parsing: Text("450"), levelDBm0: -7)
    #expect(dial.repeatFrom == 0)
    #expect(dial.segments[0].milliseconds == 0)
    #expect(dial.segments[0].components[0].levelDBm0 == -7)
    #expect(try Tone(parsing: Text("!450/200,!0/200")).repeatFrom == nil)
  }

  static let mistakes: [(String, ToneSyntaxError)] = [
    ("", ToneSyntaxError(.numberExpected, at: 0)),
    ("x", ToneSyntaxError(.numberExpected, at: 0)),
    ("450/", ToneSyntaxError(.numberExpected, at: 4)),
    ("450@", ToneSyntaxError(.numberExpected, at: 4)),
    ("450@-", ToneSyntaxError(.numberExpected, at: 5)),
    ("450,", ToneSyntaxError(.endless, at: 0)),
    ("450/100,", ToneSyntaxError(.numberExpected, at: 8)),
    ("450/350,0/350 ", ToneSyntaxError(.unexpectedCharacter, at: 13)),
    ("450,0/350", ToneSyntaxError(.endless, at: 0)),
    ("4000", ToneSyntaxError(.numberOutOfRange, at: 0)),
    ("450/65536", ToneSyntaxError(.numberOutOfRange, at: 4)),
    ("450@-61", ToneSyntaxError(.numberOutOfRange, at: 5)),
    ("450@4", ToneSyntaxError(.numberOutOfRange, at: 4)),
    ("400*256", ToneSyntaxError(.numberOutOfRange, at: 4)),
    ("1+2+3+4+5", ToneSyntaxError(.tooManyFrequencies, at: 8)),
    ("450/1,!450/1", ToneSyntaxError(.onceAfterRepeated, at: 6)),
    ("99999999999999999999999", ToneSyntaxError(.numberOutOfRange, at: 0)),
  ]

  @Test("A mistake is named with its place", arguments: mistakes)
  func refuses(_ text: String, _ error: ToneSyntaxError) {
    #expect(throws: error) { _ = try Tone(parsing: Text(text.utf8)) }
  }

  @Test("Sixteen segments fit, seventeen do not")
  func limit() throws {
    let sixteen = Text([String](repeating: "450/1", count: 16).joined(separator: ",").utf8)
    #expect(try Tone(parsing: sixteen).count == 16)
    #expect(throws: ToneSyntaxError(.tooManySegments, at: 96)) {
      _ = try Tone(parsing: sixteen + Text(",450/1"))
    }
  }

  @Test("No bytes can make it trap", arguments: UInt64(1)...200)
  func randomText(seed: UInt64) {
    var dice = RandomSource(testSeed: seed)
    let alphabet = Text("0123456789+@-*/,! x")
    for _ in 0..<100 {
      let length = Int.random(in: 0...40, using: &dice)
      let text = (0..<length).map { _ in alphabet[Int.random(in: 0..<19, using: &dice)] }
      do throws(ToneSyntaxError) {
        let tone = try Tone(parsing: text)
        #expect((1...16).contains(tone.count), "seed \(seed)")
      } catch {
        #expect((0...length).contains(error.offset), "seed \(seed)")
      }
    }
  }
}
