internal import Base
internal import Network

/// `resolve NAME` at a console.
extension Gateway {
  mutating func beginResolving(
    _ name: Text, _ answer: inout Text, into out: inout Outbox<GatewayOutput>
  ) {
    guard path != .down else { return refuse("there is no way to a DNS server", &answer) }
    answer.append("servers of ")
    answer += name
    answer.append("; Ctrl-C ends it\n")
    var run = ResolveRun(name, transports: configuration.transports)
    let step = run.begin(nextQuestion(), now: now)
    begin(.resolve(run))
    perform(step, at: live.count - 1, into: &out)
  }

  mutating func resolvedForConsole(
    _ number: UInt32, _ answer: DNSAnswer, into out: inout Outbox<GatewayOutput>
  ) {
    for i in live.indices {
      guard case .resolve(var run) = live[i].kind, !live[i].isOver else { continue }
      let next = nextQuestion()
      guard let (lines, step) = run.receive(number, answer, next: next, now: now) else { continue }
      live[i].kind = .resolve(run)
      for line in lines { live[i].add(line) }
      perform(step, at: i, into: &out)
    }
  }

  private mutating func nextQuestion() -> UInt32 {
    lastQuestion = ServerDirectory.lastNumber + 1 + lastQuestion % ServerDirectory.lastNumber
    return lastQuestion
  }

  private mutating func perform(
    _ step: ResolveRun.Step, at i: Int, into out: inout Outbox<GatewayOutput>
  ) {
    switch step {
    case .ask(let number, let question):
      out.emit(.ask(number, question))
    case .over(.failed(let failure)):
      live[i].add(Text("no server: ") + Text(failure.english))
      live[i].end()
    case .over(.found(let servers, _, _, _)):
      live[i].add(cell { $0.append(servers) })
      live[i].end()
    }
  }
}

extension Array where Element == UInt8 {
  /// Appends the servers of a walk, by rank and weight.
  fileprivate mutating func append(_ servers: [ServerLocation]) {
    switch servers.first?.transport {
    case .udp, nil: append("SIP over UDP goes to ")
    case .tcp: append("SIP over TCP goes to ")
    case .tls: append("SIP over TLS goes to ")
    }
    var isFirst = true
    for server in servers {
      for address in server.addresses {
        if !isFirst { append(", ") }
        isFirst = false
        append(Endpoint(address, server.port))
      }
    }
  }
}
