public import Base

/// What the words behind a parameter's name may be.
public enum ParameterType: Sendable {
  /// A host name of letters, digits, hyphens and dots (RFC 1123 §2.1), or an IP address.
  case host
  /// Any text of UTF-8 up to a number of bytes.
  case text(limit: Int)
  /// A text that is never shown.
  case secret(limit: Int)
  /// Digits, with an optional `+` in front.
  case telephoneNumber
  /// Numbers of 2 to 8 digits with commas between them, at most 64 bytes.
  case numberList
  /// A country that the caller of the reader knows.
  case country
  /// A digit map that the caller of the reader accepts.
  case digitMap
  /// An absolute path of a file, up to 107 bytes as a Unix socket's must be (unix(7)).
  case socketPath
  /// A whole number.
  case number(ClosedRange<Int>, unit: StaticString)
  /// An even number: RTP's port, RTCP takes the next one (RFC 3550 §11).
  case evenNumber(ClosedRange<Int>)
  /// A time in seconds with up to three decimals; the range in milliseconds.
  case seconds(ClosedRange<Int>)
  /// `ADDRESS [port N]`.
  case endpoint(standardPort: UInt16)
  /// `ADDRESS [port N]`, or the name of a host or domain in place of the address.
  case server(standardPort: UInt16)
  /// An IP address of one host.
  case address
  /// `dhcp`, or an IP address with the length of its network's prefix: `192.0.2.1/24`.
  case interfaceAddress
  /// The name of a network device, up to 15 bytes.
  case device
  /// A P-Access-Network-Info (RFC 7315 §5.4), up to 128 bytes.
  case accessNetwork
  /// A URL of `https`, up to 512 bytes.
  case httpsURL
  /// A SIP URI (RFC 3261 §19.1) without parameters, up to 128 bytes.
  case sipURI
  /// Six octets in hexadecimal with colons between them.
  case hardwareAddress
  /// One of some words.
  case choice([StaticString])
  /// Some of some words, best first, none twice.
  case choices([StaticString])
  /// No word: the command itself switches it on.
  case flag
}

/// A parameter's value.
public enum ParameterValue: Equatable, Sendable {
  /// The value of every type that is text.
  case text(Text)
  /// The value of every type that is a number; seconds are kept in milliseconds.
  case number(Int)
  /// An address and a port.
  case endpoint(Endpoint)
  /// The name of a server, in lower case, and its port; 0 leaves that to DNS.
  case host(Text, port: UInt16)
  /// The place of the chosen word.
  case choice(UInt8)
  /// The places of the chosen words, best first.
  case choices([UInt8])
  /// A flag that is set.
  case on
}
