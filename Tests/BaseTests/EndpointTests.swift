import Base
import Testing

@Suite("Addresses as text")
struct EndpointTests {
  /// What is written, and what is printed for it (RFC 5952 for IPv6).
  static let good: [(text: String, printed: String)] = [
    ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
    ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("::ffff:192.0.2.1", "::ffff:c000:201"),
    ("fe80:0:0:0:1:2:3:4", "fe80::1:2:3:4"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
  ]

  @Test(arguments: good)
  func readsAndPrints(_ text: String, _ printed: String) throws {
    let address = try #require(IPAddress(parsing: Array(text.utf8)[...]))
    var out = Text()
    out.append(address)
    #expect(String(decoding: out, as: UTF8.self) == printed)
    #expect(IPAddress(parsing: out[...]) == address)
  }

  @Test(
    "Refuses what is not an address",
    arguments: [
      "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.a", "1..2.3", "1.2.3.", ":", ":::",
      "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1:2:3:4:5:6:7:8::",
      "0001.2.3.4", "::1.2.3", "1:", ":1:2:3:4:5:6:7",
    ])
  func refuses(_ text: String) {
    #expect(IPAddress(parsing: Array(text.utf8)[...]) == nil)
  }

  @Test func hostIsBracketedForIPv6() {
    var out = Text()
    out.append(Endpoint(.v6(0, 1), 5060))
    #expect(String(decoding: out, as: UTF8.self) == "[::1]:5060")
  }

  @Test("A slice that does not start at zero is read as well")
  func slice() {
    let line = Array("server 10.0.0.1 port".utf8)
    #expect(IPAddress(parsing: line[7..<15]) == .v4(0x0A00_0001))
  }
}
