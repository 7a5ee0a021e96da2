internal import Base

/// What services do to a line: `simservs` with `dial-tone-management` (TS 183 043).
///
/// Networks write more into it, such as who may hold a call; what a line does not act on is passed
/// over. A word for the dial tone that is not known counts as none: the tone stays as it was.
struct ServiceDocument: Equatable {
  private(set) var dialTone: DialTonePattern?

  /// Reads a document; `nil` if it is none.
  init?(parsing bytes: Text) {
    var reader = XMLReader(bytes)
    var isRooted = false
    var isManagement = false
    var isPattern = false
    while let step = reader.next() {
      switch step {
      case .open(let name, _):
        if reader.isNamed("simservs", name) { isRooted = true }
        guard isRooted else { return nil }
        if reader.isNamed("dial-tone-management", name) { isManagement = true }
        isPattern = isManagement && reader.isNamed("dial-tone-pattern", name)
      case .text(let range):
        if isPattern, let pattern = Self.pattern(reader.value(range)) { dialTone = pattern }
      case .close(let name):
        if reader.isNamed("dial-tone-management", name) { isManagement = false }
        isPattern = false
      }
    }
    guard isRooted, reader.isComplete else { return nil }
  }

  private static func pattern(_ word: Text) -> DialTonePattern? {
    // Networks do not agree on the rest of this word.
    if word.prefix(8).equals("standard") { return .standard }
    if word.equals("special-condition-tone") { return .specialCondition }
    return word.equals("message-waiting-tone") ? .messageWaiting : nil
  }
}
