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
  private let places: TablePlaces?
  private let book: Phrasebook

  /// Makes a table without columns; with `places` it is written as JSON for a machine, and noted.
  ///
  /// Titles and cells are said in the phrases of `book`.
  public init(for places: TablePlaces? = nil, in book: Phrasebook = Phrasebook()) {
    self.places = places
    self.book = book
  }

  /// Adds a column with its title; before the first row.
  public mutating func addColumn(_ title: StaticString, _ alignment: Alignment = .left) {
    alignments.append(alignment)
    rows[0].append(book.phrase(Text(title)))
  }

  /// Adds a row; cells behind the last column are dropped, missing ones are empty.
  public mutating func addRow(_ cells: [Text]) {
    let empty = [Text](repeating: [], count: max(0, alignments.count - cells.count))
    rows.append(cells.prefix(alignments.count).map { book.phrase($0) } + empty)
  }

  /// Appends the titles and the rows, two spaces between columns, nothing at a line's end.
  public func append(to text: inout Text) {
    if let places {
      let start = text.count
      appendJSON(to: &text)
      return places.note(start..<text.count)
    }
    var widths = [Int](repeating: 0, count: alignments.count)
    for row in rows {
      for (column, cell) in row.enumerated() {
        widths[column] = max(widths[column], displayWidth(cell))
      }
    }
    for row in rows { append(row, widths, to: &text) }
  }

  /// Appends an array of objects, one a row, with the titles as names.
  private func appendJSON(to text: inout Text) {
    text.append("[")
    for (number, row) in rows.dropFirst().enumerated() {
      text.append(number > 0 ? ",{" : "{")
      for (column, cell) in row.enumerated() {
        if column > 0 { text.append(",") }
        text.append(json: rows[0][column])
        text.append(":")
        append(jsonCell: cell, isNumber: alignments[column] == .right, to: &text)
      }
      text.append("}")
    }
    text.append("]")
  }

  private func append(jsonCell cell: Text, isNumber: Bool, to text: inout Text) {
    if cell.isEmpty {
      text.append("null")
    } else if isNumber, let value = cell.decimalValue {
      text.append(decimal: value)
    } else {
      text.append(json: cell)
    }
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
