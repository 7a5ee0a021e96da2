public import Base

/// Rows of text in columns, as `show` prints them.
public struct TextTable {
  /// On which side of its column a cell stands.
  public enum Alignment: UInt8, Sendable {
    /// At the left, for words.
    case left
    /// At the right, for numbers.
    case right
  }

  private var alignments: [Alignment] = []
  private var rows: [[Text]] = [[]]

  /// Makes a table without columns.
  public init() {}

  /// Adds a column with its title; before the first row.
  public mutating func addColumn(_ title: StaticString, _ alignment: Alignment = .left) {
    alignments.append(alignment)
    rows[0].append(Text(title))
  }

  /// Adds a row; cells behind the last column are dropped, missing ones are empty.
  public mutating func addRow(_ cells: [Text]) {
    let empty = [Text](repeating: [], count: max(0, alignments.count - cells.count))
    rows.append(cells.prefix(alignments.count) + empty)
  }

  /// Appends the titles and the rows, two spaces between columns, nothing at a line's end.
  public func append(to text: inout Text) {
    var widths = [Int](repeating: 0, count: alignments.count)
    for row in rows {
      for (column, cell) in row.enumerated() {
        widths[column] = max(widths[column], displayWidth(cell))
      }
    }
    for row in rows { append(row, widths, to: &text) }
  }

  private func append(_ row: [Text], _ widths: [Int], to text: inout Text) {
    var line = Text()
    for (column, cell) in row.enumerated() {
      if column > 0 { line.append("  ") }
      let gap = Text(repeating: UInt8(ascii: " "), count: widths[column] - displayWidth(cell))
      switch alignments[column] {
      case .left: line += cell + gap
      case .right: line += gap + cell
      }
    }
    while line.last == UInt8(ascii: " ") { line.removeLast() }
    text += line
    text.append("\n")
  }
}
