public import Base

/// What the line editor wants done.
public enum LineEditorOutput: Equatable, Sendable {
  /// Write the bytes to the terminal.
  case screen(Text)
  /// Write the bytes to the console's socket.
  case send(Text)
  /// Leave.
  case quit
}

/// The shell's side of the console: keys in, screen and requests out.
///
///     answering ──RS──> prompting ──EOT──> editing ──enter, ?──> answering
///                           │                 └──────tab──────> completing ──EOT──> editing
///                           └──EOT, no prompt──> left
///
/// A prompt may ask for a line that is not shown (`ConsoleProtocol.hiddenMark`): it is taken letter by
/// letter, without help, completion and history.
/// An answer that is longer than the screen waits for a key at every screenful (`Pager`), unless it
/// goes on while things happen: then Ctrl-C asks the box to end it, and only a second one leaves.
/// It begins with an empty line, whose answer brings the first prompt. Behind `?` the line stays.
/// Keys that come while an answer is awaited are kept and taken afterwards; only Ctrl-C and
/// Ctrl-D leave at once, because the box may not answer at all. The terminal is in raw mode.
public struct LineEditor: Sendable {
  private enum State: Equatable, Sendable {
    case editing
    case answering
    case prompting(Text)
    case completing(answer: Text)
  }

  /// The longest answer to a request for completion that is looked at.
  private static let completionLimit = 8192
  /// The longest prompt that is kept, in bytes.
  private static let promptLimit = 256
  /// How many keys are kept while an answer is awaited.
  private static let waitingLimit = 4096

  private var prompt = Text()
  private var isHidden = false
  private var columns: Int
  private var state = State.answering
  private var decoder = KeyDecoder()
  private var buffer = LineBuffer()
  private var history = LineHistory()
  private var waiting: [Key] = []
  private var screen = Text()
  private var pager: Pager
  /// The answer goes on until it is interrupted.
  private var isLive = false

  /// Asks for the first prompt; the size of the terminal in characters.
  ///
  /// `greeting` is what the shell tells the box before, such as who has logged in.
  public init(
    columns: Int, rows: Int, greeting: Text = [], into outbox: inout Outbox<LineEditorOutput>
  ) {
    self.columns = columns
    pager = Pager(columns: columns, rows: rows)
    outbox.emit(.send(greeting + Text("\n")))
  }

  /// The terminal has another size.
  public mutating func resize(
    columns: Int, rows: Int, into outbox: inout Outbox<LineEditorOutput>
  ) {
    self.columns = columns
    pager.resize(columns: columns, rows: rows)
    if state == .editing { redraw() }
    flush(into: &outbox)
  }

  /// Takes bytes from the keyboard; at most four outputs.
  public mutating func type(
    _ bytes: some Sequence<UInt8>, into outbox: inout Outbox<LineEditorOutput>
  ) {
    for byte in bytes {
      guard let key = decoder.take(byte) else { continue }
      switch (state, key) {
      case _ where pager.isHolding: page(key, into: &outbox)
      case (.answering, .interrupt) where isLive: interrupt(into: &outbox)
      case (.editing, _) where waiting.isEmpty:
        if take(key, into: &outbox) { return }
      case (.answering, .interrupt), (.answering, .endOfInput), (.completing, .interrupt),
        (.completing, .endOfInput), (.prompting, .interrupt), (.prompting, .endOfInput):
        return leave(into: &outbox)
      case (.editing, _), (.answering, _), (.prompting, _), (.completing, _):
        if waiting.count < Self.waitingLimit { waiting.append(key) }
      }
    }
    flush(into: &outbox)
  }

