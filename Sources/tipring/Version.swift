import Base
import Hardware

/// What this program is.
enum Version {
  /// The release, as in CHANGELOG.md.
  static let number: StaticString = "0.1.0"

  /// Program and release, with a line end.
  static var short: Text { Text("tipring ") + Text(number) + Text("\n") }

  /// The same with the libraries, which are loaded for it.
  static var text: Text {
    var text = Text(short.dropLast())
    text.append(" (")
    text.append(contentsOf: LibraryVersions.text)
    text.append(")\n")
    return text
  }
}
