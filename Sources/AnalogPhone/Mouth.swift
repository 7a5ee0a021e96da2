import Glibc

/// What the phone sends into the line: digits, tones, recordings, one after the other.
struct Mouth {
  /// What a piece of sound belongs to.
  enum Purpose: Equatable {
    case dial
    case play
  }

  private enum Sound {
    case silence(samples: Int)
    case sines([Sine], samples: Int)
    case recording(Resampler)
  }

  private var queue: [(sound: Sound, purpose: Purpose)] = []

  /// Whether something of that kind is still to be sent.
  func isBusy(_ purpose: Purpose) -> Bool { queue.contains { $0.purpose == purpose } }

  /// Whether a digit or tone sounds at this moment.
  var isDialling: Bool { queue.first?.purpose == .dial }

  mutating func stop() { queue = [] }

  /// Adds digits; a comma is a pause of one second.
  mutating func dial(_ keys: [Character], _ sending: DTMF.Sending) {
    for key in keys {
      guard let hertz = DTMF.hertz(of: key) else {
        queue.append((.silence(samples: 8_000), .dial))
        continue
      }
      let sines = [
        Sine(hertz: hertz.low, dBm0: sending.lowDBm0),
        Sine(hertz: hertz.high, dBm0: sending.highDBm0),
      ]
      queue.append((.sines(sines, samples: sending.onMs * 8), .dial))
      queue.append((.silence(samples: sending.gapMs * 8), .dial))
    }
  }

  /// Adds a tone of several frequencies, each of that level.
  mutating func tone(_ hertz: [Double], ms: Int, dBm0: Double) {
    let sines = hertz.map { Sine(hertz: $0, dBm0: dBm0) }
    queue.append((.sines(sines, samples: ms * 8), .play))
  }

  /// Adds a recording.
  mutating func play(_ recording: Resampler) { queue.append((.recording(recording), .play)) }

  /// The next samples; silence when nothing is to be sent.
  mutating func speak(_ count: Int) -> [Int16] {
    var frame: [Int16] = []
    frame.reserveCapacity(count)
    while frame.count < count {
      guard let item = queue.first else {
        frame += [Int16](repeating: 0, count: count - frame.count)
        break
      }
      var sound = item.sound
      frame += Self.take(count - frame.count, of: &sound)
      if Self.isEmpty(sound) {
        queue.removeFirst()
      } else {
        queue[0].sound = sound
      }
    }
    return frame
  }

  private static func take(_ wanted: Int, of sound: inout Sound) -> [Int16] {
    switch sound {
    case .silence(let left):
      let count = min(wanted, left)
      sound = .silence(samples: left - count)
      return [Int16](repeating: 0, count: count)
    case .sines(var sines, let left):
      let count = min(wanted, left)
      let samples = (0..<count).map { _ in
        clipped(sines.indices.reduce(0.0) { $0 + sines[$1].next() })
      }
      sound = .sines(sines, samples: left - count)
      return samples
    case .recording(var source):
      let samples = (0..<min(wanted, source.remaining)).map { _ in source.next() }
      sound = .recording(source)
      return samples
    }
  }

  private static func isEmpty(_ sound: Sound) -> Bool {
    switch sound {
    case .silence(let left): left == 0
    case .sines(_, let left): left == 0
    case .recording(let source): source.isDone
    }
  }
}

/// One frequency of an exact level.
private struct Sine {
  private let amplitude: Double
  private let turn: Double
  private var count = 0

  init(hertz: Double, dBm0: Double) {
    amplitude = Level.amplitude(dBm0: dBm0)
    turn = 2 * Double.pi * hertz / 8_000
  }

  mutating func next() -> Double {
    defer { count += 1 }
    return amplitude * sin(turn * Double(count))
  }
}
