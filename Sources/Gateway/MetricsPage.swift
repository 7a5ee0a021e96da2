internal import Base

/// A page of metrics as it grows, in Prometheus's text format, version 0.0.4.
///
/// A family is begun with its type and its help; the samples behind it are of that family.
struct MetricsPage {
  /// What the numbers of a family do.
  enum Kind {
    /// They only rise, but for a restart.
    case counter
    /// They rise and fall.
    case gauge
  }

  /// A name and a value, of any bytes of UTF-8.
  typealias Label = (name: StaticString, value: Text)

  private(set) var text = Text()
  private var name: StaticString = ""

  /// Begins a family; every name has `tipring_` in front.
  mutating func begin(_ name: StaticString, _ kind: Kind, _ help: StaticString) {
    self.name = name
    text.append("# HELP ")
    appendName()
    text.append(" ")
    text.append(help)
    text.append("\n# TYPE ")
    appendName()
    text.append(kind == .counter ? " counter\n" : " gauge\n")
  }

  /// Adds a sample of the family.
  mutating func add(_ value: UInt64, _ labels: Label...) {
    add(labels) { $0.append(decimal: value) }
  }

  /// Adds a sample that is true or not, as 1 or 0.
  mutating func add(_ isTrue: Bool, _ labels: Label...) {
    add(labels) { $0.append(isTrue ? "1" : "0") }
  }

  /// Adds a time in seconds, to the microsecond.
  mutating func add(_ time: Duration, _ labels: Label...) {
    let microseconds = Int(max(0, time.inNanoseconds / 1_000))
    add(labels) { text in
      text.append(decimal: microseconds / 1_000_000)
      text.append(".")
      text.append(decimal: microseconds % 1_000_000, padded: 6)
    }
  }

  private mutating func add(_ labels: [Label], value: (inout Text) -> Void) {
    appendName()
    for (place, label) in labels.enumerated() {
      text.append(place == 0 ? "{" : ",")
      text.append(label.name)
      text.append("=\"")
      append(escaped: label.value)
      text.append("\"")
    }
    if !labels.isEmpty { text.append("}") }
    text.append(" ")
    value(&text)
    text.append("\n")
  }

  private mutating func appendName() {
    text.append("tipring_")
    text.append(name)
  }

  private mutating func append(escaped value: Text) {
    for byte in value {
      switch byte {
      case UInt8(ascii: "\\"): text.append("\\\\")
      case UInt8(ascii: "\""): text.append("\\\"")
      case UInt8(ascii: "\n"): text.append("\\n")
      default: text.append(byte)
      }
    }
  }
}
