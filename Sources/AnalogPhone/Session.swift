import Glibc

/// One phone at work: the sockets of the box, the commands coming in, the answers going out.
final class Session {
  /// What the command line says.
  let options: Options
  private let console: Console
  private let input: CInt

  private var phone: Phone
  private var line: PacketSocket?
  private var audio: PacketSocket?
  private var synthesizer: Synthesizer?
  private var connectAt: Nanoseconds
  private let giveUpAt: Nanoseconds
  private var wasConnected = false
  private var hasSaidWaiting = false
  private var inputEnded = false
  private var isDone = false
  private var hasFailed = false

  private static let retry: Nanoseconds = 200_000_000

  init(options: Options, input: CInt, console: Console) {
    self.options = options
    self.input = input
    self.console = console
    let now = monotonicNow()
    phone = Phone(country: options.country, now: now)
    connectAt = now
    giveUpAt = now + milliseconds(options.patienceMs)
  }

  /// Works until the commands end, `quit`, or a signal; gives the exit status.
  func run() -> CInt {
    while !isDone {
      let now = monotonicNow()
      connectIfDue(now)
      performCommands()
      phone.advance(to: now)
      carryOut()
      console.refresh(phone.situation, now: now)
      if !console.flush() { isDone = true }
      if !isDone { waitAndRead() }
    }
    console.finishWriting()
    return hasFailed ? 1 : 0
  }

  private func connectIfDue(_ now: Nanoseconds) {
    guard line == nil, now >= connectAt else { return }
    do {
      let newLine = try PacketSocket.connect(to: options.socket, role: "line")
      audio = try PacketSocket.connect(to: options.socket, role: "audio")
      line = consume newLine
      wasConnected = true
      phone.connect(now: now)
    } catch {
      connectAt = now + Self.retry
      guard !wasConnected else { return }
      if options.isScript && now >= giveUpAt {
        fail("no box: \(error.reason)", now)
      } else if !hasSaidWaiting {
        hasSaidWaiting = true
        phone.tell(
          .event("waiting", .init("reason", error.reason), say: "no box yet: \(error.reason)"),
          at: now)
      }
    }
  }

  private func fail(_ reason: String, _ now: Nanoseconds) {
    phone.tell(.error("connect", reason), at: now)
    hasFailed = true
    isDone = true
    carryOut()
  }

  private func disconnect() {
    line = nil
    audio = nil
    connectAt = monotonicNow() + Self.retry
    phone.disconnect(now: monotonicNow())
    carryOut()
  }

  /// Commands wait for the first connection, so that a script may start before the box.
  private func performCommands() {
    while (wasConnected || !options.isScript) && phone.isReady && !isDone {
      guard let command = console.nextCommand() else {
        if inputEnded { phone.quit(monotonicNow()) }
        return carryOut()
      }
      phone.perform(command, now: monotonicNow())
      carryOut()
    }
  }

  private func carryOut() {
    for output in phone.drain() {
      switch output {
      case .setLoop(let closed): sendLoop(closed)
      case .report(let report):
        if report.kind == .error && options.failsOnError { hasFailed = true }
        console.show(report)
      case .synthesize(let text): synthesize(text)
      case .quit: isDone = true
      }
    }
  }

  private func sendLoop(_ closed: Bool) {
    let word = closed ? "loop closed" : "loop open"
    if let sent = line?.send(Array(word.utf8)), !sent { disconnect() }
  }

  private func synthesize(_ text: String) {
    do {
      synthesizer = try Synthesizer(text: text)
    } catch {
      phone.speak(.failure(error), now: monotonicNow())
      carryOut()
    }
  }

  private func waitAndRead() {
    var ready = Readiness()
    let commands = inputEnded ? nil : input
    for source in [audio?.descriptor, line?.descriptor, synthesizer?.descriptor, commands] {
      ready.add(source)
    }
    ready.addWriter(console.waitingOutput)
    guard ready.wait(nanoseconds: remaining()) else {
      phone.quit(monotonicNow())
      return carryOut()
    }
    if ready.contains(audio?.descriptor) { readAudio() }
    if ready.contains(line?.descriptor) { readLine() }
    if ready.contains(synthesizer?.descriptor) { readSpeech() }
    if ready.contains(commands) { readInput() }
  }

  /// How long nothing is due; at most a day.
  private func remaining() -> Nanoseconds {
    let now = monotonicNow()
    var due = now + 86_400_000_000_000
    if let deadline = phone.deadline { due = min(due, deadline) }
    if line == nil { due = min(due, connectAt) }
    return max(0, due - now)
  }

  private func readAudio() {
    while true {
      switch audio?.receive() ?? .none {
      case .none: return
      case .closed: return disconnect()
      case .bytes(let bytes):
        let now = monotonicNow()
        guard bytes.count == Phone.frame * 2 else {
          phone.tell(.event("bad-audio-packet", .init("bytes", bytes.count)), at: now)
          continue
        }
        let answer = phone.receive(samples(bytes), now: now)
        // The loop first: a box that waits for the answer knows then what this frame brought.
        carryOut()
        if let sent = audio?.send(packet(answer)), !sent { return disconnect() }
      }
    }
  }

  private func readLine() {
    while true {
      switch line?.receive() ?? .none {
      case .none: return
      case .closed: return disconnect()
      case .bytes(let bytes):
        let now = monotonicNow()
        let text = String(decoding: bytes, as: UTF8.self)
        if text.hasPrefix("feed "), let feed = LineFeed(rawValue: String(text.dropFirst(5))) {
          phone.receive(feed, now: now)
        } else {
          phone.tell(.event("bad-line-packet", .init("text", text)), at: now)
        }
        carryOut()
      }
    }
  }

  private func readSpeech() {
    guard let result = synthesizer?.receive() else { return }
    synthesizer = nil
    phone.speak(result, now: monotonicNow())
    carryOut()
  }

  private func readInput() {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = read(input, &buffer, buffer.count)
    if count > 0 {
      if !console.take(Array(buffer[..<count])) { inputEnded = true }
    } else if count == 0 || errno != EINTR {
      console.finish()
      inputEnded = true
    }
  }
}

private func samples(_ bytes: [UInt8]) -> [Int16] {
  (0..<bytes.count / 2).map {
    Int16(bitPattern: UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8)
  }
}

private func packet(_ samples: [Int16]) -> [UInt8] {
  samples.flatMap {
    let bits = UInt16(bitPattern: $0)
    return [UInt8(bits & 0xFF), UInt8(bits >> 8)]
  }
}
