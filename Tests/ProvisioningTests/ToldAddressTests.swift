import Base
import Provisioning
import Testing

/// URLs of https, and how a DHCP server tells one.
@Suite struct ToldAddressTests {
  @Test(
    arguments: [
      ("https://192.0.2.1", "192.0.2.1", 443, "/"),
      ("HTTPS://box.example:8443/a/b?c=d", "box.example", 8443, "/a/b?c=d"),
      ("https://[2001:db8::1]:1/x", "2001:db8::1", 1, "/x"),
      ("https://a?b", "a", 443, "/?b"),
    ] as [(String, String, UInt16, String)])
  func read(text: String, host: String, port: UInt16, target: String) {
    let address = WebAddress(parsing: Text(text.utf8))
    #expect(address?.host == Text(host.utf8))
    #expect(address?.port == port)
    #expect(address?.target == Text(target.utf8))
    #expect(address.flatMap { WebAddress(parsing: $0.text) } == address)
  }

  @Test(
    arguments: [
      "http://a/", "https://", "https:///x", "https://user@a/", "https://a:0/", "https://a:70000/",
      "https://a:/", "https://a/#x", "https://a b/", "https://-a/", "https://[::1/", "https://é/",
      "https://a/\r\nHost: b", "https://[192.0.2.1]/", "https://a:8x/",
    ])
  func refused(text: String) {
    #expect(WebAddress(parsing: Text(text.utf8)) == nil)
  }

  @Test func longOnesAreRefused() {
    #expect(WebAddress(parsing: Text("https://a/") + Text(repeating: 0x62, count: 510)) == nil)
  }

  @Test func told() {
    func told(_ boot: String, _ vendor: String) -> String? {
      WebAddress.told(bootServer: Text(boot.utf8), vendorInformation: Text(vendor.utf8))
        .map { String(decoding: $0.text, as: UTF8.self) }
    }
    #expect(told("https://a/b", "") == "https://a/b")
    #expect(told("tftp.example", "68747470733A2F2F612F62") == "https://a/b")
    // Sub-option 2 with one byte, then sub-option 1 with the URL.
    #expect(told("", "0201FF010b68747470733a2f2f612f62") == "https://a/b")
    #expect(told("", "010c68747470733a2f2f612f62") == nil, "cut short")
    #expect(told("", "xyz") == nil)
    #expect(told("192.0.2.1", "") == nil)
  }

  @Test func requests() {
    guard let address = WebAddress(parsing: Text("https://a.example:8443/b")) else {
      Issue.record("no address")
      return
    }
    let request = FileRequest(address, entityTag: Text("\"1\""), credentials: Text("a:bc"))
    #expect(
      String(decoding: request.text(userAgent: Text("Box\r\n")), as: UTF8.self)
        == "GET /b HTTP/1.1\r\nHost: a.example:8443\r\nUser-Agent: Box\r\nAccept: */*\r\n"
        + "Connection: close\r\nIf-None-Match: \"1\"\r\nAuthorization: Basic YTpiYw==\r\n\r\n")
  }
}
