internal import Base
internal import Call
internal import Config
internal import Console
internal import MediaControl
internal import Network
internal import SIPAgent

/// `explain port N`: the way from the telephone to the SBC, link by link, up to the first one that
/// is broken, and what somebody has to do about it.
extension Gateway {
  /// One link of that way.
  struct Link: Equatable {
    let name: StaticString
    let words: Text
    var isBroken = false

    static func == (a: Link, b: Link) -> Bool {
      Text(a.name) == Text(b.name) && a.words == b.words && a.isBroken == b.isBroken
    }
  }

  func explain(_ port: PortNumber, _ answer: inout Text) {
    let chain = chain(of: port)
    for link in chain {
      var row = Text("  ")
      row.append(link.name)
      while row.count < 16 { row.append(" ") }
      answer += row
      if link.isBroken { answer.append("BROKEN: ") }
      answer += link.words
      answer.append("\n")
    }
    for remark in remarks(on: port) {
      answer.append("  note          ")
      answer += remark
      answer.append("\n")
    }
    answer.append(port: port)
    if let last = chain.last, last.isBroken {
      answer.append(" cannot call: look at its ")
      answer.append(last.name)
      answer.append("\n")
    } else {
      answer.append(" can call\n")
    }
  }

  /// The links in their order; the last one is broken, or none is.
  func chain(of port: PortNumber) -> [Link] {
    let links: [(Gateway) -> (PortNumber) -> Link?] = [
      Gateway.serviceLink, Gateway.cardLink, Gateway.lineLink, Gateway.cableLink,
      Gateway.addressLink, Gateway.serverLink, Gateway.registrationLink,
    ]
    var chain: [Link] = []
    for link in links {
      guard let found = link(self)(port) else { continue }
      chain.append(found)
      if found.isBroken { break }
    }
    return chain
  }

  // MARK: - The links

  private func serviceLink(_ port: PortNumber) -> Link? {
    let isEnabled = { (c: Configuration) in c.enabledPorts.contains { $0.number == port } }
    if let number = configuration.enabledPorts.first(where: { $0.number == port })?.telephoneNumber
    {
      return Link(name: "service", words: Text("in service as ") + number)
    }
    return Link(
      name: "service",
      words: isEnabled(editing.stored)
        ? Text("enabled, but only from the next start on: restart")
        : cell { text in
          text.append("not in service: ")
          text.append(subject: .portEnable, port: port)
          text.append(" is not set")
        }, isBroken: true)
  }

  private func cardLink(_ port: PortNumber) -> Link? {
    guard !cards.isEmpty else { return nil }
    guard let lost = report(of: port)?.lostCard else {
      return Link(name: "audio card", words: Text("runs"))
    }
    return Link(
      name: "audio card",
      words: cell { text in
        text.append(card: lost)
        text.append(" is gone: unplugged, or its driver has failed")
      }, isBroken: true)
  }

  private func lineLink(_ port: PortNumber) -> Link? {
    guard let stage = report(of: port)?.stage else { return nil }
    if stage == .lockedOut {
      let words = Text(
        "off hook for long, nothing dialled: hang up, or, when it is, the two wires touch")
      return Link(name: "line", words: words, isBroken: true)
    }
    return Link(name: "line", words: cell { $0.append(stage) })
  }

  private func cableLink(_ port: PortNumber) -> Link? {
    guard let network = configuration.voiceNetwork else { return nil }
    if hasVoiceCable {
      return Link(name: "cable", words: network.device + Text(" has a far end"))
    }
    return Link(
      name: "cable", words: network.device + Text(": no cable, or its far end is off"),
      isBroken: true)
  }

  private func addressLink(_ port: PortNumber) -> Link? {
    guard let network = configuration.voiceNetwork else { return nil }
    var words = Text()
    guard case .up(let lease) = path else {
      words.append("no DHCP server answers")
      if let vlan = network.vlan {
        words.append(" on VLAN ")
        words.append(decimal: vlan)
        words.append(": is that the carrier's VLAN?")
      }
      return Link(name: "address", words: words, isBroken: true)
    }
    words.append(lease.address.address)
    if let vlan = network.vlan {
      words.append(" on VLAN ")
      words.append(decimal: vlan)
    }
    words.append(network.address == nil ? ", from DHCP" : ", fixed")
    return Link(name: "address", words: words)
  }

  private func serverLink(_ port: PortNumber) -> Link? {
    let server = agent.settings.server
    if server.port > 0 { return Link(name: "SBC", words: cell { $0.append(server) }) }
    return Link(
      name: "SBC", words: Text("unknown: sip server is not set, and DHCP tells none (option 120)"),
      isBroken: true)
  }

  private func report(of port: PortNumber) -> PortReport? {
    ports.first { $0.number == port }?.report
  }

  // MARK: - Remarks

  /// What does not stop calls as such, but may be what somebody complains of.
  private func remarks(on port: PortNumber) -> [Text] {
    var remarks: [Text] = []
    if !isClockSet { remarks.append(Text("the clock is not set: no time server has answered")) }
    if let call = history.last(where: { $0.port == port }), call.answeredAt == nil {
      remarks.append(
        cell { text in
          text.append(call.direction == .outgoing ? "the last call, to " : "the last call, from ")
          text += call.number.isEmpty ? Text("unknown") : call.number
          text.append(": ")
          text.append(call.end)
        })
    }
    return remarks
  }

  /// Whether the wall clock shows a time after this firmware was written.
  var isClockSet: Bool { wallClock.localTime(at: now).year >= 2026 }
}
