internal import Access
internal import Base
internal import Call
internal import Line
internal import MediaControl
internal import SIPAgent

/// The journal's events as lines of `show log`.
extension Array where Element == UInt8 {
  mutating func append(_ event: JournalEvent) {
    switch event {
    case .started: append("started")
    case .stopping: append("stopping")
    case .loop(let port, let edge):
      append(port: port)
      append(edge == .closed ? ": loop closed" : ": loop open")
    case .digit(let port, let digit, _):
      append(port: port)
      append(": digit ")
      append(digit)
    case .ringing(let port):
      append(port: port)
      append(": ringing")
    case .registration(let account, let status):
      append(port: account)
      append(": ")
      append(status)
    case .inviting(let port, let number):
      append(port: port)
      append(": calls ")
      append(contentsOf: number)
    case .streamStarted(let port):
      append(port: port)
      append(": far party's audio begins")
    case .audioDetached(let port):
      append(port: port)
      append(": audio socket closed")
    case .periodsMissed(let count):
      append("media: ")
      append(decimal: count)
      append(" periods missed")
    case .xrun, .cardLost, .cardReturned: append(cardEvent: event)
    case .lineCircuitLost, .lineCircuitReturned: append(lineEvent: event)
    case .pathUp, .pathDown, .serverNotFound, .serversFound, .connected, .disconnected:
      append(pathEvent: event)
    case .failure(let words), .provisioned(let words): append(contentsOf: words)
    case .alarm(let change):
      append(change.isRaised ? "alarm: " : "alarm over: ")
      append(change.alarm)
    case .agent(let note): append(note)
    case .port(let port, let note):
      append(port: port)
      append(": ")
      append(note)
    case .incoming, .progress, .answered, .offered, .ended, .referred, .replacing:
      append(sessionEvent: event)
    case .called(let record): append(record)
    case .factoryResetByButton: append("by the button: every setting forgotten")
    case .buttonReturned: append("the reset button is back")
    case .configurationCommitted, .configurationChanged, .configurationConfirmed, .factoryReset,
      .loggedIn, .loginRefused, .passwordChanged, .tested, .lineTested:
      append(consoleEvent: event)
    }
  }

  private mutating func append(pathEvent event: JournalEvent) {
    if case .pathUp(let address) = event {
      append("network is there, own address ")
      append(address)
    } else if case .serverNotFound(let name, let failure) = event {
      append("SBC ")
      append(name)
      append(": ")
      append(failure.english)
    } else if case .connected(let server, let isSecure) = event {
      append("SBC ")
      append(server)
      append(isSecure ? ": connected by TLS" : ": connected by TCP")
    } else if case .disconnected(let server, let isSecure, let why) = event {
      append("SBC ")
      append(server)
      append(isSecure ? ": TLS: " : ": TCP: ")
      append(contentsOf: why)
    } else if case .serversFound(let servers) = event {
      append("SBCs by DNS: ")
      append(list: servers.map { server in cell { $0.append(server) } })
    } else {
      append("network is gone")
    }
  }

  private mutating func append(lineEvent event: JournalEvent) {
    if case .lineCircuitLost(let port, let why) = event {
      append(port: port)
      append(" is out of service: ")
      append(contentsOf: why)
    } else if case .lineCircuitReturned(let port) = event {
      append(port: port)
      append(": its line circuit is there again")
    }
  }

  private mutating func append(cardEvent event: JournalEvent) {
    if case .xrun(let card, let xrun) = event {
      append(card: card)
      append(xrun.isCapture ? ": capture ring full, " : ": playback ring empty, ")
      append(xrun.isOurs ? "our work took too long (" : "the system woke us too late (")
      if xrun.isWithinWork {
        append(decimal: xrun.awayUs)
        append(" us without work, then ")
        append(decimal: xrun.workUs)
        append(" us of it)")
      } else {
        append(decimal: xrun.workUs)
        append(" us of work, then ")
        append(decimal: xrun.awayUs)
        append(" us without)")
      }
    } else if case .cardLost(let card) = event {
      append(card: card)
      append(" is gone: its ports are out of service")
    } else if case .cardReturned(let card) = event {
      append(card: card)
      append(" is there again")
    }
  }

