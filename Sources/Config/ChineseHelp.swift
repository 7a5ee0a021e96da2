public import Base

extension Parameter {
  /// One sentence for `?`, without a full stop.
  public func help(in language: Language) -> Text {
    if language == .chinese { return Text(chineseHelp) }
    var help = Text(row.help)
    if help.last == UInt8(ascii: ".") { help.removeLast() }
    return help
  }

  private var chineseHelp: StaticString {
    switch self {
    case .hostname: "设备名称，显示在控制台提示符中"
    case .language: "控制台帮助的语言"
    case .country: "国家配置：信号音、振铃、来电显示和线路时限"
    case .sipServer: "SBC 地址或域名，只接受来自 SBC 的 SIP；可由 DHCP 选项 120（IPv6 为 21、22）下发"
    case .sipBackupServer: "备用 SBC 地址或域名，主用 SBC 不可用时使用"
    case .sipDomain: "电话号码所属的域；缺省为 SBC 地址或域名"
    case .sipLocal: "本机 SIP 和媒体地址；缺省为语音接口的地址"
    case .sipPort: "语音接口上的本机 SIP 端口"
    case .sipTransport: "到 SBC 的 SIP 传输方式；过长的请求总用 tcp；tls 的 SBC 端口通常为 5061"
    case .sipKeepAlive: "到 SBC 的连接的保活间隔，SBC 未指定时使用；0 为不保活"
    case .sipSRTP: "媒体加密 SRTP：对方支持时使用，或必须使用；仅 tls 传输时密钥不外泄"
    case .sipScheme: "本机 URI 的类型：sips 要求到被叫的全程都用 TLS (RFC 5630)"
    case .sipNumberForm: "被叫号码的写法：sip，带 user=phone 的 sip (phone)，或 tel URI (tel)"
    case .sipOutbound: "按流注册 (RFC 5626)：从不，用 TCP 和 TLS 时，或 UDP 也用 (以 STUN 保活)"
    case .sipSecurityAgreement: "与 SBC 的安全协商 (RFC 3329)：不协商，tls，或 media：到 SBC 为止的 SRTP"
    case .sipProfile: "注册规范：RFC 3261，或面向 IMS 核心网的 3GPP TS 24.229"
    case .sipRealm: "应答其鉴权质询的 realm；缺省为任意，ims 规范下为 sip domain"
    case .sipAccessNetwork: "P-Access-Network-Info 的内容 (RFC 7315)；不设则不发"
    case .sipContact: "Contact 中的地址：本机地址，或 SBC 所见的地址 (RFC 3581)"
    case .sipMessageWaiting: "留言等待的特种拨号音 (RFC 3842)：关闭，SBC 主动通知，或由设备订阅"
    case .sipUAProfile: "是否向网络订阅各端口的拨号音 (RFC 6080，TS 183 043)"
    case .sipQualityCollector: "每次通话结束时上报语音质量的地址 (RFC 6035)；缺省不上报"
    case .sipTrunkName: "中继名称：一次为所有端口注册 (RFC 6140)；不设则各端口自行注册"
    case .sipTrunkUser: "中继及其呼叫的鉴权用户名；缺省为中继名称"
    case .sipTrunkPassword: "中继及其呼叫的鉴权密码，代替各端口自己的密码"
    case .sipExpires: "请求的注册有效期；缺省 3600 秒，ims 规范下 600000 秒"
    case .sipRegisterSpread: "断电或断网恢复后，各端口在此时间内随机注册；0 为立即"
    case .sipHeartbeat: "用 OPTIONS 探测每个 SBC 的间隔；缺省：有备用 SBC 时 30 秒，否则不探测"
    case .sipFailBack: "主用 SBC 恢复多久后切回"
    case .sip100rel: "振铃响应的可靠传送 (RFC 3262)：主叫要求时，或只要主叫支持"
    case .sipFaxReinvite: "被叫为传真机或调制解调器时，是否用 re-INVITE 通知网络 (G.711 透传)"
    case .sipSessionExpires: "通话多久须刷新一次 (RFC 4028)；0 为不用会话定时器"
    case .sipSessionMinimum: "接受的最短刷新间隔 (Min-SE)"
    case .sipUserAgent: "User-Agent 头域的内容"
    case .sipDSCP: "SIP 报文的 DSCP，24 即 CS3"
    case .mediaPortBase: "第一个媒体 UDP 端口；第 N 口从此值加 8 x (N - 1) 起用八个"
    case .mediaJitterMin: "抖动缓冲的最小时延"
    case .mediaJitterMax: "抖动缓冲的最大时延"
    case .mediaDSCP: "RTP 和 RTCP 报文的 DSCP，46 即 EF"
    case .digitMap: "允许拨的号码，语法见 RFC 3435 第 2.1.5 节"
    case .emergencyNumbers: "国家规定之外的紧急号码；不受数图限制"
    case .timersFirstDigit: "拨号音后等待首位号码的时间；缺省按国家配置"
    case .timersInterDigit: "数图定时器 L：号码肯定不完整时的位间等待"
    case .timersShort: "数图定时器 S 和 T：号码可能已完整时的位间等待"
    case .syslogServer: "日志服务器的地址或域名（RFC 5424）；有管理接口时经管理接口"
    case .syslogTransport: "日志的传输方式；用 TCP 或 TLS 时，服务器不在线期间的日志会等待"
    case .syslogName, .tlsTrust, .tlsCertificate, .tlsKey, .provisioningURL, .provisioningUser,
      .provisioningPassword, .provisioningKey, .provisioningInterval, .provisioningSpread,
      .provisioningConfirm:
      chineseSecurityHelp
    case .metricsPort: "供 Prometheus 采集的指标页面的 TCP 端口；有管理接口时经管理接口"
    case .consoleIdle: "控制台无操作多久后须重新登录；0 为不限"
    case .consoleSocket: "tipring shell 连接本机的 Unix 套接字"
    case .networkInterface, .networkVLAN, .networkMAC, .networkMTU, .networkAddress,
      .networkGateway, .networkDNS, .networkBackupDNS, .networkSIPPriority, .networkMediaPriority,
      .managementInterface,
      .managementVLAN, .managementAddress, .managementGateway:
      chineseNetworkHelp
    case .portEnable, .portNumber, .portUser, .portPassword, .portAKAKey, .portAKAOP, .portAKAOPc,
      .portDisplayName, .portPrivacy, .portCodec,
      .portCallerID, .portMessageLamp, .portRingHertz, .portLineSimulator:
      chinesePortHelp
    }
  }

