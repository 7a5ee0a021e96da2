internal import Base
internal import Config
internal import Console
internal import Provisioning

/// The commands of provisioning.
extension Gateway {
  static var provisionCommand: Command<Gateway> {
    Command(
      "provision", "Configuration from a server",
      [
        Command("now", "Ask at once for a new one") { box, _, answer in
          guard box.provisioning != nil else {
            return answer.append("no server: provisioning url is not set\n")
          }
          box.provisioning?.fetchNow(now: box.now)
          answer.append("asked: show provisioning\n")
        }
      ])
  }

  /// `show provisioning`: where from, what came of it, and when again.
  func showProvisioning(_ answer: inout Text) {
    guard let machine = provisioning else {
      return answer.append("no server: provisioning url is not set\n")
    }
    answer.append("url: ")
    if let address = provisioningAddress {
      answer += address.text
      if configuration.provisioningURL == nil { answer.append(", from DHCP") }
    } else {
      answer.append("none yet; DHCP may tell one (option 43)")
    }
    answer.append("\nsignature: ")
    answer.append(configuration.provisioningKey.isEmpty ? "not asked for" : "must be right")
    answer.append("\nlast try: ")
    if let last = machine.lastTry {
      answer.append(wallClock.localTime(at: last))
    } else {
      answer.append("none since the start")
    }
    answer.append("\nlast answer: ")
    answer += machine.lastAnswer.isEmpty ? Text("none") : machine.lastAnswer
    answer.append("\nversion (ETag): ")
    answer += machine.record.entityTag.isEmpty ? Text("none") : machine.record.entityTag
    answer.append("\nnext try: ")
    append(nextTryOf: machine, to: &answer)
    appendTrial(of: machine, to: &answer)
  }

  private func append(nextTryOf machine: ProvisioningMachine, to answer: inout Text) {
    if machine.isBusy {
      answer.append("waiting for an answer\n")
    } else if let next = machine.nextTry {
      answer.append("in ")
      answer.append(clock: max(.zero, next - now))
      answer.append("\n")
    } else {
      answer.append("at the next start\n")
    }
  }

  private func appendTrial(of machine: ProvisioningMachine, to answer: inout Text) {
    guard machine.isOnTrial, let trial = editing.trial else { return }
    answer.append("on trial: the configuration before comes back in ")
    answer.append(clock: max(.zero, trial.deadline - now))
    answer.append(" unless ")
    answer.append(decimal: machine.record.registered)
    answer.append(" ports are registered and the server answers\n")
  }
}
