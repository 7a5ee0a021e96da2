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
      words += said("registered", "已注册")
      if let end = report.expiresAt {
        words += said(", for another ", "，剩余 ")
        words.append(clock: end - now)
      }
      appendConnectionFailure(to: &words)
      return Link(name: "registration", words: words)
    case .unregistered where report.nextAttempt != nil:
      words += said(
        "waits, so that a district that comes back does not ask at once: register now does",
        "等待中，以免整片区域同时注册：register now 可立即注册")
    case .unregistered: words += said("not asked for yet", "尚未请求")
    case .registering:
      words += said("asked for, the SBC has not answered yet", "已请求，SBC 尚未应答")
      appendConnectionFailure(to: &words)
    case .failed(let failure): words = self.words(for: failure, of: port, report.lastCode)
    }
    if let next = report.nextAttempt {
      words += said("; next try in ", "；下次尝试还有 ")
      words.append(clock: max(.zero, next - now))
    }
    return Link(name: "registration", words: words, isBroken: true)
  }

  private func appendConnectionFailure(to words: inout Text) {
    let why = connectionFailure(of: agent.server)
    if !why.isEmpty { words += said("; no connection: ", "；没有连接：") + why }
  }

  private func words(
    for failure: RegistrationFailure, of port: PortNumber, _ code: UInt16
  ) -> Text {
    var words = Text()
    switch failure {
    case .timeout:
      words.append("SBC ")
      words.append(agent.server)
      let why = connectionFailure(of: agent.server)
      guard why.isEmpty else { return words + said(": no connection: ", "：没有连接：") + why }
      words += said(
        " does not answer: wrong address or VLAN, SIP blocked on the way, or it is off",
        " 无应答：地址或 VLAN 不对，途中 SIP 被拦，或 SBC 未开")
    case .credentials:
      words += said(
        "the SBC refuses the user name or the password of ", "SBC 不接受用户名或密码：")
      words += user(of: port)
      append(code, to: &words)
    case .unsupportedChallenge:
      words += said(
        "the SBC asks for a digest that this firmware does not know", "SBC 要求的鉴权算法本机不支持")
    case .foreignRealm:
      words += said(
        "the challenge is for another realm than ours, and is not answered: check sip realm",
        "质询的 realm 与本机的不同，不予应答：请核对 sip realm")
    case .weakerChallenge:
      words += said(
        "the SBC asks for a weaker digest than before, which a deceiver would do",
        "SBC 要求的鉴权算法弱于先前：可能有人冒充")
    case .wrongKey:
      words += said(
        "the challenge was made with another key: check aka key, aka opc and aka operator",
        "质询所用的密钥与本机的不同：请核对 aka key、aka opc 和 aka operator")
    case .deregistered:
      words += said(
        "the network has ended the registration: ask the carrier, or say register now",
        "网络已终止注册：请询问运营商，或执行 register now")
    case .bulkUnsupported:
      words += said(
        "the SBC registers no trunks (RFC 6140): ask the carrier, or say no sip trunk name",
        "SBC 不支持中继注册 (RFC 6140)：请询问运营商，或去掉 sip trunk name")
      append(code, to: &words)
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
    let number =
      configuration.sipTrunkName.isEmpty
      ? configuration.ports.first { $0.number == port }?.telephoneNumber ?? []
      : configuration.sipTrunkName
    switch code {
    case 403:
      return said("the SBC forbids ", "SBC 禁止 ") + number
        + said(
          ": the carrier has not released it, or the password or the key is wrong",
          "：运营商未开通，或者密码、密钥不对")
    case 404, 604:

      return said("the SBC does not know ", "SBC 不认识 ") + number + said(" at ", " @ ")
        + configuration.sipDomain
        + said(": check the number and sip domain", "：请核对号码和 sip domain")
    case 200: return said("the SBC accepts without keeping our address", "SBC 应答成功却没有保存本机地址")
    case 305:
      return said(
        "the SBC sends us to a proxy that is not in sip server, where we do not go",
        "SBC 要求改用 sip server 之外的代理，本机不接受")
    case 423: return said("the SBC wants a longer sip expires than it says", "SBC 要求的注册有效期比它所说的更长")
    case 494:
      return said(
        "the SBC wants another agreement on protection: see sip security-agreement",
        "SBC 要求另一种安全协商：请看 sip security-agreement")
    case 400, 416, 420, 421, 484:
      return said(
        "the SBC does not understand the request: it or the carrier's profile is unusual",
        "SBC 不理解请求：它或运营商的规范与众不同")
    case 408, 480, 500...599: return said("the SBC is up, but cannot serve now", "SBC 在线，但暂时不能服务")
    default: return said("the SBC refuses", "SBC 拒绝")
    }
  }

  private func user(of port: PortNumber) -> Text {
    guard configuration.sipTrunkName.isEmpty else { return configuration.sipTrunkUser }
    return configuration.ports.first { $0.number == port }?.user ?? []
  }
}
