/// Receives FSK caller ID: finds the preamble, frames the bytes, collects the message.
///
/// ```
///   listening --30 alternating bits--> (seizure counted)
///   listening --30 marks after a seizure, or 55 without--> armed (at the next start bit)
///   armed --first byte is a message type--> collecting --checksum byte--> listening (message)
///   collecting --stop bit is no mark | carrier lost--> listening (fault)
/// ```
struct CallerIDReceiver {
  /// What came over the line.
  struct Reception: Equatable {
    let modem: Modem
    /// As received, as far as it came.
    let bytes: [UInt8]
    let result: Result<CallerIDMessage, Failure>
    /// Alternating bits of the channel seizure.
    let seizureBits: Int
    /// Mark bits before the first byte.
    let markBits: Int
    /// Level over the bytes.
    let levelDBm0: Double
    /// Frequency of the marks before the message.
    let markHertz: Double
    /// Number of the first sample of the preamble.
    let onset: Int
  }

  /// Why a message that had begun was not received.
  enum Failure: String, Error {
    case checksum
    case length
    case unknownType = "unknown-type"
    case framing
    case truncated
  }

  private enum State {
    case listening
    case collecting(bytes: [UInt8], lastByteAt: Double)
  }

  private enum Framing {
    case waiting
    /// A start bit was crossed into at this time; `next` is the bit that is sampled next.
    case receiving(edge: Double, next: Int, byte: UInt8)
  }

  private static let carrierAmplitude = Level.amplitude(dBm0: -42)

  private let modem: Modem
  private var demodulator: FSKDemodulator
  private var state = State.listening
  private var framing = Framing.waiting
  private var preamble = Preamble()
  private var hasCarrier = false
  private var previous = 0.0
  private var position = 0
  private var energy = 0.0
  private var energySamples = 0
  private var markHertz = 0.0

  init(_ modem: Modem) {
    self.modem = modem
    demodulator = FSKDemodulator(modem)
  }

  /// Whether a message is coming in.
  var isCollecting: Bool {
    if case .collecting = state { return true }
    return false
  }

  /// Takes the newest samples, which `history` holds already.
  mutating func receive(_ frame: [Int16], _ history: SampleHistory) -> Reception? {
    position = history.count - frame.count
    var reception: Reception?
    for sample in frame {
      reception = step(sample, history) ?? reception
      position += 1
    }
    return reception
  }

  private mutating func step(_ sample: Int16, _ history: SampleHistory) -> Reception? {
    let (decision, amplitude) = demodulator.receive(sample)
    let hadCarrier = hasCarrier
    hasCarrier = amplitude > Self.carrierAmplitude
    defer { previous = decision }
    guard hasCarrier else { return hadCarrier ? loseCarrier() : nil }
    guard hadCarrier else {
      // Edges are seen half a bit late; so that the first bit is as long as the others.
      preamble.observe(edge: Double(position) + 2.3, toMark: decision > 0)
      return nil
    }
    if case .collecting = state {
      energy += Double(sample) * Double(sample)
      energySamples += 1
    }
    if (previous > 0) != (decision > 0) {
      let edge = Double(position) - decision / (decision - previous)
      crossed(at: edge, toMark: decision > 0, history)
    }
    return sampleBits(decision)
  }

  /// Notes an edge: it is part of the preamble, or a start bit.
  private mutating func crossed(at edge: Double, toMark: Bool, _ history: SampleHistory) {
    if case .listening = state {
      preamble.observe(edge: edge, toMark: toMark)
      guard !toMark, preamble.isComplete, isOurMark(history) else { return }
      state = .collecting(bytes: [], lastByteAt: edge)
      framing = .waiting
      energy = 0
      energySamples = 0
    }
    if case .waiting = framing, !toMark, isCollecting {
      framing = .receiving(edge: edge, next: 0, byte: 0)
    }
  }

  /// Bell 202 and V.23 look alike bit by bit; over the marks of the preamble they do not.
  private mutating func isOurMark(_ history: SampleHistory) -> Bool {
    let range = history.range(position - 176, position - 16)
    let powers = Modem.allCases.map { goertzelPower(history.samples, range, hertz: $0.markHertz) }
    guard let most = powers.max(), powers[Modem.allCases.firstIndex(of: modem) ?? 0] == most
    else { return false }
    markHertz = Spectrum(history.samples, range).peaks().first?.hertz ?? 0
    return true
  }

