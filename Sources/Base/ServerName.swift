/// A server as somebody provisions it: by its address, or by a name that DNS knows.
public enum ServerName: Hashable, Sendable {
  /// An address and a port.
  case endpoint(Endpoint)
  /// A host or a domain; the port 0 leaves it to DNS where servers are.
  case host(Text, port: UInt16)

  /// Whether DNS has to be asked.
  public var isHost: Bool {
    if case .host = self { true } else { false }
  }
}

/// Whether the text is a host name (RFC 1123 §2.1): labels of 1 to 63 letters, digits and inner
/// hyphens, 253 bytes in all, and not the look of an IPv4 address.
public func isHostName(_ text: Text) -> Bool {
  guard (1...253).contains(text.count) else { return false }
  let labels = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
  guard let last = labels.last, !last.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else {
    return false
  }
  return labels.allSatisfy(isLabel)
}

private func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
  let hyphen = UInt8(ascii: "-")
  return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
    && label.allSatisfy {
      $0 == hyphen || $0 &- UInt8(ascii: "0") < 10 || lowercased($0) &- UInt8(ascii: "a") < 26
    }
}

extension Array where Element == UInt8 {
  /// Appends the server: `192.0.2.1:5060`, `sbc.example.net` or `sbc.example.net:5070`.
  public mutating func append(_ server: ServerName) {
    switch server {
    case .endpoint(let endpoint):
      append(endpoint)
    case .host(let name, let port):
      append(contentsOf: name)
      guard port > 0 else { return }
      append(":")
      append(decimal: port)
    }
  }
}
