internal import Base
internal import Call
internal import Line

/// Who may ring when the supply of ring current does not do for all ports at once.
extension Gateway {
  /// Passes a feed on; a burst for which there is no current waits for another port's silence.
  ///
  /// From then on the two ring by turns, because their cadences have the same length.
  mutating func feed(_ feed: LineFeed, of i: Int, into out: inout Outbox<GatewayOutput>) {
    guard feed == .ringing else {
      out.emit(.feed(ports[i].number, feed))
      return ringNext(into: &out)
    }
    let others = ports.indices.count { $0 != i && ports[$0].needsRingCurrent }
    guard others >= Int(ringLimit) else { return out.emit(.feed(ports[i].number, .ringing)) }
    ports[i].holdRing()
    ringQueue.removeAll { $0 == i }
    ringQueue.append(i)
  }

  /// Lets the burst begin that has waited longest, if there is current for it.
  private mutating func ringNext(into out: inout Outbox<GatewayOutput>) {
    while !ringQueue.isEmpty, ports.count(where: { $0.needsRingCurrent }) < Int(ringLimit) {
      let next = ringQueue.removeFirst()
      ports[next].resumeRing(now: now, into: &portOutputs)
      perform(portOutputs.drain(), of: next, into: &out)
    }
  }
}
