internal import Base

/// Turns the bytes of a console client into requests.
///
/// The client may be `tipring shell`, a script, or a person at a raw terminal or a telnet client:
/// what such a terminal sends beside text is dropped, whatever it is.
///
///     text ──ESC──> escape ──[──> sequence ──final byte, end of line──> text
///      │               ├──]PX^_──> string ──BEL, ESC, end of line──> text, escape, text
///      │               └──anything else──> text
///      └──IAC──> telnet ──WILL WONT DO DONT──> option ──any byte──> text
///                  ├──SB──> negotiation ──IAC──> negotiationEnd ──SE──> text
///                  │                    └──255 bytes──> text
///                  └──anything else──> text
public struct RequestDecoder: Sendable {
  private enum State: Equatable, Sendable {
    case text
    /// ECMA-48 §5.3: behind ESC.
    case escape
    /// ECMA-48 §5.4: a control sequence.
    case sequence
    /// ECMA-48 §5.6: a control string, and what xterm says by OSC.
    case string
    /// RFC 854: behind the byte 255.
    case telnet
    case option
    case negotiation(length: UInt8)
    case negotiationEnd(length: UInt8)
  }

  private var state = State.text
  private var line = Text()
  private var isTooLong = false
  /// The last byte was CR: a LF or NUL behind it belongs to it (RFC 854).
  private var endedByReturn = false

  /// Starts at the beginning of a line.
  public init() {}

  /// Takes bytes as they came and returns the requests that they complete.
  public mutating func receive(_ bytes: some Sequence<UInt8>) -> [ConsoleRequest] {
    var requests: [ConsoleRequest] = []
    for byte in bytes {
      if let request = take(byte) { requests.append(request) }
    }
    return requests
  }

  private mutating func take(_ byte: UInt8) -> ConsoleRequest? {
    switch state {
    case .text: return takeText(byte)
    case .escape, .sequence, .string:
      if byte == 0x0A || byte == 0x0D {
        state = .text
        return takeText(byte)
      }
      takeEscape(byte)
    case .telnet: state = Self.behindIAC(byte)
    case .option: state = .text
    case .negotiation(let length):
      state = byte == 0xFF ? .negotiationEnd(length: length) : Self.negotiation(behind: length)
    case .negotiationEnd(let length):
      state = byte == 0xF0 ? .text : Self.negotiation(behind: length)
    }
    return nil
  }

  private mutating func takeEscape(_ byte: UInt8) {
    switch state {
    case .sequence: if (0x40...0x7E).contains(byte) { state = .text }
    case .string: state = byte == 0x07 ? .text : byte == 0x1B ? .escape : .string
    case .escape, .text, .telnet, .option, .negotiation, .negotiationEnd:
      state = Self.behindEscape(byte)
    }
  }

  private static func negotiation(behind length: UInt8) -> State {
    length == .max ? .text : .negotiation(length: length + 1)
  }

  private static func behindEscape(_ byte: UInt8) -> State {
    switch byte {
    case UInt8(ascii: "["): .sequence
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
      UInt8(ascii: "_"):
      .string
    default: .text
    }
  }

  private static func behindIAC(_ byte: UInt8) -> State {
    switch byte {
    case 0xFB...0xFE: .option
    case 0xFA: .negotiation(length: 0)
    default: .text
    }
  }

  private mutating func takeText(_ byte: UInt8) -> ConsoleRequest? {
    let followsReturn = endedByReturn
    endedByReturn = byte == 0x0D
    switch byte {
    case 0x0A where followsReturn, 0x00: return nil
    case 0x0A, 0x0D: return endLine()
    case 0x04 where line.isEmpty: return .close
    case 0x08, 0x7F: erase()
    case ConsoleProtocol.interrupt where line.isEmpty: return .interrupt
    case ConsoleProtocol.interrupt, 0x15: clear()
    case 0x1B: state = .escape
    case 0xFF: state = .telnet
    case 0x09: keep(byte)
    case ConsoleProtocol.loginMark where line.isEmpty: keep(byte)
    case ConsoleProtocol.machineMark where line.isEmpty: keep(byte)
    case 0x01...0x1F: return nil
    default: keep(byte)
    }
    return nil
  }

  private mutating func keep(_ byte: UInt8) {
    if line.count < ConsoleProtocol.lineLimit { line.append(byte) } else { isTooLong = true }
  }

  /// Erases one character, which may be several bytes of UTF-8.
  private mutating func erase() {
    while let last = line.popLast(), last & 0xC0 == 0x80 {}
  }

  private mutating func clear() {
    line = []
    isTooLong = false
  }

  private mutating func endLine() -> ConsoleRequest {
    defer { clear() }
    if isTooLong { return .tooLong(isMachine: line.first == ConsoleProtocol.machineMark) }
    if line.first == ConsoleProtocol.loginMark { return Self.login(Text(line.dropFirst())) }
    if line.first == ConsoleProtocol.machineMark { return .machine(Text(line.dropFirst())) }
    if line.first == ConsoleProtocol.completionMark { return .completion(Text(line.dropFirst())) }
    return .line(line)
  }

  private static func login(_ words: Text) -> ConsoleRequest {
    if words.isEmpty { return .login(hasDelivered: false) }
    if words.equals(ConsoleProtocol.deliveredPassword) { return .login(hasDelivered: true) }
    let parts = words.split(separator: UInt8(ascii: " "), maxSplits: 1)
    // Anything else is somebody's Ctrl-A, which a line is rid of.
    guard let first = parts.first, Text(first).equals(ConsoleProtocol.refusedPassword) else {
      return .line(words)
    }
    return .loginRefused(user: parts.count > 1 ? Text(parts[1]) : [])
  }
}
