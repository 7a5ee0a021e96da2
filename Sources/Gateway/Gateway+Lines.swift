public import Base
internal import Call
public import MediaControl

/// Line circuits whose pins cannot be had, and are there again: their ports are out of service
/// meanwhile, and the others serve.
extension Gateway {
  /// A port's line circuit cannot be driven; `why` names the pin, its line in the board file and the
  /// kernel's reason.
  public mutating func lineCircuitLost(
    _ port: PortNumber, why: Text, now: Instant, into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    guard let i = index(of: port) else { return }
    lineFailures.removeAll { $0.port == port }
    lineFailures.append((port, why))
    journal.note(.lineCircuitLost(port, why: why), at: now)
    ports[i].lineCircuitLost(now: now, into: &portOutputs)
    perform(portOutputs.drain(), of: i, into: &out)
    settle(into: &out)
  }

  /// A port's line circuit is driven again.
  public mutating func lineCircuitReturned(
    _ port: PortNumber, now: Instant, into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    guard let i = index(of: port) else { return }
    lineFailures.removeAll { $0.port == port }
    journal.note(.lineCircuitReturned(port), at: now)
    ports[i].lineCircuitReturned(now: now, into: &portOutputs)
    perform(portOutputs.drain(), of: i, into: &out)
    settle(into: &out)
  }
}
