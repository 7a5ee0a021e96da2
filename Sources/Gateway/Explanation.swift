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
      answer += rowHead(link.name)
      if link.isBroken { answer += said("BROKEN: ", "故障：") }
      answer += link.words
      answer.append("\n")
    }
    for remark in remarks(on: port) {
      answer += rowHead("note")
      answer += remark
      answer.append("\n")
    }
    answer.append(port: port)
    if let last = chain.last, last.isBroken {
      answer += said(" cannot call: look at its ", " 不能通话，请检查：")
      answer += translation(Text(last.name))
      answer.append("\n")
    } else {
      answer += said(" can call\n", " 可以通话\n")
    }
  }

  /// The links in their order; the last one is broken, or none is.
  func chain(of port: PortNumber) -> [Link] {
    let links: [(Gateway) -> (PortNumber) -> Link?] = [
      Gateway.serviceLink, Gateway.lineCircuitLink, Gateway.cardLink, Gateway.lineLink,
      Gateway.cableLink,
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
      return Link(name: "service", words: said("in service as ", "已启用，号码 ") + number)
    }
    return Link(
      name: "service",
      words: isEnabled(editing.stored)
        ? said("enabled, but only from the next start on: restart", "已启用，但重启后才生效：restart")
        : cell { text in
          text += said("not in service: ", "未启用：没有设置 ")
          text.append(subject: .portEnable, port: port)
          text += said(" is not set", "")
        }, isBroken: true)
  }

  private func lineCircuitLink(_ port: PortNumber) -> Link? {
    guard let failure = lineFailures.first(where: { $0.port == port }) else { return nil }
    return Link(
      name: "line circuit", words: said("cannot be driven: ", "无法驱动：") + failure.why,
      isBroken: true)
  }

  private func cardLink(_ port: PortNumber) -> Link? {
    guard !cards.isEmpty else { return nil }
    guard let lost = report(of: port)?.missing.card else {
      return Link(name: "audio card", words: said("runs", "正常"))
    }
    return Link(
      name: "audio card",
      words: cell { text in
        text.append(card: lost)
        text += said(" is gone: unplugged, or its driver has failed", " 不见了：被拔出，或驱动故障")
      }, isBroken: true)
  }

  private func lineLink(_ port: PortNumber) -> Link? {
    guard let stage = report(of: port)?.stage else { return nil }
    if stage == .lockedOut {
      let words = said(
        "off hook for long, nothing dialled: hang up, or, when it is, the two wires touch",
        "长时间摘机未拨号：请挂机；若已挂机，则是两线相碰")
      return Link(name: "line", words: words, isBroken: true)
    }
    return Link(name: "line", words: translation(cell { $0.append(stage) }))
  }

  private func cableLink(_ port: PortNumber) -> Link? {
    guard let network = configuration.voiceNetwork else { return nil }
    if hasVoiceCable {
      return Link(name: "cable", words: network.device + said(" has a far end", " 已连通"))
    }
    return Link(
      name: "cable",
      words:
        network.device + said(": no cable, or its far end is off", "：没有网线，或对端未开"),
      isBroken: true)
  }

  private func addressLink(_ port: PortNumber) -> Link? {
    guard let network = configuration.voiceNetwork else { return nil }
    guard case .up(let lease) = path else {
      return Link(name: "address", words: missingAddress(network), isBroken: true)
    }
    var words = Text()
    words.append(lease.address.address)
    if let vlan = network.vlan {
      words += said(" on VLAN ", "，VLAN ")
      words.append(decimal: vlan)
    }
    words += network.address == nil ? said(", from DHCP", "，来自 DHCP") : said(", fixed", "，静态")
    return Link(name: "address", words: words)
  }

  private func missingAddress(_ network: NetworkConfiguration) -> Text {
    if isVoiceAddressTaken {
      return said("another device has the same address", "另一台设备占用了同一地址")
    }
    guard network.address == nil else {
      return said("the interface does not come up: show log", "接口无法启用：show log")
    }
    var words = said("no DHCP server answers", "DHCP 服务器无应答")
    if let vlan = network.vlan {
      words += said(" on VLAN ", "，VLAN ")
      words.append(decimal: vlan)
      words += said(": is that the carrier's VLAN?", "：是运营商给的 VLAN 吗？")
    }
    return words
  }

  private func serverLink(_ port: PortNumber) -> Link? {
    let server = agent.server
    if server.port > 0 { return Link(name: "SBC", words: cell { $0.append(server) }) }
    if let (name, failure) = unresolvedServer {
      let words = cell { text in
        text.append(name)
        text.append(": ")
        text += said(failure.english, failure.chinese)
      }
      return Link(name: "SBC", words: words, isBroken: true)
    }
    if directory.isLooking {
      let words = said("its name is asked of DNS, no answer yet", "正在用 DNS 查询域名，尚无应答")
      return Link(name: "SBC", words: words, isBroken: true)
    }
    let words =
      configuration.asksDHCPv6
      ? said(
        "unknown: sip server is not set, and DHCPv6 tells none (options 21 and 22): show log",
        "未知：没有设置 sip server，DHCPv6 也没有下发（选项 21、22）：show log")
      : said(
        "unknown: sip server is not set, and DHCP tells none (option 120)",
        "未知：没有设置 sip server，DHCP 也没有下发（选项 120）")
    return Link(name: "SBC", words: words, isBroken: true)
  }

  private func report(of port: PortNumber) -> PortReport? {
    ports.first { $0.number == port }?.report
  }

  /// Whether the wall clock shows a time after this firmware was written.
  public var isClockSet: Bool { wallClock.localTime(at: now).year >= 2026 }
}
