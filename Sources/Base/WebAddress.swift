/// An `https` URL (RFC 3986, RFC 9110 §4.2.2): `https://HOST[:PORT][/PATH][?QUERY]`.
///
/// No user name is taken in it, and no fragment: neither belongs on a wire.
public struct WebAddress: Equatable, Sendable {
  /// The longest that is read, in bytes.
  public static let limit = 512
  private static let standardPort: UInt16 = 443

  /// A host name, or an address without brackets.
  public let host: Text
  /// The TCP port.
  public let port: UInt16
  /// What is asked for there: path and query, beginning with `/`.
  public let target: Text

  /// Reads one; `nil` when the text is none.
  public init?(parsing text: Text) {
    let scheme = Text("https://")
    guard text.count <= Self.limit, text.count > scheme.count,
      text[..<scheme.count].equalsIgnoringCase("https://"), text.allSatisfy(Self.isAllowed)
    else { return nil }
    let rest = text[scheme.count...]
    let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
    guard let authority = Self.authority(rest[..<(end ?? rest.endIndex)]) else { return nil }
    (host, port) = authority
    var target = Text()
    if let end {
      if text[end] == UInt8(ascii: "?") { target.append("/") }
      target.append(contentsOf: text[end...])
    } else {
      target.append("/")
    }
    self.target = target
  }

  init(host: Text, port: UInt16, target: Text) {
    (self.host, self.port, self.target) = (host, port, target)
  }

  /// The same host and port with `suffix` behind the path, before the query.
  public func appending(_ suffix: StaticString) -> WebAddress {
    let query = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
    let target = Text(target[..<query]) + Text(suffix) + Text(target[query...])
    return WebAddress(host: host, port: port, target: target)
  }

  /// What a `Location` that this address answered stands for; `nil` when it leads away from https.
  ///
  /// A path alone keeps host and port (RFC 3986 §5.2); a path without `/` in front is not taken.
  public func following(_ location: Text) -> WebAddress? {
    guard location.first == UInt8(ascii: "/"), !location.starts(with: Text("//")) else {
      return WebAddress(parsing: location)
    }
    guard location.count <= Self.limit, location.allSatisfy(Self.isAllowed) else { return nil }
    return WebAddress(host: host, port: port, target: location)
  }

  /// What the Host field says: the port only when it is not 443 (RFC 9110 §7.2).
  public var authority: Text {
    let isIPv6 = host.contains(UInt8(ascii: ":"))
    var text = isIPv6 ? Text("[") + host + Text("]") : host
    guard port != Self.standardPort else { return text }
    text.append(":")
    text.append(decimal: port)
    return text
  }

  /// The URL as a text.
  public var text: Text { Text("https://") + authority + target }

  /// Printable ASCII without what ends a URL in other texts.
  private static func isAllowed(_ byte: UInt8) -> Bool {
    guard (0x21...0x7E).contains(byte) else { return false }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"),
      UInt8(ascii: "#"), UInt8(ascii: "^"), UInt8(ascii: "`"):
      return false
    default: return true
    }
  }

  private static func authority(_ text: ArraySlice<UInt8>) -> (Text, UInt16)? {
    if text.first == UInt8(ascii: "[") {
      guard let close = text.firstIndex(of: UInt8(ascii: "]")),
        case .v6? = IPAddress(parsing: text[(text.startIndex + 1)..<close])
      else { return nil }
      let host = Text(text[(text.startIndex + 1)..<close])
      return port(text[(close + 1)...]).map { (host, $0) }
    }
    let colon = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
    guard isName(text[..<colon]) else { return nil }
    return port(text[colon...]).map { (Text(text[..<colon]), $0) }
  }

  /// The port of `:PORT`, or the standard one when nothing is there.
  private static func port(_ text: ArraySlice<UInt8>) -> UInt16? {
    guard let first = text.first else { return standardPort }
    guard first == UInt8(ascii: ":"), let value = text.dropFirst().decimalValue, value > 0 else {
      return nil
    }
    return UInt16(exactly: value)
  }

  /// Letters, digits, and hyphens and dots between them.
  private static func isName(_ text: ArraySlice<UInt8>) -> Bool {
    guard (1...253).contains(text.count), text.first.map(isInner) == true,
      text.last.map(isInner) == true
    else { return false }
    return text.allSatisfy {
      isInner($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
    }
  }

  private static func isInner(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercased(byte))
      || byte &- UInt8(ascii: "0") < 10
  }
}
