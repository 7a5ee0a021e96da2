public import Base

extension ParameterType {
  /// What the value may be, in a few words for `?`, messages and the reference page.
  public var summary: Text {
    var text = Text()
    switch self {
    case .host: text.append("a host name or an IP address")
    case .text(let limit): Self.append(limit, "text", to: &text)
    case .secret(let limit): Self.append(limit, "secret text", to: &text)
    case .telephoneNumber: text.append("up to 32 digits, optionally + in front")
    case .numberList: text.append("numbers of 2 to 8 digits, such as 112,999")
    case .country: text.append("a country such as cn")
    case .digitMap: text.append("a digit map such as (0x.T|[1-9]xxx)")
    case .socketPath: text.append("an absolute path of at most 107 bytes")
    case .number(let range, let unit): Self.append(range, unit, to: &text)
    case .evenNumber(let range):
      text.append("an even number, ")
      Self.append(range, "", to: &text)
    case .seconds(let range):
      text.append(seconds: range.lowerBound)
      text.append(" to ")
      text.append(seconds: range.upperBound)
      text.append(" s, decimals allowed")
    case .endpoint(let port):
      text.append("ADDRESS [port N], without port ")
      text.append(decimal: port)
    case .server(let port):
      text.append("ADDRESS or NAME [port N], an address without port ")
      text.append(decimal: port)
    case .choice(let words):
      text.append("one of ")
      text.append(list: words.map { Text($0) })
    case .choices(let words):
      text.append("one or more of ")
      text.append(list: words.map { Text($0) })
    case .address: text.append("an IP address")
    case .interfaceAddress: text.append("dhcp, or an IP address with its prefix: 192.0.2.1/24")
    case .device: text.append("the name of a network device, such as eth0")
    case .accessNetwork:
      text.append("a P-Access-Network-Info such as GPON;fiber-location=\"A7\"")
    case .hardwareAddress: text.append("the hardware address of one host: 02:00:5e:10:00:01")
    case .httpsURL: text.append("a URL such as https://192.0.2.1/box.conf")
    case .sipURI: text.append("a SIP URI such as sip:quality@example.net")
    case .flag: text.append("no value")
    }
    return text
  }

  private static func append(_ limit: Int, _ kind: StaticString, to text: inout Text) {
    text.append(kind)
    text.append(" of at most ")
    text.append(decimal: limit)
    text.append(" bytes")
  }

  private static func append(_ range: ClosedRange<Int>, _ unit: StaticString, to text: inout Text) {
    text.append(decimal: range.lowerBound)
    text.append(" to ")
    text.append(decimal: range.upperBound)
    guard unit.utf8CodeUnitCount > 0 else { return }
    text.append(" ")
    text.append(unit)
  }
}

extension Array where Element == UInt8 {
  /// Appends milliseconds as seconds with as many decimals as it takes.
  mutating func append(seconds milliseconds: Int) {
    append(decimal: milliseconds / 1000)
    var rest = milliseconds % 1000
    guard rest > 0 else { return }
    append(UInt8(ascii: "."))
    var place = 100
    while rest > 0 {
      append(decimal: rest / place)
      rest %= place
      place /= 10
    }
  }
}
