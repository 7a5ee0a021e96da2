internal import Base
internal import Network

/// What a failure of DNS is called, and what somebody may do about it.
extension DNSFailure {
  var english: StaticString {
    switch self {
    case .noServer: "no DNS server is known: set network dns, or DHCP has to tell one (option 6)"
    case .timeout: "no DNS server answers"
    case .unreachable: "no DNS server is there, or there is no way to it"
    case .noName: "there is no such name (NXDOMAIN)"
    case .noData: "the name has no such record"
    case .serverFailure: "the DNS server could not find out (SERVFAIL)"
    case .refused: "the DNS server does not answer us (REFUSED)"
    case .malformed: "the DNS server's answer makes no sense"
    case .noTransport: "the name offers no SIP by the transport of sip transport"
    }
  }

  var chinese: StaticString {
    switch self {
    case .noServer: "没有 DNS 服务器：请设置 network dns，或由 DHCP 下发（选项 6）"
    case .timeout: "DNS 服务器无应答"
    case .unreachable: "DNS 服务器不在，或到它不通"
    case .noName: "域名不存在 (NXDOMAIN)"
    case .noData: "域名没有这种记录"
    case .serverFailure: "DNS 服务器查询失败 (SERVFAIL)"
    case .refused: "DNS 服务器拒绝查询 (REFUSED)"
    case .malformed: "DNS 服务器的应答无法理解"
    case .noTransport: "该域名不提供 sip transport 所设传输方式的 SIP"
    }
  }
}
