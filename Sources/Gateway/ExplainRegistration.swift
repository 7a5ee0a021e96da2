internal import Base
internal import Config
internal import MediaControl
internal import SIPAgent

/// The last link of `explain port N`: what the SBC said of the registration, and what that means.
extension Gateway {
  func registrationLink(_ port: PortNumber) -> Link? {
    guard let report = agent.registrations.first(where: { $0.account == port }) else { return nil }
    var words = Text()
    switch report.status {
    case .registered:
      words.append("registered")
      if let end = report.expiresAt {
        words.append(", for another ")
        words.append(clock: end - now)
      }
      return Link(name: "registration", words: words)
    case .unregistered: words.append("not asked for yet")
    case .registering: words.append("asked for, the SBC has not answered yet")
    case .failed(let failure): words = self.words(for: failure, of: port, report.lastCode)
    }
    if let next = report.nextAttempt {
      words.append("; next try in ")
      words.append(clock: max(.zero, next - now))
    }
    return Link(name: "registration", words: words, isBroken: true)
  }

  private func words(
    for failure: RegistrationFailure, of port: PortNumber, _ code: UInt16
  ) -> Text {
    var words = Text()
    switch failure {
    case .timeout:
      words.append("the SBC ")
      words.append(agent.settings.server)
      words.append(" does not answer: wrong address or VLAN, SIP blocked on the way, or it is off")
    case .credentials:
      words.append("the SBC refuses the user name or the password of ")
      words += user(of: port)
      append(code, to: &words)
    case .unsupportedChallenge:
      words.append("the SBC asks for a digest that this firmware does not know")
    case .refused(let code):
      words = meaning(of: code, port)
      append(code, to: &words)
    }
    return words
  }

  private func append(_ code: UInt16, to words: inout Text) {
    guard code > 0 else { return }
    words.append(" (")
    words.append(decimal: code)
    words.append(")")
  }

  /// What a registrar means by a final answer (RFC 3261 §21, TS 24.229 §5.4.1).
  private func meaning(of code: UInt16, _ port: PortNumber) -> Text {
    let number = configuration.ports.first { $0.number == port }?.telephoneNumber ?? []
    switch code {
    case 403: return Text("the SBC forbids ") + number + Text(": the carrier has not released it")
    case 404, 604:
      return Text("the SBC does not know ") + number + Text(" at ") + configuration.sipDomain
        + Text(": check the number and sip domain")
    case 200: return Text("the SBC accepts without keeping our address")
    case 423: return Text("the SBC wants a longer sip expires than it says")
    case 400, 416, 420, 421, 484:
      return Text("the SBC does not understand the request: it or the carrier's profile is unusual")
    case 408, 480, 500...599: return Text("the SBC is up, but cannot serve now")
    default: return Text("the SBC refuses")
    }
  }

  private func user(of port: PortNumber) -> Text {
    configuration.ports.first { $0.number == port }?.user ?? []
  }
}
