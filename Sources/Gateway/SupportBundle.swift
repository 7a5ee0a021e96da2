internal import Base
internal import Config

extension Gateway {
  /// `support-bundle`: every answer of `show` that the desk asks for, without a secret in it.
  func appendSupportBundle(to answer: inout Text) {
    let parts: [(StaticString, (Gateway, inout Text) -> Void)] = [
      ("version", { $0.showVersion(&$1) }), ("status", { $0.showStatus(&$1) }),
      ("reset", { $0.showReset(&$1) }),
      ("registrations detail", { $0.showRegistrationDetails(&$1) }),
      ("calls", { $0.showCalls(&$1) }), ("media", { $0.showMedia(&$1) }),
      ("counters", { $0.showCounters(&$1) }),
      ("configuration", { $1 += $0.editing.stored.text(secrets: .hidden) }),
      ("configuration differences", { $0.showWaitingChanges(&$1) }),
      ("log", { $0.showLog(&$1) }),
    ]
    for (name, append) in parts {
      answer.append("== show ")
      answer.append(name)
      answer.append("\n")
      append(self, &answer)
    }
  }
}
