import Base
import Hardware

/// What this program is.
enum Version {
  /// The release, as in CHANGELOG.md.
  static let number: StaticString = "0.1.0"

  /// Program, release and the libraries that are loaded, with a line end.
  static var text: Text {
    var text = Text("tipring ")
    text.append(number)
    text.append(" (")
    text.append(contentsOf: LibraryVersions.text)
    text.append(")\n")
    return text
  }
}