  /// Samples every bit of a byte at the end of its time, where the energy of one bit is complete.
  private mutating func sampleBits(_ decision: Double) -> Reception? {
    guard case .receiving(let edge, let next, let byte) = framing else {
      return checkSilence()
    }
    // The edge is seen half a bit late, when both energies are equal.
    let due = edge + (Double(next) + 0.5) * FSKDemodulator.bit
    guard Double(position) >= due else { return nil }
    let share = Double(position) - due
    let value = share < 1 ? decision * (1 - share) + previous * share : decision
    let isMark = value > 0
    switch next {
    case 0 where isMark: framing = .waiting
    case 0: framing = .receiving(edge: edge, next: 1, byte: 0)
    case 1...8:
      let bits = byte | (isMark ? 1 << UInt8(next - 1) : 0)
      framing = .receiving(edge: edge, next: next + 1, byte: bits)
    default:
      framing = .waiting
      return isMark ? take(byte, at: due) : finish(.failure(.framing))
    }
    return nil
  }

  private mutating func take(_ byte: UInt8, at time: Double) -> Reception? {
    guard case .collecting(var bytes, _) = state else { return nil }
    bytes.append(byte)
    state = .collecting(bytes: bytes, lastByteAt: time)
    if bytes.count == 1 && !CallerIDMessage.isKnown(type: byte) {
      return preamble.hasSeizure ? finish(.failure(.unknownType)) : forget()
    }
    guard bytes.count >= 2, bytes.count == Int(bytes[1]) + 3 else { return nil }
    do {
      return finish(.success(try CallerIDMessage(bytes)))
    } catch {
      return finish(.failure(Failure(rawValue: error.rawValue) ?? .length))
    }
  }

  /// Marks between two bytes are allowed, but not for ever.
  private mutating func checkSilence() -> Reception? {
    guard case .collecting(_, let lastByteAt) = state,
      Double(position) - lastByteAt > 50 * FSKDemodulator.bit
    else { return nil }
    return finish(.failure(.truncated))
  }

  private mutating func loseCarrier() -> Reception? {
    defer {
      preamble = Preamble()
      framing = .waiting
    }
    guard isCollecting else { return nil }
    return finish(.failure(.truncated))
  }

  private mutating func forget() -> Reception? {
    state = .listening
    preamble = Preamble()
    return nil
  }

  private mutating func finish(_ result: Result<CallerIDMessage, Failure>) -> Reception? {
    guard case .collecting(let bytes, _) = state else { return nil }
    // Without a seizure and a first byte, this was a whistle or noise.
    guard preamble.hasSeizure || !bytes.isEmpty else { return forget() }
    let reception = Reception(
      modem: modem, bytes: bytes, result: result, seizureBits: preamble.seizureBits,
      markBits: preamble.markBits,
      levelDBm0: Level.dBm0(meanSquare: energySamples > 0 ? energy / Double(energySamples) : 0),
      markHertz: markHertz, onset: Int(preamble.start))
    _ = forget()
    return reception
  }
}

/// Counts the alternating bits and the marks before a message (GR-30: 300 and 180).
private struct Preamble {
  private var lastEdge: Double?
  private(set) var start = 0.0
  private var alternating = 0
  private(set) var markBits = 0

  var hasSeizure: Bool { alternating >= 30 }

  /// The runs between the edges, and the last bit, which runs into the marks.
  var seizureBits: Int { alternating == 0 ? 0 : alternating + 1 }

  /// Whether the marks were long enough; without a seizure (off hook) they must be 55 at least.
  var isComplete: Bool { markBits >= (hasSeizure ? 30 : 55) }

  mutating func observe(edge: Double, toMark: Bool) {
    guard let last = lastEdge else {
      lastEdge = edge
      start = edge
      return
    }
    lastEdge = edge
    let bits = (edge - last) / FSKDemodulator.bit
    switch bits {
    case 0.6..<1.4 where markBits == 0: alternating += 1
    case 30... where !toMark: markBits = Int(bits.rounded()) - (hasSeizure ? 1 : 0)
    default:
      alternating = 0
      markBits = 0
      start = edge
    }
  }
}
