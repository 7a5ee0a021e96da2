internal import Base

/// A key of a VT100 or its descendants, or a character.
enum Key: Equatable, Sendable {
  /// One character of UTF-8.
  case character(Text)
  case enter
  case tab
  case backspace
  case delete
  case left
  case right
  case up
  case down
  case home
  case end
  /// Ctrl-K.
  case killToEnd
  /// Ctrl-U.
  case killToStart
  /// Ctrl-W.
  case killWord
  /// Ctrl-C.
  case interrupt
  /// Ctrl-D.
  case endOfInput
  /// Ctrl-L.
  case redraw
  /// Ctrl-R.
  case search
}

/// Turns the bytes of a terminal's keyboard into keys; what it does not know it drops.
///
///     plain ──ESC──> escape ──[──> sequence ──final or control byte──> plain
///       │               └──O──> application ──any byte──> plain
///       └──first byte of several──> plain, until the character is complete
struct KeyDecoder: Sendable {
  private enum State: Equatable, Sendable {
    case plain
    case escape
    /// ECMA-48 §5.4; the parameter is the number before `~`.
    case sequence(parameter: UInt8)
    /// The arrow keys of a VT100 in application mode.
    case application
  }

  private var state = State.plain
  private var partial = Text()

  mutating func take(_ byte: UInt8) -> Key? {
    switch state {
    case .plain: return takePlain(byte)
    case .escape:
      switch byte {
      case UInt8(ascii: "["): state = .sequence(parameter: 0)
      case UInt8(ascii: "O"): state = .application
      case 0x1B: state = .escape
      default: state = .plain
      }
      return nil
    case .application:
      state = .plain
      return Self.arrow(byte)
    case .sequence(let parameter): return takeSequence(byte, parameter)
    }
  }

  private mutating func takeSequence(_ byte: UInt8, _ parameter: UInt8) -> Key? {
    let digit = byte &- UInt8(ascii: "0")
    if digit < 10 {
      state = .sequence(parameter: parameter > 9 ? 99 : parameter * 10 + digit)
      return nil
    }
    if byte < 0x20 { state = byte == 0x1B ? .escape : .plain }
    guard (0x40...0x7E).contains(byte) else { return nil }
    state = .plain
    guard byte == UInt8(ascii: "~") else { return Self.arrow(byte) }
    switch parameter {
    case 1, 7: return .home
    case 3: return .delete
    case 4, 8: return .end
    default: return nil
    }
  }

  private static func arrow(_ byte: UInt8) -> Key? {
    switch byte {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "H"): .home
    default: nil
    }
  }

  private mutating func takePlain(_ byte: UInt8) -> Key? {
    if byte < 0x80 {
      partial = []
      return isControl(byte) ? control(byte) : .character([byte])
    }
    if byte & 0xC0 != 0x80 { partial = [] }
    partial.append(byte)
    guard utf8Length(partial[...]) == partial.count else {
      if partial.count >= 4 { partial = [] }
      return nil
    }
    defer { partial = [] }
    return displayWidth(partial) > 0 && printable(partial) == partial ? .character(partial) : nil
  }

  private mutating func control(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x01: return .home
    case 0x02: return .left
    case 0x03: return .interrupt
    case 0x04: return .endOfInput
    case 0x05: return .end
    case 0x06: return .right
    case 0x08, 0x7F: return .backspace
    case 0x09: return .tab
    case 0x0A, 0x0D: return .enter
    case 0x0B: return .killToEnd
    case 0x0C: return .redraw
    case 0x0E: return .down
    case 0x10: return .up
    case 0x12: return .search
    case 0x15: return .killToStart
    case 0x17: return .killWord
    case 0x1B: state = .escape
    default: break
    }
    return nil
  }
}
