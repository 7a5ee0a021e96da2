public import Base

/// Where the tables of an answer for a machine stand in it; they are JSON, the rest is lines of text.
///
/// The places are kept beside the text, so that nothing that a far party has sent can look like one.
public final class TablePlaces {
  /// Byte ranges of the answer, in order.
  fileprivate(set) var ranges: [Range<Int>] = []

  /// There is no table yet.
  public init() {}

  /// Notes a table that was just appended.
  func note(_ range: Range<Int>) { ranges.append(range) }
}

/// An answer as one JSON object (RFC 8259) in one line.
///
/// `{"lines":["…"],"tables":[[{"title":cell}]]}`, or `{"error":"…","column":N}` with what was said
/// before in `lines`. A cell of a column of numbers is a number where it is one; an empty cell is
/// `null`; every other cell is a string.
public enum MachineAnswer {
  /// Makes the object from an answer and the places of its tables.
  public static func json(_ answer: Text, _ places: TablePlaces, refusal: LineRefusal?) -> Text {
    var json = Text("{")
    if let refusal {
      json.append("\"error\":")
      json.append(json: refusal.reason)
      json.append(",\"column\":")
      json.append(decimal: refusal.offset + 1)
      json.append(",")
    }
    json.append("\"lines\":[")
    appendLines(of: answer, outside: places.ranges, to: &json)
    json.append("],\"tables\":[")
    for (number, range) in places.ranges.enumerated() {
      if number > 0 { json.append(",") }
      json += answer[range]
    }
    json.append("]}\n")
    return json
  }

  private static func appendLines(
    of answer: Text, outside ranges: [Range<Int>], to json: inout Text
  ) {
    var start = 0
    var isFirst = true
    for end in ranges.map({ $0.lowerBound }) + [answer.count] {
      for line in answer[start..<end].split(separator: UInt8(ascii: "\n")) {
        if !isFirst { json.append(",") }
        isFirst = false
        json.append(json: Text(line))
      }
      start = ranges.first { $0.lowerBound == end }?.upperBound ?? end
    }
  }
}

extension Array where Element == UInt8 {
  /// Appends a JSON string (RFC 8259 §7); bytes that are not UTF-8 become `?`.
  public mutating func append(json text: Text) {
    append("\"")
    for byte in printable(text) {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case UInt8(ascii: "\n"): append("\\n")
      case UInt8(ascii: "\t"): append("\\t")
      default: append(byte)
      }
    }
    append("\"")
  }
}
