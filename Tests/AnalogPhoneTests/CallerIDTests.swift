import Testing

@testable import AnalogPhone

private func receptions(_ sound: Sound, lead: Double = 100) -> [CallerIDReceiver.Reception] {
  var whole = Sound()
  whole.silence(ms: lead)
  whole.samples += sound.samples
  whole.silence(ms: 200)
  return listen(whole, onHook: true).compactMap {
    if case .callerID(let reception) = $0 { reception } else { nil }
  }
}

/// YDN 069 style example: 16:56 on 17 March, number 2156430144, checksum BA.
private let example: [UInt8] = [
  0x80, 0x16, 0x01, 0x08, 0x30, 0x33, 0x31, 0x37, 0x31, 0x36, 0x35, 0x36, 0x02, 0x0A, 0x32, 0x31,
  0x35, 0x36, 0x34, 0x33, 0x30, 0x31, 0x34, 0x34, 0xBA,
]

private func number(_ receptions: [CallerIDReceiver.Reception]) throws -> String? {
  #expect(receptions.count == 1)
  return try #require(receptions.first).result.get().number
}

@Suite("Caller ID in FSK: Bell 202 and V.23, GR-30 framing")
struct CallerIDTests {
  @Test("The published example is read, with the facts of its signal")
  func publishedExample() throws {
    let seen = receptions(FSKSignal().sound(example))
    #expect(seen.count == 1)
    let reception = try #require(seen.first)
    let message = try reception.result.get()
    #expect(message.number == "2156430144")
    #expect(message.time == "03171656")
    #expect(message.format == "mdmf")
    #expect(reception.bytes == example)
    #expect(reception.modem == .bell202)
    #expect(abs(reception.seizureBits - 300) <= 1)
    #expect(abs(reception.markBits - 180) <= 1)
    #expect(abs(reception.levelDBm0 + 14) < 0.2)
    #expect(abs(reception.markHertz - 1_200) < 2)
    #expect(abs(reception.onset - 800) <= 8)
  }

  @Test("Every phase of the bit clock is read", arguments: 0..<20)
  func bitClockPhase(step: Int) throws {
    var signal = FSKSignal()
    signal.offset = Double(step) / 3
    #expect(try number(receptions(signal.sound(example), lead: Double(step))) == "2156430144")
  }

  struct Variation: CustomTestStringConvertible {
    let testDescription: String
    let signal: FSKSignal

    init(_ name: String, _ signal: FSKSignal) {
      testDescription = name
      self.signal = signal
    }
  }

  static let variations = [
    Variation("mark and space 1 % up", FSKSignal(mark: 1_212, space: 2_222)),
    Variation("mark and space 1 % down", FSKSignal(mark: 1_188, space: 2_178)),
    Variation("1 % fast", FSKSignal(baud: 1_212)),
    Variation("1 % slow", FSKSignal(baud: 1_188)),
    Variation("-36 dBm0", FSKSignal(dBm0: -36)),
    Variation("0 dBm0", FSKSignal(dBm0: 0)),
    Variation("150 bits of seizure", FSKSignal(seizureBits: 150)),
    Variation("96 bits and 55 marks (BT)", FSKSignal(seizureBits: 96, markBits: 55)),
    Variation("no seizure, 80 marks (off hook)", FSKSignal(seizureBits: 0, markBits: 80)),
    Variation("10 marks between bytes", FSKSignal(stuffing: 10)),
  ]

  @Test("What a line may do to the signal is allowed", arguments: variations)
  func tolerances(_ variation: Variation) throws {
    #expect(try number(receptions(variation.signal.sound(example))) == "2156430144")
  }

  @Test("V.23 is told from Bell 202, also with a percent of error", arguments: [0.99, 1, 1.01])
  func v23(detune: Double) throws {
    let signal = FSKSignal(mark: 1_300 * detune, space: 2_100 * detune)
    let seen = receptions(signal.sound(example))
    #expect(try number(seen) == "2156430144")
    #expect(seen.first?.modem == .v23)
  }

  @Test("Noise 15 dB below the signal spoils nothing", arguments: UInt64(1)...5)
  func noise(seed: UInt64) throws {
    var sound = FSKSignal().sound(example)
    sound.addNoise(dBm0: -29, seed: seed)
    #expect(try number(receptions(sound)) == "2156430144")
  }

  @Test("Through A-law nothing changes")
  func companded() throws {
    var sound = FSKSignal().sound(example)
    sound.samples = sound.samples.map { throughALaw($0) }
    #expect(try number(receptions(sound)) == "2156430144")
  }

  @Test("Random messages arrive as they were sent", arguments: UInt64(1)...12)
  func randomMessages(seed: UInt64) throws {
    var dice = SplitMix(state: seed)
    let digits = (0..<Int.random(in: 1...20, using: &dice)).map { _ in
      UInt8.random(in: 0x30...0x39, using: &dice)
    }
    let name = (0..<Int.random(in: 1...50, using: &dice)).map { _ in
      UInt8.random(in: 0x20...0x7E, using: &dice)
    }
    let content = [0x02, UInt8(digits.count)] + digits + [0x07, UInt8(name.count)] + name
    let bytes = withChecksum([0x80, UInt8(content.count)] + content)
    let modem = Bool.random(using: &dice) ? FSKSignal() : FSKSignal(mark: 1_300, space: 2_100)
    let seen = receptions(modem.sound(bytes))
    #expect(seen.map(\.bytes) == [bytes])
    #expect(try seen.first?.result.get().name == String(decoding: name, as: UTF8.self))
  }