  private var chineseSecurityHelp: StaticString {
    switch self {
    case .syslogName: "日志服务器证书中的名称；缺省为其地址"
    case .tlsTrust: "PEM 文件：对端服务器的证书须由其中的证书签发"
    case .tlsCertificate: "PEM 文件：本机证书，供要求客户端证书的服务器使用"
    case .tlsKey: "PEM 文件：本机证书的私钥"
    case .provisioningURL: "下载配置的 HTTPS 地址；缺省用 DHCP 下发的 https 地址（选项 43）"
    case .provisioningUser: "下载配置的用户名 (HTTP Basic)"
    case .provisioningPassword: "下载配置的密码"
    case .provisioningKey: "PEM 公钥文件：设置后只接受 URL.sig 签名有效的配置"
    case .provisioningInterval: "查询配置的间隔；0 为只在启动时查询"
    case .provisioningSpread: "每次查询随机推迟的最大时间，避免所有设备同时查询"
    default: "下载的配置试用多久；期间端口须重新注册且服务器可达，否则恢复原配置"
    }
  }

  private var chineseNetworkHelp: StaticString {
    switch self {
    case .networkInterface: "承载语音的网络设备；不设则网络由系统管理"
    case .networkVLAN: "语音 VLAN (IEEE 802.1Q)；不设则不带标签"
    case .networkMAC: "VLAN 接口的硬件地址；缺省用设备的"
    case .networkMTU: "VLAN 接口的最大报文；缺省用设备的"
    case .networkAddress: "语音接口地址；IPv6 地址和网关须手工设置"
    case .networkGateway: "语音通往其他网络的网关；DHCP 时由服务器下发"
    case .networkDNS: "解析 SBC 等域名的 DNS 服务器；缺省用 DHCP 或系统给出的"
    case .networkBackupDNS: "备用 DNS 服务器，首选的无应答时使用"
    case .networkSIPPriority: "SIP 在 VLAN 标签中的优先级 (802.1p)"
    case .networkMediaPriority: "RTP 和 RTCP 在 VLAN 标签中的优先级 (802.1p)"
    case .managementInterface: "承载管理的网络设备；不设则没有管理网络"
    case .managementVLAN: "管理 VLAN；不设则不带标签"
    case .managementAddress: "管理接口地址"
    default: "管理通往其他网络的网关；DHCP 时由服务器下发"
    }
  }

  private var chinesePortHelp: StaticString {
    switch self {
    case .portNumber: "端口的电话号码，即在 SBC 注册的号码"
    case .portUser: "鉴权用户名；缺省为电话号码"
    case .portPassword: "鉴权密码；显示为 <hidden>，原样粘贴则保留已设的密码"
    case .portAKAKey: "AKA 密钥 K，32 位十六进制；SBC 要求 AKAv1-MD5 或 AKAv2-MD5 时使用"
    case .portAKAOP: "AKA 运营商常数 OP，32 位十六进制；没有 OPc 时使用"
    case .portAKAOPc: "AKA 常数 OPc，32 位十六进制"
    case .portDisplayName: "被叫看到的名称"
    case .portPrivacy: "是否请网络对被叫隐藏号码 (Privacy: id)"
    case .portCodec: "提供和接受的编解码，优先的在前；缺省按国家配置"
    case .portCallerID: "向话机送来电显示的方式；缺省按国家配置"
    case .portMessageLamp: "话机留言灯：无，或挂机时用 FSK 点亮和熄灭"
    case .portRingHertz: "铃流频率；缺省按国家配置"
    case .portLineSimulator: "模拟话机的 Unix 套接字；模拟线路的板卡上必设"
    default: "启用端口"
    }
  }
}