  private mutating func append(consoleEvent event: JournalEvent) {
    if case .loginRefused(let role, _) = event {
      append("login: wrong name or password of ")
      return append(contentsOf: role.map { Text($0.loginName) } ?? Text("a stranger"))
    }
    if case .configurationCommitted(let console, let changes) = event {
      append(console: console)
      append(": configuration committed, changes: ")
      append(decimal: changes)
    } else if case .configurationChanged(let console, let line) = event {
      append(console: console)
      append(": ")
      append(contentsOf: line)
    } else if case .configurationConfirmed(let console) = event {
      append(console: console)
      append(": configuration confirmed")
    } else if case .factoryReset(let console) = event {
      append(console: console)
      append(": every setting forgotten")
    } else if case .loggedIn(let console, let role, _) = event {
      append(console: console)
      append(": ")
      append(role.loginName)
      append(" has logged in")
    } else if case .passwordChanged(let console, let role, _) = event {
      append(console: console)
      append(": password of ")
      append(role.loginName)
      append(" changed")
    } else if case .tested(let console, let port, let number) = event {
      append(console: console)
      append(": test call from ")
      append(port: port)
      append(" to ")
      append(contentsOf: number)
    } else if case .lineTested(let console, let port) = event {
      append(console: console)
      append(": tests ")
      append(port: port)
    }
  }

  /// Who did it: somebody at a console, or provisioning.
  private mutating func append(console number: UInt8) {
    guard number != Gateway.provisioningConsole else { return append("provisioning") }
    append("console ")
    append(decimal: number)
  }

  private mutating func append(sessionEvent event: JournalEvent) {
    switch event {
    case .incoming(let port, let session, let caller):
      append(session: session)
      append(": for ")
      append(port: port)
      append(" from ")
      append(caller)
    case .progress(let session, let code, let hasDescription):
      append(session: session)
      append(": ")
      append(decimal: code)
      if hasDescription { append(" with description") }
    case .answered(let session):
      append(session: session)
      append(": answered")
    case .offered(let session):
      append(session: session)
      append(": far party changes the audio")
    case .ended(let session, let reason):
      append(session: session)
      append(": ")
      append(reason)
    case .referred(let session, let number):
      append(session: session)
      append(": far party transfers us to ")
      append(contentsOf: number)
    case .replacing(let session, let old):
      append(session: session)
      append(": takes the place of ")
      append(session: old)
    case .started, .stopping, .loop, .digit, .ringing, .registration, .inviting, .agent, .port,
      .called, .streamStarted, .audioDetached, .periodsMissed, .xrun, .cardLost, .cardReturned,
      .lineCircuitLost, .lineCircuitReturned, .failure, .provisioned, .alarm, .pathUp,
      .pathDown, .serverNotFound, .serversFound, .connected, .disconnected,
      .configurationCommitted,
      .configurationChanged, .configurationConfirmed, .factoryReset, .factoryResetByButton,
      .buttonReturned, .loggedIn, .passwordChanged,
      .loginRefused, .tested, .lineTested:
      break  // Not events of a session.
    }
  }

  /// A call in one line, for whoever counts calls and judges them.
  private mutating func append(_ record: CallRecord) {
    append(port: record.port)
    if record.isEmergency { append(": emergency") } else { append(":") }
    append(record.direction == .outgoing ? " call to " : " call from ")
    if record.number.isEmpty { append("unknown") } else { append(contentsOf: record.number) }
    if !record.redirectedFrom.isEmpty {
      append(" diverted by ")
      append(contentsOf: record.redirectedFrom)
    }
    append(", talked ")
    append(clock: record.answeredAt.map { record.endedAt - $0 } ?? .zero)
    append(", ")
    append(endOf: record)
    guard let stream = record.statistics else { return }
    let rows: [(UInt32, StaticString)] = [
      (stream.sentPackets, ", sent "), (stream.receivedPackets, ", received "),
      (stream.lostPackets, ", lost "), (stream.latePackets, ", late "),
      (stream.concealedFrames, ", concealed "), (stream.jitter / 8, ", jitter ms "),
      (UInt32(stream.roundTripMs), ", round trip ms "),
    ]
    for (number, words) in rows {
      append(words)
      append(decimal: number)
    }
    guard let quality = CallQuality(stream) else { return }
    append(", MOS ")
    append(quality)
  }

  private mutating func append(_ caller: Caller) {
    if caller.isAnonymous {
      append("anonymous")
    } else {
      append(contentsOf: caller.number.isEmpty ? Text("unknown") : caller.number)
    }
  }

  private mutating func append(_ note: PortNote) {
    switch note {
    case .flashIgnored: append("hook flash ignored")
    case .impossibleNumber(let digits):
      append("no number begins with ")
      append(contentsOf: digits)
    case .incompleteNumber(let digits):
      append("number not complete: ")
      append(contentsOf: digits)
    case .nothingDialled: append("nothing dialled")
    case .notRegistered: append("off hook while not registered")
    case .incompatibleDescription(let session, let error):
      append(session: session)
      append(": description refused: ")
      append(error)
    case .dataHeard(let session, let data):
      append(session: session)
      append(data == .fax ? ": a fax machine" : ": a modem or a fax machine")
    case .dataRefused(let session, let code):
      append(session: session)
      append(": modem or fax machine refused with ")
      append(decimal: code)
    case .lockedOut: append("locked out: handset left off hook")
    case .emergency(let number):
      append("emergency call to ")
      append(contentsOf: number)
    }
  }
}
