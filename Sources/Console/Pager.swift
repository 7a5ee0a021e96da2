internal import Base

/// Stops a long answer at every screenful until a key is pressed.
///
///     flowing ──screen full, more comes──> holding ──space: a screen, enter: a row──> flowing
///                                             └──q──> skipping ──end of the answer──> flowing
struct Pager: Sendable {
  enum Step: Equatable, Sendable {
    /// The byte is shown.
    case show
    /// Nobody wants it any more.
    case drop
    /// The screen is full: the byte is held, and the mark is shown.
    case stop
  }

  /// What stands in the last row while it holds.
  static var mark: StaticString { "--more--" }
  /// How much of an answer is held; what is behind it is lost, which the box's own limits prevent.
  private static let heldLimit = 1 << 20

  private var columns: Int
  private var rows: Int
  private var rowsLeft: Int
  /// Where in its row the next character stands; a terminal goes on in the next row by itself.
  private var column = 0
  private var held = Text()
  private(set) var isHolding = false
  private var isSkipping = false

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    rowsLeft = rows - 1
  }

  /// The terminal has another size.
  mutating func resize(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// An answer is at its end: the next one has a whole screen.
  mutating func begin() {
    rowsLeft = rows - 1
    column = 0
    isSkipping = false
  }

  /// Nothing is held until the answer's end.
  mutating func suspend() { rowsLeft = .max }

  /// Takes a byte of an answer while it does not hold.
  mutating func take(_ byte: UInt8) -> Step {
    if isSkipping { return .drop }
    let width = Self.width(of: byte)
    if column + width > columns { endRow() }
    if rowsLeft <= 0 {
      isHolding = true
      hold(byte)
      return .stop
    }
    if byte == UInt8(ascii: "\n") { endRow() } else { column += width }
    return .show
  }

  private mutating func endRow() {
    rowsLeft -= 1
    column = 0
  }

  /// The columns of the character that a byte begins, told by its first byte: from U+3000 on nearly
  /// all are wide, and nobody sees a row too few on the screen.
  private static func width(of byte: UInt8) -> Int {
    switch byte {
    case 0..<0x20, 0x80..<0xC0: 0
    case 0xE3...: 2
    default: 1
    }
  }

  /// Keeps a byte while it holds.
  mutating func hold(_ byte: UInt8) {
    if held.count < Self.heldLimit { held.append(byte) }
  }

  /// Takes a key while it holds; what was held, when the answer goes on.
  mutating func press(_ key: Key) -> Text? {
    switch key {
    case .character(let character) where character == Text(" "): rowsLeft = rows - 1
    case .enter: rowsLeft = 1
    case .character(let character) where character == Text("q"): isSkipping = true
    case .interrupt: isSkipping = true
    default: return nil
    }
    isHolding = false
    defer { held = [] }
    return held
  }
}
