import Base
import Call
import Testing

/// What a dial string is to a map.
private enum Standing: Equatable {
  case partial
  /// A match that another key could extend.
  case open
  /// A match that no key can extend.
  case closed
  case impossible
}

private func standing(of keys: String, in map: String) throws -> Standing {
  var matcher = DigitMatcher(map: try DigitMap(parsing: Text(map.utf8)))
  for key in keys.utf8 { matcher.press(key) }
  if matcher.isImpossible { return .impossible }
  if matcher.isMatch { return matcher.canGoOn ? .open : .closed }
  return .partial
}

/// The Chinese plan: subscriber, mobile and trunk numbers, short codes, services.
let chinesePlan =
  "(0[1-9]xxxxxxxxx.|1[3-9]xxxxxxxxx|[2-8]xxxxxxx|1[0-2]x|95xxx|*xx#|#xx#)"

@Suite("Digit map, RFC 3435 section 2.1.5")
struct DigitMapTests {
  @Test("The first example of the RFC: x11 is a match inside a longer number")
  func directoryInquiries() throws {
    let map = "(xxxxxxx|x11)"
    #expect(try standing(of: "41", in: map) == .partial)
    #expect(try standing(of: "411", in: map) == .open)
    #expect(try standing(of: "412", in: map) == .partial)
    #expect(try standing(of: "4111234", in: map) == .closed)
    #expect(try standing(of: "41112345", in: map) == .impossible)
  }

  @Test("The subtle example of the RFC: a dot allows for none")
  func dots() throws {
    let map = "(0[12].|00|1[12].1|2x.#)"
    let rows: [(String, Standing)] = [
      ("0", .open), ("00", .closed), ("0121", .open), ("03", .impossible),
      ("1", .partial), ("12", .partial), ("11", .open), ("121", .open), ("13", .impossible),
      ("2", .partial), ("23", .partial), ("2345", .partial), ("2345#", .closed), ("2#", .closed),
      ("2#1", .impossible), ("3", .impossible),
    ]
    for (keys, expected) in rows {
      #expect(try standing(of: keys, in: map) == expected, "\(keys)")
    }
  }

  @Test("The office plan of the RFC")
  func officePlan() throws {
    let map = "(0T|00T|[1-7]xxx|8xxxxxxx|#xxxxxxx|*xx|91xxxxxxxxxx|9011x.T)"
    let rows: [(String, Standing)] = [
      ("0", .partial), ("00", .partial), ("000", .impossible), ("1234", .closed),
      ("7999", .closed), ("812345", .partial), ("81234567", .closed), ("#1234567", .closed),
      ("*70", .closed), ("*7", .partial), ("912125551212", .closed), ("9011", .partial),
      ("9011441234", .partial), ("92", .impossible), ("90", .partial), ("902", .impossible),
    ]
    for (keys, expected) in rows {
      #expect(try standing(of: keys, in: map) == expected, "\(keys)")
    }
  }

  @Test("The Chinese plan")
  func chinese() throws {
    let rows: [(String, Standing)] = [
      ("01088886666", .open), ("0108888666", .open), ("010888866", .partial),
      ("075588886666", .open), ("00", .impossible),
      ("13800138000", .closed), ("1380013800", .partial), ("12345", .impossible),
      ("88886666", .closed), ("8888666", .partial), ("110", .closed), ("119", .closed),
      ("122", .closed), ("11", .partial), ("95588", .closed), ("9558", .partial),
      ("96", .impossible), ("*57#", .closed), ("*57", .partial), ("*57*", .impossible),
      ("#57#", .closed), ("#", .partial),
    ]
    for (keys, expected) in rows {
      #expect(try standing(of: keys, in: chinesePlan) == expected, "\(keys)")
    }
  }

  @Test("Sets, letters and blanks")
  func symbols() throws {
    #expect(try standing(of: "*", in: "[0-35*#A]") == .closed)
    #expect(try standing(of: "3", in: "[0-35*#A]") == .closed)
    #expect(try standing(of: "4", in: "[0-35*#A]") == .impossible)
    #expect(try standing(of: "a", in: "[0-35*#A]") == .closed)
    #expect(try standing(of: "12", in: " ( 1 2 | 3 X ) ") == .closed)
    #expect(try standing(of: "39", in: " ( 1 2 | 3 X ) ") == .closed)
    #expect(try standing(of: "*", in: "x") == .impossible)
    #expect(try standing(of: "!", in: "x.") == .impossible)
  }

  static let mistakes: [(String, DigitMapError)] = [
    ("", DigitMapError(.empty, at: 0)),
    ("()", DigitMapError(.empty, at: 1)),
    ("1|", DigitMapError(.empty, at: 1)),
    ("|1", DigitMapError(.empty, at: 0)),
    ("(1||2)", DigitMapError(.empty, at: 3)),
    ("[]", DigitMapError(.empty, at: 1)),
    ("1y", DigitMapError(.unexpectedCharacter, at: 1)),
    ("1)", DigitMapError(.unexpectedCharacter, at: 1)),
    ("(1)2", DigitMapError(.unexpectedCharacter, at: 3)),
    ("[1", DigitMapError(.unclosed, at: 0)),
    ("(", DigitMapError(.unclosed, at: 0)),
    ("(1|2", DigitMapError(.unclosed, at: 0)),
    ("[9-1]", DigitMapError(.badRange, at: 1)),
    ("[1-*]", DigitMapError(.badRange, at: 1)),
    ("[a-d]", DigitMapError(.badRange, at: 1)),
    (".", DigitMapError(.nothingToRepeat, at: 0)),
    ("x..", DigitMapError(.nothingToRepeat, at: 2)),
    ("1|.", DigitMapError(.nothingToRepeat, at: 2)),
  ]

  @Test("A mistake is named with its place", arguments: mistakes)
  func refuses(_ text: String, _ error: DigitMapError) {
    #expect(throws: error) { _ = try DigitMap(parsing: Text(text.utf8)) }
  }

  @Test("The limits hold")
  func limits() throws {
    let longest = Text(repeating: UInt8(ascii: "x"), count: DigitMap.placeLimit)
    #expect(throws: Never.self) { _ = try DigitMap(parsing: longest) }
    #expect(throws: DigitMapError(.tooLong, at: 60)) {
      _ = try DigitMap(parsing: longest + Text("x"))
    }
    let widest = [String](repeating: "1", count: DigitMap.alternativeLimit).joined(separator: "|")
    #expect(throws: Never.self) { _ = try DigitMap(parsing: Text(widest.utf8)) }
    #expect(throws: DigitMapError.self) { _ = try DigitMap(parsing: Text((widest + "|1").utf8)) }
  }

  @Test("No map and no keys can make it trap", arguments: UInt64(1)...200)
  func randomWalk(seed: UInt64) {
    var dice = RandomSource(testSeed: seed)
    let symbols = Text("0123456789xX*#|().[-]TLSad ")
    let keys = Text("0123456789*#ABCDz")
    for _ in 0..<50 {
      let length = Int.random(in: 0...70, using: &dice)
      let text = (0..<length).map { _ in symbols[Int.random(in: 0..<27, using: &dice)] }
      do throws(DigitMapError) {
        var matcher = DigitMatcher(map: try DigitMap(parsing: text))
        for _ in 0..<30 {
          matcher.press(keys[Int.random(in: 0..<17, using: &dice)])
          if matcher.isImpossible { #expect(!matcher.isMatch && !matcher.canGoOn) }
        }
      } catch {
        #expect((0...length).contains(error.offset), "seed \(seed)")
      }
    }
  }
}
