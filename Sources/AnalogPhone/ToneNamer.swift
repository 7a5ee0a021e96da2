/// Names a tone by its frequencies and its cadence.
struct ToneNamer {
  /// A tone with its name.
  struct Named: Equatable {
    /// From the table, or `unknown`.
    let name: String
    /// As measured, rising.
    let hertz: [Double]
    /// Milliseconds on, off …; empty when it does not pause.
    let cadence: [Double]
    /// Number of the first sample.
    let onset: Int
  }

  /// What sounds now.
  enum Now {
    /// A tone of these frequencies since that sample.
    case tone(hertz: [Double], since: Int)
    /// Something too short to tell.
    case unclear
    /// Speech, noise, digits.
    case other
    /// Nothing since that sample.
    case quiet(since: Int)
  }

  private let rows: [ToneRow]
  private var cadence = Cadence()
  /// The frequencies that the cadence is of.
  private var hertz: [Double] = []
  /// The tone that is heard, pauses included.
  private(set) var current: Named?

  init(country: String) { rows = ToneTable.rows(first: country) }

  /// Forgets the cadence: what comes next has nothing to do with what was.
  mutating func interrupt() { cadence.reset() }

  /// Forgets everything.
  mutating func restart() {
    cadence.reset()
    current = nil
  }

  /// A sound has ended; `nil` when it was no tone.
  mutating func finish(tone: [Double]?, from start: Int, to end: Int) {
    guard let tone else { return cadence.reset() }
    if !areNear(tone, hertz) {
      cadence.reset()
      hertz = tone
    }
    if let last = cadence.complete.last, last.isOn {
      let pauseStart = last.start + Int(last.ms * 8)
      cadence.append(Self.segment(false, from: pauseStart, to: start))
    }
    cadence.append(Self.segment(true, from: start, to: end))
  }

  /// Judges anew; the caller compares with what it was before.
  mutating func judge(_ now: Now, at position: Int) {
    switch now {
    case .tone(let measured, let since): current = nameSounding(measured, since, position)
    case .unclear: break
    case .other: current = nil
    case .quiet(let since):
      let pause = Self.segment(false, from: since, to: position)
      if pause.ms > 12_000 { cadence.reset() }
      current = cadence.complete.isEmpty ? nil : nameInterrupted(hertz, pause)
    }
  }

  private mutating func nameSounding(
    _ measured: [Double], _ since: Int, _ position: Int
  ) -> Named? {
    guard !DTMF.isPair(measured) else { return nil }
    let sound = Self.segment(true, from: since, to: position)
    if sound.ms > continuousAfterMs(measured) {
      let row = rowsNear(measured).first { $0.cadence.isEmpty }
      guard row != nil || sound.ms > 2_300 else { return nil }
      let name = row?.name ?? "unknown"
      return Named(name: name, hertz: measured, cadence: [], onset: since)
    }
    guard areNear(measured, hertz), let last = cadence.complete.last else { return nil }
    var extended = self
    extended.cadence.append(
      Self.segment(false, from: last.start + Int(last.ms * 8), to: since))
    return extended.nameInterrupted(measured, sound)
  }

  /// The name that the cadence tells; when two names fit equally well, the one it had.
  private func nameInterrupted(_ measured: [Double], _ unfinished: Cadence.Segment) -> Named? {
    let fits = rowsNear(measured).filter { !$0.cadence.isEmpty }
      .map { (row: $0, length: cadence.length(matching: $0.cadence, then: unfinished)) }
    let best = fits.map(\.length).max() ?? 0
    let winners = fits.filter { $0.length == best }.map(\.row)
    guard best > 0, let row = winners.first else { return unknown(measured, unfinished) }
    if winners.contains(where: { $0.name != row.name }) {
      return winners.contains { $0.name == current?.name } ? current : nil
    }
    let start = cadence.complete[cadence.complete.count - best].start
    return Named(
      name: row.name, hertz: measured, cadence: row.cadence, onset: current?.onset ?? start)
  }

  private func unknown(_ measured: [Double], _ unfinished: Cadence.Segment) -> Named? {
    guard let pattern = cadence.repeated(then: unfinished), let first = cadence.complete.first
    else { return nil }
    let onset = current?.onset ?? first.start
    return Named(name: "unknown", hertz: measured, cadence: pattern, onset: onset)
  }

  /// A sound is continuous when no interrupted tone of these frequencies lasts so long.
  private func continuousAfterMs(_ measured: [Double]) -> Double {
    let sounds = rowsNear(measured).flatMap { row in
      row.cadence.indices.filter { $0 % 2 == 0 }.map { row.cadence[$0] }
    }
    return max(400, (sounds.max() ?? 0) * 1.1 + 50)
  }

  /// The rows of the nearest known frequencies.
  private func rowsNear(_ measured: [Double]) -> [ToneRow] {
    let errors = rows.compactMap { frequencyError(measured, $0.hertz) }
    guard let least = errors.min(), least <= 0.016 else { return [] }
    return rows.filter { frequencyError(measured, $0.hertz) == least }
  }

  private static func segment(_ isOn: Bool, from start: Int, to end: Int) -> Cadence.Segment {
    Cadence.Segment(isOn: isOn, ms: Double(end - start) / 8, start: start)
  }
}
