import Base
import Gateway
import Hardware
import Line
import Linux
import MediaControl

/// What line circuits and the reset button tell, and how lines are fed.
extension GatewayProcess {
  func receive(_ events: [LineCircuitEvent], of port: PortNumber, _ now: Instant) {
    for event in events {
      switch event {
      case .loop(let edge, let instant):
        gateway.observe(edge, port: port, now: min(instant, now), into: &outputs)
        perform()
      case .audio(let descriptor):
        submit(.attachAudio(port, descriptor: descriptor), of: port)
        media.wake()
      }
    }
  }

  func advance(_ line: any LineCircuit, _ now: Instant) {
    guard let deadline = line.deadline, now >= deadline else { return }
    receive(line.advance(to: now), of: line.port, now)
    tellFailure(of: line)
  }

  private func tellFailure(of line: any LineCircuit) {
    guard let failure = line.takeFailure() else { return }
    var text = Text("port ")
    text.append(decimal: line.port)
    note(failure: text + Text(": a pin of the line circuit: ") + failure.message)
  }

  func set(_ feed: LineFeed, _ port: PortNumber) {
    guard let line = circuits.set(feed, of: port, now: Clock.now) else { return }
    tellFailure(of: line)
  }

  func watchButton(_ now: Instant) {
    if button.advance(to: now, in: loop) { gateway.buttonHeld(now: now, into: &outputs) }
    gateway.note(resetButton: button.presence, now: now)
    perform()
  }
}