  /// Takes bytes from the console's socket; at most three outputs.
  public mutating func receive(
    _ bytes: some Sequence<UInt8>, into outbox: inout Outbox<LineEditorOutput>
  ) {
    for byte in bytes {
      switch (state, byte == ConsoleProtocol.endOfAnswer) {
      case _ where pager.isHolding: pager.hold(byte)
      case (.editing, _): break  // Nobody asked: a box that restarted in the middle.
      case (.answering, false):
        takeAnswer(byte)
      case (.answering, true): finish()
      case (.prompting(var prompt), false):
        if prompt.count < Self.promptLimit { prompt.append(byte) }
        state = .prompting(prompt)
      case (.prompting(let prompt), true):
        if prompt.isEmpty { return leave(into: &outbox) }
        isHidden = prompt.first == ConsoleProtocol.hiddenMark
        self.prompt = isHidden ? Text(prompt.dropFirst()) : prompt
        finish()
      case (.completing(var answer), false):
        if answer.count < Self.completionLimit { answer.append(byte) }
        state = .completing(answer: answer)
      case (.completing(let answer), true): complete(with: answer)
      }
    }
    takeWaiting(into: &outbox)
    flush(into: &outbox)
  }

  private mutating func takeWaiting(into outbox: inout Outbox<LineEditorOutput>) {
    var taken = 0
    while state == .editing, taken < waiting.count {
      taken += 1
      if take(waiting[taken - 1], into: &outbox) { break }
    }
    waiting.removeFirst(taken)
  }

  private mutating func flush(into outbox: inout Outbox<LineEditorOutput>) {
    guard !screen.isEmpty else { return }
    outbox.emit(.screen(screen))
    screen = []
  }

  // MARK: - Answers

  /// Asks for the end of an answer that goes on.
  private mutating func interrupt(into outbox: inout Outbox<LineEditorOutput>) {
    isLive = false
    flush(into: &outbox)
    outbox.emit(.send([ConsoleProtocol.interrupt]))
  }

  private mutating func takeAnswer(_ byte: UInt8) {
    guard byte != ConsoleProtocol.endOfText else {
      pager.begin()
      isLive = false
      state = .prompting([])
      return
    }
    guard byte != ConsoleProtocol.liveMark else {
      isLive = true
      return pager.suspend()
    }
    switch pager.take(byte) {
    case .show: show(byte)
    case .drop: break
    case .stop: screen.append(Pager.mark)
    }
  }

  /// Takes a key while the screen is full.
  private mutating func page(_ key: Key, into outbox: inout Outbox<LineEditorOutput>) {
    guard let held = pager.press(key) else { return }
    screen.append("\r\u{1B}[K")
    receive(held, into: &outbox)
  }

  private mutating func show(_ byte: UInt8) {
    if byte == UInt8(ascii: "\n") { screen.append(UInt8(ascii: "\r")) }
    screen.append(byte)
  }

  private mutating func finish() {
    state = .editing
    redraw()
  }

  private mutating func complete(with answer: Text) {
    state = .editing
    let answer = Text(answer.prefix { $0 != ConsoleProtocol.endOfText })
    let end = answer.firstIndex(of: UInt8(ascii: "\n")) ?? answer.count
    for character in LineBuffer.characters(of: Text(answer[..<end])) {
      _ = buffer.insert(character)
    }
    let words = answer[end...].dropFirst()
    if !words.isEmpty {
      screen.append("\r\n")
      for byte in words { show(byte) }
    }
    redraw()
  }

  // MARK: - Keys

