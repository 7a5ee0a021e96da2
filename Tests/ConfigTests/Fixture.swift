import Base
import Board
import Config

extension Text {
  /// The bytes of a text of the test.
  init(_ string: String) { self = Array(string.utf8) }
}

/// The text that bytes spell.
func string(_ text: Text) -> String { String(decoding: text, as: UTF8.self) }

/// Stands for the parts that know countries and digit maps.
///
/// A digit map here is anything without a question mark; where it stands is where it goes wrong.
let checks = ConfigurationChecks(countries: [Text("cn"), Text("us"), Text("uk")]) { map in
  map.firstIndex(of: UInt8(ascii: "?")).map {
    WordProblem(offset: $0, reason: Text("'?' is not a digit-map character"))
  }
}

/// The smallest configuration without a mistake, and lines of a test's own.
func minimal(_ lines: String...) -> Text {
  Text(
    """
    sip server 127.0.0.10
    sip local 127.0.0.20
    port 1 enable
    port 1 number 6001
    port 1 line simulator /run/p1

    """ + lines.joined(separator: "\n"))
}

/// What the reader says of a text, one mistake a line.
func report(_ text: Text, board: BoardDescription? = nil, running: Configuration? = nil) -> String {
  var report = Text()
  report.append(
    Configuration.read(text, checks: checks, board: board, running: running).mistakes)
  return string(report)
}
