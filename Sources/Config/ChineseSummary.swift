public import Base

extension ParameterType {
  /// What the value may be, in a few words of a language.
  public func summary(in language: Language) -> Text {
    guard language == .chinese else { return summary }
    var text = Text()
    switch self {
    case .host: text.append("主机名或 IP 地址")
    case .text(let limit): Self.append("文本，最多 ", limit, " 字节", to: &text)
    case .secret(let limit): Self.append("保密文本，最多 ", limit, " 字节", to: &text)
    case .telephoneNumber: text.append("最多 32 位数字，前面可加 +")
    case .numberList: text.append("2 到 8 位的号码，以逗号分隔，例如 112,999")
    case .country: text.append("国家，例如 cn")
    case .digitMap: text.append("数图，例如 (0x.T|[1-9]xxx)")
    case .socketPath: text.append("绝对路径，最多 107 字节")
    case .number(let range, let unit): Self.append(range, unit, to: &text)
    case .evenNumber(let range):
      text.append("偶数，")
      Self.append(range, "", to: &text)
    case .seconds(let range):
      text.append(seconds: range.lowerBound)
      text.append(" 到 ")
      text.append(seconds: range.upperBound)
      text.append(" 秒，可带小数")
    case .endpoint(let port): Self.append("地址 [port N]，不写则端口为 ", Int(port), "", to: &text)
    case .server(let port):
      Self.append("地址或域名 [port N]，地址不写端口则为 ", Int(port), "", to: &text)
    case .choice(let words):
      text.append("其中之一：")
      text.append(list: words.map { Text($0) })
    case .choices(let words):
      text.append("其中一个或几个：")
      text.append(list: words.map { Text($0) })
    case .address: text.append("IP 地址")
    case .interfaceAddress: text.append("dhcp，或带前缀长度的 IP 地址：192.0.2.1/24")
    case .device: text.append("网络设备名，例如 eth0")
    case .accessNetwork: text.append("P-Access-Network-Info，例如 GPON;fiber-location=\"A7\"")
    case .hardwareAddress: text.append("一台主机的硬件地址：02:00:5e:10:00:01")
    case .httpsURL: text.append("HTTPS 地址，例如 https://192.0.2.1/box.conf")
    case .sipURI: text.append("SIP URI，例如 sip:quality@example.net")
    case .flag: text.append("无值")
    }
    return text
  }

  private static func append(
    _ before: StaticString, _ number: Int, _ behind: StaticString, to text: inout Text
  ) {
    text.append(before)
    text.append(decimal: number)
    text.append(behind)
  }

  private static func append(_ range: ClosedRange<Int>, _ unit: StaticString, to text: inout Text) {
    text.append(decimal: range.lowerBound)
    text.append(" 到 ")
    text.append(decimal: range.upperBound)
    guard unit.utf8CodeUnitCount > 0 else { return }
    text.append(" ")
    text.append(unit)
  }
}
