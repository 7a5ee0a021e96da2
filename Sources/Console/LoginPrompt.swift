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

  /// Begins to ask, below a banner.
  public init(banner: Text, into outbox: inout Outbox<LoginPromptOutput>) {
    self.banner = banner
    ask(into: &outbox)
  }

  /// Takes bytes from the keyboard.
  public mutating func type(
    _ bytes: some Sequence<UInt8>, into outbox: inout Outbox<LoginPromptOutput>
  ) {
    var screen = Text()
    for byte in bytes {
      guard let key = decoder.take(byte), state != .checking, state != .closed else { continue }
      switch key {
      case .character(let character): insert(character, &screen)
      case .backspace: erase(&screen)
      case .killToStart, .interrupt: while !typed.isEmpty { erase(&screen) }
      case .endOfInput where typed.isEmpty: return outbox.emit(.quit)
      case .enter:
        screen.append("\r\n")
        outbox.emit(.screen(screen))
        screen = []
        enter(into: &outbox)
      default: break
      }
    }
    if !screen.isEmpty { outbox.emit(.screen(screen)) }
  }

  /// The last attempt was wrong, or none is taken now; nothing is until `open`.
  public mutating func refuse(_ words: Text, into outbox: inout Outbox<LoginPromptOutput>) {
    state = .closed
    outbox.emit(.screen(words + Text("\r\n")))
  }

  /// The next attempt may come.
  public mutating func open(into outbox: inout Outbox<LoginPromptOutput>) {
    state = .name
    ask(into: &outbox)
  }

  private func ask(into outbox: inout Outbox<LoginPromptOutput>) {
    outbox.emit(.screen(Text("\r\n") + banner + Text("login: ")))
  }

  private mutating func enter(into outbox: inout Outbox<LoginPromptOutput>) {
    let text = typed
    typed = []
    switch state {
    case .name where text.isEmpty: ask(into: &outbox)
    case .name:
      state = .password(name: text)
      outbox.emit(.screen(Text("Password: ")))
    case .password(let name):
      state = .checking
      outbox.emit(.attempt(name: name, password: text))
    case .checking, .closed: break
    }
  }

  private mutating func insert(_ character: Text, _ screen: inout Text) {
    guard typed.count + character.count <= Self.limit else { return screen.append(0x07) }
    typed += character
    if state == .name { screen += printable(character) }
  }

  /// Erases one character, which may be several bytes of UTF-8.
  private mutating func erase(_ screen: inout Text) {
    guard !typed.isEmpty else { return }
    let before = typed
    while let last = typed.popLast(), last & 0xC0 == 0x80 {}
    guard state == .name else { return }
    for _ in 0..<displayWidth(Text(before[typed.count...])) { screen.append("\u{8} \u{8}") }
  }
}