  /// Takes one key; whether the editor is left.
  private mutating func take(_ key: Key, into outbox: inout Outbox<LineEditorOutput>) -> Bool {
    switch key {
    case .character(let character): insert(character, into: &outbox)
    case .enter: enter(into: &outbox)
    case .tab where isHidden, .search where isHidden, .up where isHidden, .down where isHidden:
      break
    case .tab: ask(Text([ConsoleProtocol.completionMark]), [], .completing(answer: []), &outbox)
    case .interrupt:
      screen.append("\r\n")
      edit { $0 = LineBuffer() }
    case .endOfInput:
      if buffer.isEmpty {
        leave(into: &outbox)
        return true
      }
      edit { $0.remove($0.cursor..<$0.cursor + 1) }
    case .backspace: edit { $0.remove($0.cursor - 1..<$0.cursor) }
    case .delete: edit { $0.remove($0.cursor..<$0.cursor + 1) }
    case .left: edit { $0.move(by: -1) }
    case .right: edit { $0.move(by: 1) }
    case .home: edit { $0.moveToStart() }
    case .end: edit { $0.moveToEnd() }
    case .killToEnd: edit { $0.remove($0.cursor..<$0.characters.count) }
    case .killToStart: edit { $0.remove(0..<$0.cursor) }
    case .killWord: edit { $0.removeWord() }
    case .search:
      if let line = history.older(than: buffer.text, with: buffer.beforeCursor) {
        let cursor = buffer.cursor
        edit { $0 = LineBuffer(line, cursor: cursor) }
      }
    case .up: if let line = history.older(than: buffer.text) { edit { $0 = LineBuffer(line) } }
    case .down: if let line = history.newer() { edit { $0 = LineBuffer(line) } }
    case .redraw:
      screen.append("\u{1B}[H\u{1B}[2J")
      redraw()
    }
    return false
  }

  private mutating func insert(
    _ character: Text, into outbox: inout Outbox<LineEditorOutput>
  ) {
    if character == Text("?"), !isInQuotes, !isHidden {
      screen.append("?\r\n")
      return ask([], Text("?"), .answering, &outbox)
    }
    guard buffer.insert(character) else {
      screen.append(0x07)
      return
    }
    if isHidden { return }
    let width = displayWidth(prompt) + displayWidth(buffer.text)
    if buffer.isAtEnd, width < columns { screen += character } else { redraw() }
  }

  private var isInQuotes: Bool {
    var isOpen = false
    var isEscaped = false
    for byte in buffer.beforeCursor {
      if byte == UInt8(ascii: "\""), !isEscaped { isOpen.toggle() }
      isEscaped = isOpen && byte == UInt8(ascii: "\\") && !isEscaped
    }
    return isOpen
  }

  /// Sends what stands before the cursor, with a mark before or behind it.
  private mutating func ask(
    _ before: Text, _ behind: Text, _ next: State, _ outbox: inout Outbox<LineEditorOutput>
  ) {
    state = next
    flush(into: &outbox)
    outbox.emit(.send(before + buffer.beforeCursor + behind + Text("\n")))
  }

  private mutating func enter(into outbox: inout Outbox<LineEditorOutput>) {
    let line = buffer.text
    buffer = LineBuffer()
    screen.append("\r\n")
    if !isHidden {
      history.add(line)
      if line.allSatisfy({ $0 == UInt8(ascii: " ") }) { return redraw() }
    }
    state = .answering
    flush(into: &outbox)
    outbox.emit(.send(line + Text("\n")))
  }

  private mutating func leave(into outbox: inout Outbox<LineEditorOutput>) {
    screen.append("\r\n")
    flush(into: &outbox)
    outbox.emit(.quit)
  }

  private mutating func edit(_ change: (inout LineBuffer) -> Void) {
    let before = buffer
    change(&buffer)
    if before != buffer || screen.last == UInt8(ascii: "\n") { redraw() }
  }

  // MARK: - Drawing

  /// Draws the prompt and as much of the line around the cursor as one row holds.
  private mutating func redraw() {
    guard !isHidden else {
      screen.append("\r")
      screen += prompt
      return screen.append("\u{1B}[K")
    }
    let room = max(8, columns - displayWidth(prompt) - 1)
    let widths = buffer.characters.map { displayWidth($0) }
    var first = 0
    var ahead = widths[..<buffer.cursor].reduce(0, +)
    while ahead > room {
      ahead -= widths[first]
      first += 1
    }
    var last = buffer.cursor
    var shown = ahead
    while last < widths.count, shown + widths[last] <= room {
      shown += widths[last]
      last += 1
    }
    screen.append("\r")
    screen += prompt
    for character in buffer.characters[first..<last] { screen += character }
    screen.append("\u{1B}[K")
    guard shown > ahead else { return }
    screen.append("\u{1B}[")
    screen.append(decimal: shown - ahead)
    screen.append("D")
  }
}
