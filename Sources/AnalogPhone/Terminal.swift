import Glibc

/// A person at a terminal: a prompt that tells what is heard, a line that can be edited.
final class Terminal: Console {
  private var line: [Character] = []
  private var unfinished: [UInt8] = []
  private var past: [String] = []
  private var chosen = 0
  private var situation = ""
  private var drawnAt: Nanoseconds = 0
  private let original: termios
  private let input: CInt

  /// The shortest time between two changes of what the prompt tells.
  private static let calm: Nanoseconds = 200_000_000

  /// Takes over a terminal, or gives `nil` when the descriptor is none.
  init?(input: CInt, output: CInt) {
    var settings = termios()
    guard isatty(input) == 1, tcgetattr(input, &settings) == 0 else { return nil }
    original = settings
    self.input = input
    super.init(output: output)
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    settings.c_iflag &= ~tcflag_t(IXON | ICRNL)
    tcsetattr(input, TCSANOW, &settings)
    write("An analog telephone. lift takes the handset off; help lists everything.\n")
  }

  /// Gives the terminal back as it was.
  func restore() {
    var settings = original
    tcsetattr(input, TCSANOW, &settings)
    write("\r\u{1B}[K")
    finishWriting()
  }

  override func show(_ report: Report) {
    guard let sentence = report.sentence else { return }
    let mark = report.kind == .error ? "!" : report.kind == .event ? "*" : " "
    let text = "\r\u{1B}[K\(mark) \(sentence)\n"
    write(text)
    draw()
  }

  override func refresh(_ situation: String, now: Nanoseconds) {
    guard situation != self.situation, now - drawnAt >= Self.calm else { return }
    self.situation = situation
    drawnAt = now
    draw()
  }

  private func draw() {
    write("\r\u{1B}[K[\(situation)] > \(String(line))")
  }

  override func take(_ bytes: [UInt8]) -> Bool {
    unfinished += bytes
    while let first = unfinished.first {
      guard let size = keySize(first), unfinished.count >= size else { break }
      let key = Array(unfinished[..<size])
      unfinished.removeFirst(size)
      if !press(key) { return false }
    }
    draw()
    return true
  }

  /// How many bytes the key has that begins so; `nil` when it cannot be told yet.
  private func keySize(_ first: UInt8) -> Int? {
    switch first {
    case 0x1B: unfinished.count >= 2 && unfinished[1] != 0x5B ? 1 : 3
    case 0xC0..<0xE0: 2
    case 0xE0..<0xF0: 3
    case 0xF0...: 4
    default: 1
    }
  }

  private func press(_ key: [UInt8]) -> Bool {
    switch key {
    case [3]: return false
    case [4]: if line.isEmpty { return false }
    case [10], [13]: enter()
    case [8], [127]: _ = line.popLast()
    case [21]: line = []
    case [9]: complete()
    case [0x1B, 0x5B, 0x41]: recall(chosen - 1)
    case [0x1B, 0x5B, 0x42]: recall(chosen + 1)
    default:
      if key[0] >= 32, line.count < 500 { line += Array(String(decoding: key, as: UTF8.self)) }
    }
    return true
  }

  private func enter() {
    let text = String(line)
    write("\r\u{1B}[K> \(text)\n")
    line = []
    if !text.isEmpty {
      past.append(text)
      give(text)
    }
    chosen = past.count
  }

  private func recall(_ index: Int) {
    chosen = max(0, min(past.count, index))
    line = chosen < past.count ? Array(past[chosen]) : []
  }

  private func complete() {
    let matches = Help.verbs.filter { $0.hasPrefix(String(line)) }
    if matches.count == 1 { line = Array(matches[0] + " ") }
  }
}
