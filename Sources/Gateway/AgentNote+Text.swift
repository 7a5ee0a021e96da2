internal import Base
internal import SIPAgent
internal import SIPSyntax

/// What the user agent notes and counts, in the operator's words.
extension Array where Element == UInt8 {
  mutating func append(_ note: AgentNote) {
    switch note {
    case .ignored(let counter, let source):
      append(counter, ", from ")
      append(source)
    case .malformed(let error, let source):
      append(error, from: source)
    case .oversized(let length, let source): append(oversized: length, from: source)
    case .refused(let counter, let code):
      append(counter, ", answered with ")
      append(decimal: code)
    case .registrationRefused(let account, let code):
      append(account, ": REGISTER answered with ", code)
    case .registrationUnanswered(let account):
      append(account, ": REGISTER not answered")
    case .registrationRestored(let account):
      append(account, ": the network has lost the registration, it begins anew")
    case .registrationNotice(let account, let notice):
      append(account, ": ")
      append(notice)
    case .watchRefused(let account, let code):
      append(account, ": SUBSCRIBE to the registration answered with ", code)
    case .mailboxRefused(let account, let code):
      append(account, ": SUBSCRIBE to the mailbox answered with ", code)
    case .profileRefused(let account, let code):
      append(account, ": SUBSCRIBE to the profile answered with ", code)
    case .publicationRefused(let account, let code):
      append(account, ": the report of a call was answered with ", code)
    case .publicationUnanswered(let account):
      append(account, ": nobody answered the report of a call")
    case .contactMoved(let account, let endpoint):
      append(account, ": the ")
      append(seenAt: endpoint, ", which Contact names now")
    case .flowRefused(let account):
      append(account, ": the SBC knows no flows (RFC 5626), registers without one")
    case .flowMoved(let endpoint):
      append(seenAt: endpoint, " now, registers anew")
    case .flowFailed(let endpoint):
      append(endpoint, Text(" does not answer STUN, registers anew"))
    case .sessionUnanswered(let session):
      append(session, ": SBC does not answer")
    case .emergencyLearnt(let session):
      append(session, ": the network says that this is an emergency call")
    case .emergencyRerouted(let session, let endpoint):
      append(session, ": emergency call goes to SBC ")
      append(endpoint)
    case .conference(let session, let count, let hasOthers):
      append(session, ": ")
      append(conferenceNote: count, hasOthers)
    case .conferenceRefused(let session, let code):
      append(session, ": SUBSCRIBE to the conference answered with ")
      append(decimal: code)
    case .serverFailed(let endpoint):
      append(endpoint, Text(" has failed"))
    case .serverReturned(let endpoint):
      append(endpoint, Text(" answers again"))
    case .serverChosen(let endpoint):
      append(endpoint, Text(" serves from now on"))
    }
  }

  private mutating func append(oversized length: Int, from source: Endpoint) {
    append("SIP: a datagram of ")
    append(decimal: length)
    append(" bytes refused, from ")
    append(source)
  }

  private mutating func append(seenAt endpoint: Endpoint, _ words: StaticString) {
    append("SBC sees us at ")
    append(endpoint)
    append(words)
  }

  private mutating func append(_ error: SyntaxError, from source: Endpoint) {
    append("SIP: malformed message, from ")
    append(source)
    append(": ")
    append(error.reason)
    append(" at byte ")
    append(decimal: error.offset)
  }

  private mutating func append(_ counter: AgentCounter, _ words: StaticString) {
    append("SIP: ")
    append(counter)
    append(words)
  }

  private mutating func append(_ session: SessionNumber, _ words: StaticString) {
    append(session: session)
    append(words)
  }

  private mutating func append(_ account: AccountNumber, _ words: StaticString) {
    append(port: account)
    append(words)
  }

  private mutating func append(
    _ account: AccountNumber, _ words: StaticString, _ code: UInt16
  ) {
    append(account, words)
    append(decimal: code)
  }

  private mutating func append(_ endpoint: Endpoint, _ words: Text) {
    append("SBC ")
    append(endpoint)
    self += words
  }

  private mutating func append(_ notice: RegistrationNotice) {
    switch notice {
    case .again: append("the network has ended the registration, which begins anew")
    case .after(let seconds):
      append("the network has ended the registration for ")
      append(decimal: seconds)
      append(" s")
    case .stop(let endsCalls):
      append("the network has ended the registration for good")
      if endsCalls { append(", and its calls") }
    case .shortened(let seconds):
      append("the network has shortened the registration to ")
      append(decimal: seconds)
      append(" s")
    }
  }

  mutating func append(_ counter: AgentCounter) {
    switch counter {
    case .received: append("datagrams received")
    case .sent: append("datagrams sent")
    case .resent: append("datagrams sent again")
    case .repeated: append("requests received again")
    case .stranger: append("datagrams from a stranger")
    case .insecure: append("requests without TLS")
    case .excess: append("requests above the limit")
    case .keepAlive: append("keep-alives")
    case .malformed: append("malformed messages")
    case .strayResponse: append("responses to nothing")
    case .strayAck: append("ACKs to nothing")
    case .unknownDialog: append("requests for an unknown dialog")
    case .unsupportedMethod: append("unsupported methods")
    case .unsupportedExtension: append("unsupported extensions")
    case .merged: append("merged requests")
    case .badRequest: append("bad requests")
    case .unknownUser: append("calls for an unknown number")
    case .overloaded: append("requests refused for overload")
    case .glare: append("offers that met another")
    case .outOfOrder: append("requests out of order")
    case .unpublished: append("reports of calls that nobody took")
    }
  }
}
