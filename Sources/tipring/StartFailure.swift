import Base
import Linux

/// What could not be opened at the start, and why: the sentence that an installer reads.
struct StartFailure: Error {
  /// What the configuration calls it, with its value.
  let what: Text
  /// The kernel's reason.
  let reason: Errno

  init(what: Text, _ reason: Errno) {
    self.what = what
    self.reason = reason
  }

  /// The sentence, with a line end.
  var sentence: Text { Text("tipring: ") + what + Text(": ") + reason.message + Text("\n") }
}

/// Opens something that the configuration names; a refusal carries the name and the value.
func opening<Opened: ~Copyable>(
  _ name: StaticString, _ value: Text = [], _ open: () throws(Errno) -> Opened
) throws(StartFailure) -> Opened {
  do throws(Errno) {
    return try open()
  } catch {
    throw StartFailure(what: value.isEmpty ? Text(name) : Text(name) + Text(" ") + value, error)
  }
}

extension Endpoint {
  /// `address:port`.
  var text: Text {
    var text = Text()
    text.append(self)
    return text
  }
}
