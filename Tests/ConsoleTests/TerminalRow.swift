/// As much of a VT100 as a line editor needs, written without looking at ours: what a person sees.
struct TerminalRow {
  /// The rows so far, the current one last; the second cell of a wide character is "".
  private(set) var rows: [[String]] = [[]]
  private(set) var cursor = 0
  private let columns: Int
  /// Whether something was written behind the last column.
  private(set) var overflowed = false

  init(columns: Int) { self.columns = columns }

  var row: String { rows.last?.joined() ?? "" }
  var text: String { rows.map { $0.joined() }.joined(separator: "\n") }

  mutating func write(_ bytes: [UInt8]) {
    var scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\r": cursor = 0
      case "\n": rows.append([])
      case "\u{7}": break
      case "\u{1B}":
        precondition(scalars.popFirst() == "[", "not a control sequence")
        let digits = scalars.prefix { ("0"..."9").contains($0) }
        scalars = scalars.dropFirst(digits.count)
        let number = Int(String(String.UnicodeScalarView(digits))) ?? 1
        control(scalars.popFirst(), number)
      default: put(String(Character(scalar)), wide: scalar.value >= 0x2E80)
      }
    }
  }

  private mutating func control(_ final: Unicode.Scalar?, _ number: Int) {
    switch final {
    case "K": rows[rows.count - 1].removeSubrange(min(cursor, rows[rows.count - 1].count)...)
    case "D": cursor = max(0, cursor - number)
    case "H": cursor = 0
    case "J": rows = [[]]
    default: preconditionFailure("unknown control sequence")
    }
  }

  private mutating func put(_ cell: String, wide: Bool) {
    for part in wide ? [cell, ""] : [cell] {
      while rows[rows.count - 1].count <= cursor { rows[rows.count - 1].append(" ") }
      rows[rows.count - 1][cursor] = part
      cursor += 1
      if cursor > columns { overflowed = true }
    }
  }
}
