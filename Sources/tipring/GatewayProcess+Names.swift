import Base
import Gateway
import Linux
import Network

/// What DNS servers have answered, for whoever asked.
extension GatewayProcess {
  func serveNames(_ descriptor: CInt?) {
    names.serve(descriptor, in: loop)
    for (number, answer) in names.takeAnswers() {
      guard number <= NameServers.lastOfGateway else {
        if number == NameServers.collector {
          resolvedCollector(answer)
        } else {
          resolvedHost(number, answer)
        }
        continue
      }
      gateway.resolved(number, answer, now: Clock.now, into: &outputs)
      perform()
    }
  }

  private func resolvedCollector(_ answer: DNSAnswer) {
    guard let (next, complaint) = collector?.resolved(answer, now: Clock.now) else { return }
    if let next { names.ask(next, number: NameServers.collector, in: loop) }
    if let complaint { note(failure: complaint) }
  }
}
