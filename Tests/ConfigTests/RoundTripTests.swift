import Base
import Config
import Testing

/// Random values of every parameter, made from its row: a new row is tested without a line here.
private struct Dice {
  var random: RandomSource

  mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

  mutating func configuration() -> Configuration {
    var configuration = Configuration()
    for parameter in Parameter.allCases where parameter.row.scope == .box && below(2) == 0 {
      configuration.set(parameter, to: value(parameter.row.type))
    }
    for port in 1...UInt8(32) where below(8) == 0 {
      for parameter in Parameter.allCases where parameter.row.scope == .port && below(2) == 0 {
        configuration.set(parameter, port: port, to: value(parameter.row.type))
      }
    }
    return configuration
  }

  private mutating func value(_ type: ParameterType) -> ParameterValue {
    switch type {
    case .host: .text(Text(below(2) == 0 ? "box-\(below(1000)).example" : "2001:db8::\(below(9))"))
    case .text(let limit), .secret(let limit): .text(anyText(limit))
    case .telephoneNumber: .text(Text((below(2) == 0 ? "+" : "") + "\(below(1_000_000_000))"))
    case .numberList: .text(Text("\(10 + below(90)),\(100 + below(900))"))
    case .country: .text(checks.countries[below(3)])
    case .digitMap: .text(Text("(\(below(10))xxx|x.T|\(below(2) == 0 ? "*xx" : "#") 1)"))
    case .socketPath: .text([0x2F] + anyText(106))
    case .number(let range, _), .seconds(let range):
      .number(range.lowerBound + below(range.count))
    case .evenNumber(let range): .number(range.lowerBound + 2 * below(range.count / 2))
    case .endpoint: .endpoint(endpoint())
    case .server:
      below(2) == 0
        ? .endpoint(endpoint())
        : .host(Text("sbc\(below(99)).example.net"), port: below(2) == 0 ? 0 : UInt16(1 + below(9)))
    case .address: .endpoint(Endpoint(endpoint().address, 0))
    case .interfaceAddress:
      .text(Text(["dhcp", "10.0.\(below(256)).1/\(1 + below(32))", "2001:db8::1/64"][below(3)]))
    case .device: .text(Text(["eth0", "usb.\(below(99))", "lan-\(below(99))"][below(3)]))
    case .accessNetwork: .text(Text("ADSL2+;dsl-location=\"rack \(below(99))\""))
    case .sipURI: .text(Text("sip:q\(below(99))@c\(below(99)).example"))
    case .httpsURL: .text(Text("https://box\(below(99)).example:\(1 + below(99))/a?b=\(below(9))"))
    case .hardwareAddress: .text(Text("02:00:5e:10:00:\(10 + below(90))"))
    case .choice(let words): .choice(UInt8(below(words.count)))
    case .choices(let words): .choices([[0], [1], [0, 1], [1, 0]][below(words.count * 2)])
    case .flag: .on
    }
  }

  private mutating func endpoint() -> Endpoint {
    let port = below(2) == 0 ? 5060 : UInt16(1 + below(65_535))
    return below(2) == 0
      ? Endpoint(.v4(0x0A00_0000 | UInt32(below(1 << 24))), port)
      : Endpoint(.v6(0x2001_0DB8_0000_0000 | UInt64(below(1 << 16)), random.next()), port)
  }

  /// Text with all that could be mistaken for grammar.
  private mutating func anyText(_ limit: Int) -> Text {
    let pieces = [
      "a", "Z", "7", " ", "\"", "\\", "!", "#", "<", "<hidden>", "é", "电话", "'", "?", "port", "%",
    ]
    var text = Text()
    for _ in 0...below(12) {
      let piece = Text(pieces[below(pieces.count)])
      if text.count + piece.count <= limit { text += piece }
    }
    return text
  }
}

@Suite("Round trip")
struct RoundTripTests {
  /// What of a list of mistakes is about single lines, not about values together.
  private static func lineMistakes(_ mistakes: MistakeList) -> [String] {
    let together = [
      "is missing", "the same", "hold", "is above", "cannot have", "has the other",
      "has the address", "no effect", "has its own", "beside it", "32 hexadecimal", "set as well",
    ]
    return mistakes.kept.map { string($0.reason) }.filter { reason in
      !together.contains { reason.contains($0) }
    }
  }

  @Test func printedConfigurationsReadBackEqual() {
    let seed: UInt64 = 20_260_802
    var dice = Dice(random: RandomSource(testSeed: seed))
    for run in 0..<10_000 {
      let configuration = dice.configuration()
      let stored = configuration.text(secrets: .stored)
      let read = Configuration.read(stored, checks: checks)
      #expect(read.configuration == configuration, "seed \(seed) run \(run)")
      #expect(Self.lineMistakes(read.mistakes) == [], "seed \(seed) run \(run)")
      #expect(read.configuration.text(secrets: .stored) == stored, "seed \(seed) run \(run)")

      let shown = configuration.text(secrets: .hidden)
      let pasted = Configuration.read(shown, checks: checks, running: configuration)
      #expect(pasted.configuration == configuration, "seed \(seed) run \(run)")
    }
  }

  @Test func randomBytesAreMistakesAndNeverMore() {
    let seed: UInt64 = 20_260_803
    var dice = Dice(random: RandomSource(testSeed: seed))
    var mistakes = 0
    for _ in 0..<500 {
      var text = dice.configuration().text(secrets: .stored)
      for _ in 0...dice.below(8) where !text.isEmpty {
        let at = dice.below(text.count)
        switch dice.below(3) {
        case 0: text[at] = UInt8(truncatingIfNeeded: dice.random.next())
        case 1: text.remove(at: at)
        default: text.insert(UInt8(truncatingIfNeeded: dice.random.next()), at: at)
        }
      }
      let read = Configuration.read(text, checks: checks)
      mistakes += Self.lineMistakes(read.mistakes).count
      let again = Configuration.read(read.configuration.text(secrets: .stored), checks: checks)
      #expect(again.configuration == read.configuration, "seed \(seed)")
    }
    #expect(mistakes > 500, "seed \(seed)")
  }
}
