public import Base
internal import Call
internal import Console
internal import Line
internal import MediaControl

/// What a person tries from the console: `ping` and `call`.
extension Gateway {
  mutating func beginPing(_ target: IPAddress, _ answer: inout Text) {
    let isBusy = live.contains { if case .ping = $0.kind { true } else { false } }
    guard !isBusy else { return refuse("another console pings", &answer) }
    answer.append("echo requests to ")
    answer.append(target)
    answer.append("\n")
    begin(.ping(PingRun(target, first: nextEcho, now: now)))
    nextEcho &+= UInt16(PingRun.count)
  }

  /// Lifts a handset that is on the hook; whoever lifts it by hand meanwhile has the call.
  mutating func beginCall(
    from port: PortNumber, to number: Text, seconds: Int, _ answer: inout Text,
    into out: inout Outbox<GatewayOutput>
  ) {
    guard let i = index(of: port) else { return refuse("the port is not in use", &answer) }
    let report = ports[i].report
    guard report.missing.isEmpty else { return refuse("the port is out of service", &answer) }
    guard report.stage == .idle, testCall(on: port) == nil else {
      return refuse("the port is busy", &answer)
    }
    guard ports[i].isRegistered else { return refuse("the port is not registered", &answer) }
    answer.append("port ")
    answer.append(decimal: port)
    answer.append(" calls ")
    answer += number
    answer.append("; Ctrl-C hangs up\n")
    begin(.call(TestCall(from: port, to: number, for: .seconds(Int64(seconds)), now: now)))
    journal.note(.tested(console: console.number, port, number), at: now)
    lift(i, into: &out)
  }

  mutating func refuse(_ why: StaticString, _ answer: inout Text) {
    console.failure = Text(why)
    answer.append(why)
    answer.append("\n")
  }

  mutating func perform(
    _ step: PingRun.Step, of run: PingRun, at i: Int, into out: inout Outbox<GatewayOutput>
  ) {
    switch step {
    case .nothing: break
    case .send(let number, let isLost):
      if isLost { live[i].add(Text("no answer within 1 s")) }
      out.emit(.echo(number, to: run.target))
    case .over(let isLost):
      if isLost { live[i].add(Text("no answer within 1 s")) }
      live[i].add(cell { $0.append(summaryOf: run) })
      live[i].end()
    }
  }

  mutating func perform(
    _ step: TestCall.Step, of call: TestCall, at i: Int, into out: inout Outbox<GatewayOutput>
  ) {
    switch step {
    case .nothing: break
    case .dial: dial(call, into: &out)
    case .hangUp: hangUp(call.port, into: &out)
    case .over:
      tellEvents()
      live[i].add(Text("the test call is over"))
      live[i].end()
    }
  }

  /// Takes a host's answer to an echo request.
  public mutating func echoed(_ number: UInt16, from host: IPAddress, now: Instant) {
    self.now = now
    for i in live.indices {
      guard case .ping(var run) = live[i].kind, run.target == host,
        let time = run.receive(number, now: now)
      else { continue }
      live[i].kind = .ping(run)
      live[i].add(
        cell { text in
          text.append(host)
          text.append(" answers after ")
          text.append(milliseconds: time)
          text.append(" ms")
        })
    }
  }

  /// An echo request could not be sent.
  public mutating func echoFailed(_ why: Text, now: Instant) {
    self.now = now
    for i in live.indices {
      guard case .ping = live[i].kind, !live[i].isOver else { continue }
      live[i].add(Text("not sent: ") + why)
      live[i].end()
    }
  }

  /// A handset was lifted during a test call: the call is its own from now on.
  ///
  /// Returns whether the port's loop counts as closed already.
  mutating func handOver(_ port: PortNumber) -> Bool {
    guard let i = testCall(on: port), case .call(let call) = live[i].kind else { return false }
    live[i].add(
      Text(
        call.holdsLoop
          ? "the handset was lifted: the call is its own now"
          : "the handset was lifted: the test call is over"))
    live[i].end()
    return call.holdsLoop
  }

  /// The place of the test call that has a port.
  func testCall(on port: PortNumber) -> Int? {
    live.firstIndex { answer in
      guard case .call(let call) = answer.kind else { return false }
      return call.port == port && !answer.isOver
    }
  }

  // MARK: - The hook of a test call

  private mutating func lift(_ i: Int, into out: inout Outbox<GatewayOutput>) {
    ports[i].observe(.closed, now: now, into: &portOutputs)
    perform(portOutputs.drain(), of: i, into: &out)
    settle(into: &out)
  }

  private mutating func dial(_ call: TestCall, into out: inout Outbox<GatewayOutput>) {
    guard let i = index(of: call.port) else { return }
    for digit in call.number {
      ports[i].receive(.digit(call.port, digit, at: now), now: now, into: &portOutputs)
      perform(portOutputs.drain(), of: i, into: &out)
    }
    settle(into: &out)
  }

  mutating func hangUp(_ port: PortNumber, into out: inout Outbox<GatewayOutput>) {
    guard let i = index(of: port) else { return }
    ports[i].observe(.open, now: now, into: &portOutputs)
    perform(portOutputs.drain(), of: i, into: &out)
    settle(into: &out)
  }
}

extension Array where Element == UInt8 {
  /// Appends a duration as milliseconds with two decimals.
  mutating func append(milliseconds duration: Duration) {
    let hundredths = duration.inNanoseconds / 10_000
    append(decimal: hundredths / 100)
    append(".")
    append(decimal: Int(hundredths % 100), padded: 2)
  }

  fileprivate mutating func append(summaryOf run: PingRun) {
    append(decimal: PingRun.count)
    append(" sent, ")
    append(decimal: run.times.count)
    append(" answered")
    guard let least = run.times.min(), let most = run.times.max() else { return }
    append(", between ")
    append(milliseconds: least)
    append(" and ")
    append(milliseconds: most)
    append(" ms")
  }
}
