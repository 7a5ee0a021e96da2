internal import Base

/// A page of metrics as it grows, in Prometheus's text format, version 0.0.4.
///
/// A family is begun with its type and its help; the samples behind it are of that family, each
/// with the labels that were given since the sample before. There is one copy of each function for
/// all callers: inlined into the many, they would cost 10 KB.
struct MetricsPage {
  /// What the numbers of a family do.
  enum Kind {
    /// They only rise, but for a restart.
    case counter
    /// They rise and fall.
    case gauge
  }

  private(set) var text = Text()
  private var name: StaticString = ""
  private var labels = Text()

  /// Begins a family; every name has `tipring_` in front.
  @inline(never)
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

  /// Gives the next sample a label, whose value is any UTF-8.
  @inline(never)
  mutating func label(_ name: StaticString, _ value: Text) {
    labels.append(labels.isEmpty ? "{" : ",")
    labels.append(name)
    labels.append("=\"")
    for byte in value {
      switch byte {
      case UInt8(ascii: "\\"): labels.append("\\\\")
      case UInt8(ascii: "\""): labels.append("\\\"")
      case UInt8(ascii: "\n"): labels.append("\\n")
      default: labels.append(byte)
      }
    }
    labels.append("\"")
  }

  /// Gives the next sample a label with a word of ours.
  @inline(never)
  mutating func label(_ name: StaticString, word: StaticString) { label(name, Text(word)) }

  /// Gives the next sample a label with a number.
  @inline(never)
  mutating func label(_ name: StaticString, number: UInt8) {
    label(name, cell { $0.append(decimal: number) })
  }

  /// Adds a sample.
  @inline(never)
  mutating func add(_ value: UInt64) { addSample(cell { $0.append(decimal: value) }) }

  /// Adds a sample that is true or not, as 1 or 0.
  mutating func add(_ isTrue: Bool) { add(isTrue ? 1 : 0) }

  /// Adds a time in seconds, to the microsecond.
  @inline(never)
  mutating func add(_ time: Duration) {
    // 32 bits would hold half an hour of them.
    let microseconds = max(0, time.inNanoseconds / 1_000)
    addSample(
      cell { text in
        text.append(decimal: microseconds / 1_000_000)
        text.append(".")
        text.append(decimal: Int(microseconds % 1_000_000), padded: 6)
      })
  }

  private mutating func addSample(_ value: Text) {
    appendName()
    if !labels.isEmpty { labels.append("}") }
    text += labels
    labels = []
    text.append(" ")
    text += value
    text.append("\n")
  }

  private mutating func appendName() {
    text.append("tipring_")
    text.append(name)
  }
}
