import Base
import Config
import Gateway
import Linux
import Network

/// What provisioning wants of the network and of the disk.
extension GatewayProcess {
  func carryOut(_ errand: ProvisioningErrand) {
    let now = Clock.now
    switch errand {
    case .fetch(let request):
      fetch.begin(request, isClockSet: gateway.isClockSet, in: loop)
      askForHost(.a)
      takeFetched(now)
    case .abandon: fetch.abandon()
    case .checkSignature(let content, let signature):
      let key = gateway.configuration.provisioningKey
      let problem = FileSignature.problem(of: content, signature: signature, key: key)
      gateway.signatureChecked(problem, now: now, into: &outputs)
    case .carryOut(let errand): begin(errand, for: .provisioning)
    case .remember(let record):
      if let why = storage.begin(.remember(record)) { note(failure: why) }
    }
    perform()
  }

  /// Asks for the address of the host that has the file, if it is a name.
  private func askForHost(_ type: DNSType) {
    guard let name = fetch.wantedName else { return }
    let first = NameServers.lastOfGateway + 1
    let last = NameServers.collector - 1
    let number = hostQuestion.map { $0.number == last ? first : $0.number + 1 } ?? first
    hostQuestion = (number, type)
    names.ask(DNSQuestion(name, type), number: number, in: loop)
  }

  /// Takes the answer to `askForHost`, unless nobody waits for it any more.
  func resolvedHost(_ number: UInt32, _ answer: DNSAnswer) {
    guard let question = hostQuestion, question.number == number else { return }
    var address: IPAddress?
    if case .records(let records) = answer {
      for record in records {
        if case .address(let found) = record.content, address == nil { address = found }
      }
    }
    if address == nil, question.type == .a { return askForHost(.aaaa) }
    fetch.resolved(address, isClockSet: gateway.isClockSet, in: loop)
    takeFetched(Clock.now)
    perform()
  }

  /// Takes what the web server has sent, within the budget of a turn.
  func serveFetch(_ now: Instant) {
    for warning in fetch.serve(now: now, in: loop) { note(failure: warning) }
    takeFetched(now)
  }

  /// Gives the gateway the answer of the web server, if there is one.
  func takeFetched(_ now: Instant) {
    switch fetch.takeResult() {
    case .answered(let response)?:
      gateway.provisioningAnswered(response, now: now, into: &outputs)
    case .failed(let why)?: gateway.provisioningFailed(why, now: now, into: &outputs)
    case nil: break
    }
  }
}
