public import Base

/// What the login prompt wants done.
public enum LoginPromptOutput: Equatable, Sendable {
  /// Write the bytes to the terminal.
  case screen(Text)
  /// Ask whether these are a user's; the answer comes by `refuse`, or not at all.
  case attempt(name: Text, password: Text)
  /// Leave.
  case quit
}

/// Asks for a name and a password at a terminal in raw mode.
///
///     name ──enter──> password ──enter──> checking ──refuse──> closed ──open──> name
///      └─────────────────┴──Ctrl-D, a minute of silence──> left (by whoever waits)
/// Keys that come while it is checking or closed are dropped: nobody types ahead of a refusal.
public struct LoginPrompt: Sendable {
  private enum State: Equatable, Sendable {
    case name
    case password(name: Text)
    case checking
    case closed
  }

  private static let limit = 64

  private let banner: Text
  private var state = State.name
  private var decoder = KeyDecoder()
  private var typed = Text()
  private var screen = Text()

  /// Begins to ask, below a banner.
  public init(banner: Text, into outbox: inout Outbox<LoginPromptOutput>) {
    self.banner = banner
    ask()
    flush(into: &outbox)
  }

  /// Takes bytes from the keyboard; at most two outputs.
  public mutating func type(
    _ bytes: some Sequence<UInt8>, into outbox: inout Outbox<LoginPromptOutput>
  ) {
    for byte in bytes {
      guard let key = decoder.take(byte), state != .checking, state != .closed else { continue }
      switch key {
      case .character(let character): insert(character)
      case .backspace: erase()
      case .killToStart, .interrupt: while !typed.isEmpty { erase() }
      case .endOfInput where typed.isEmpty:
        flush(into: &outbox)
        return outbox.emit(.quit)
      case .enter: enter(into: &outbox)
      default: break
      }
    }
    flush(into: &outbox)
  }

  /// The last attempt was wrong, or none is taken now; nothing is until `open`.
  public mutating func refuse(_ words: Text, into outbox: inout Outbox<LoginPromptOutput>) {
    state = .closed
    typed = []
    outbox.emit(.screen(words + Text("\r\n")))
  }

  /// The next attempt may come.
  public mutating func open(into outbox: inout Outbox<LoginPromptOutput>) {
    state = .name
    typed = []
    ask()
    flush(into: &outbox)
  }

  private mutating func ask() { screen += Text("\r\n") + banner + Text("login: ") }

  private mutating func flush(into outbox: inout Outbox<LoginPromptOutput>) {
    guard !screen.isEmpty else { return }
    outbox.emit(.screen(screen))
    screen = []
  }

  private mutating func enter(into outbox: inout Outbox<LoginPromptOutput>) {
    let text = typed
    typed = []
    screen.append("\r\n")
    switch state {
    case .name where text.isEmpty: ask()
    case .name:
      state = .password(name: text)
      screen.append("Password: ")
    case .password(let name):
      state = .checking
      flush(into: &outbox)
      outbox.emit(.attempt(name: name, password: text))
    case .checking, .closed: break
    }
  }

  private mutating func insert(_ character: Text) {
    guard typed.count + character.count <= Self.limit else { return screen.append(0x07) }
    typed += character
    if state == .name { screen += printable(character) }
  }

  /// Erases one character, which may be several bytes of UTF-8.
  private mutating func erase() {
    guard !typed.isEmpty else { return }
    let before = typed
    while let last = typed.popLast(), last & 0xC0 == 0x80 {}
    guard state == .name else { return }
    for _ in 0..<displayWidth(Text(before[typed.count...])) { screen.append("\u{8} \u{8}") }
  }
}