  @Test("A wrong checksum is told, not hidden")
  func wrongChecksum() throws {
    var bytes = example
    bytes[bytes.count - 1] = 0x4F
    let seen = receptions(FSKSignal().sound(bytes))
    #expect(seen.map(\.result) == [.failure(.checksum)])
    #expect(seen.first?.bytes == bytes)
  }

  @Test("A message that stops in the middle is told")
  func truncated() {
    var sound = FSKSignal().sound(example)
    sound.samples.removeLast(600)
    #expect(receptions(sound).map(\.result) == [.failure(.truncated)])
  }

  @Test("A byte without its stop bit is told")
  func framing() {
    var bits = FSKSignal().bits(example)
    let stopOfThirdByte = 300 + 180 + 3 * 10 - 1
    bits[stopOfThirdByte] = false
    #expect(receptions(FSKSignal().sound(bits: bits)).map(\.result) == [.failure(.framing)])
  }

  @Test("A type that nobody uses is told")
  func unknownType() {
    let seen = receptions(FSKSignal().sound(withChecksum([0x33, 0x01, 0x41])))
    #expect(seen.map(\.result) == [.failure(.unknownType)])
  }

  @Test("Tones and noise are no caller ID", arguments: UInt64(1)...4)
  func nothingThere(seed: UInt64) {
    var sound = Sound()
    sound.cadence([1_200], [200, 20], periods: 5)
    sound.cadence([450], [350, 350], periods: 3)
    sound.silence(ms: 1_000)
    sound.addNoise(dBm0: -20, seed: seed)
    #expect(receptions(sound).isEmpty)
  }
}

@Suite("Caller ID messages, byte by byte")
struct CallerIDMessageTests {
  @Test("SDMF has time and number; its published checksum BA is wrong, 4F is right")
  func singleData() throws {
    let digits = Array("031716562156430144".utf8)
    let good = withChecksum([0x04, 0x12] + digits)
    #expect(good.last == 0x4F)
    let message = try CallerIDMessage(good)
    #expect(message.number == "2156430144")
    #expect(message.time == "03171656")
    let bad = good.dropLast() + [0xBA]
    #expect(throws: CallerIDMessage.Fault.checksum) { try CallerIDMessage(Array(bad)) }
  }

  @Test("A withheld number says so", arguments: [UInt8(0x04), 0x80])
  func withheld(type: UInt8) throws {
    let time = Array("03171656".utf8)
    let content = type == 0x04 ? time + [0x50] : [0x01, 0x08] + time + [0x04, 0x01, 0x50]
    let message = try CallerIDMessage(withChecksum([type, UInt8(content.count)] + content))
    #expect(message.number == nil)
    #expect(message.absence == "P")
    #expect(message.caller == "withheld")
  }

  /// Message, whether the lamp shall burn.
  static let lamps: [([UInt8], Bool?)] = [
    ([0x82, 3, 0x0B, 1, 0xFF], true), ([0x82, 3, 0x0B, 1, 0], false),
    ([0x82, 6, 0x13, 1, 4, 0x0B, 1, 0xFF], true), ([0x82, 3, 0x0B, 1, 0x0F], nil),
    ([0x82, 4, 0x0B, 2, 0xFF, 0xFF], nil), ([6, 3, 0x42, 0x42, 0x42], true),
    ([6, 3, 0x6F, 0x6F, 0x6F], false), ([6, 3, 0x42, 0x42, 0x6F], nil), ([6, 0], nil),
  ]

  @Test("What a lamp is told", arguments: lamps)
  func lamp(_ bytes: [UInt8], _ isLit: Bool?) throws {
    let message = try CallerIDMessage(withChecksum(bytes))
    #expect(message.lamp == isLit && message.number == nil)
    #expect(message.format == (bytes[0] == 6 ? "sdmf" : "mdmf"))
  }

  @Test("A parameter that is longer than the message is refused")
  func overrun() {
    let bytes = withChecksum([0x80, 0x03, 0x02, 0x0A, 0x31])
    #expect(throws: CallerIDMessage.Fault.length) { try CallerIDMessage(bytes) }
  }

  @Test("No bytes can make it misbehave", arguments: UInt64(1)...50)
  func randomWalk(seed: UInt64) {
    var dice = SplitMix(state: seed)
    let content = (0..<Int.random(in: 0...60, using: &dice)).map { _ in
      UInt8.random(in: 0...255, using: &dice)
    }
    let types: [UInt8] = [0x04, 0x80, 0x82]
    let type = types[Int.random(in: 0...2, using: &dice)]
    let bytes = withChecksum([type, UInt8(content.count)] + content)
    let result = Result { try CallerIDMessage(bytes) }
    if case .success(let message) = result { #expect(!message.format.isEmpty) }
  }
}
