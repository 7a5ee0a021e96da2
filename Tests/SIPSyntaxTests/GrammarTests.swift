import Base
import Testing

@testable import SIPSyntax

@Suite("Names and byte classes")
struct NameTests {
  @Test("Every header field name is found in any case", arguments: HeaderName.allCases)
  func longForm(_ name: HeaderName) {
    guard name != .other else { return }
    let text = String(describing: name.spelling)
    for spelling in [text, text.lowercased(), text.uppercased()] {
      let bytes = Text(spelling.utf8)
      #expect(HeaderName(bytes.span, 0..<bytes.count) == name, "\(spelling)")
    }
  }

  @Test("A name with one bit flipped is another name", arguments: HeaderName.allCases)
  func nearMisses(_ name: HeaderName) {
    let text = Text(name.spelling)
    for i in text.indices {
      for bit in 0..<8 {
        var bytes = text
        bytes[i] ^= 1 << UInt8(bit)
        let isSame = lowercased(bytes[i]) == lowercased(text[i])
        let found = HeaderName(bytes.span, 0..<bytes.count)
        #expect((found == name) == isSame, "\(String(decoding: bytes, as: UTF8.self))")
      }
    }
  }

  @Test(
    "Compact forms",
    arguments: [
      ("i", HeaderName.callID), ("m", .contact), ("e", .contentEncoding), ("l", .contentLength),
      ("c", .contentType), ("f", .from), ("s", .subject), ("k", .supported), ("t", .to),
      ("v", .via),
      ("r", .referTo), ("b", .referredBy), ("o", .event), ("x", .sessionExpires), ("z", .other),
    ])
  func compactForm(_ letter: String, _ name: HeaderName) {
    for spelling in [letter, letter.uppercased()] {
      let bytes = Text(spelling.utf8)
      #expect(HeaderName(bytes.span, 0..<1) == name)
    }
  }

  @Test("Every method is found with its case and no other", arguments: Method.allCases)
  func methods(_ method: Method) {
    guard method != .other else { return }
    let bytes = Text(method.spelling)
    #expect(Method(bytes.span, 0..<bytes.count) == method)
    let lower = Text(String(describing: method.spelling).lowercased().utf8)
    #expect(Method(lower.span, 0..<lower.count) == .other)
  }

  /// The sets spelled out once more, by the RFCs' names.
  @Test func byteClasses() {
    let alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    let visible = String((0x21...0x7E).map { Character(UnicodeScalar(UInt8($0))) })
    func without(_ marks: String) -> String { visible.filter { !marks.contains($0) } }
    let sets: [(String, ByteClass, String)] = [
      ("token", .token, alphanumeric + "-.!%*_+`'~"),
      ("parameter value", .parameterValue, without(",;\"<>")),
      ("user", .user, alphanumeric + "-_.!~*'()" + "&=+$,;?/"),
      ("host", .host, alphanumeric + "-._"),
      ("uri", .uri, without("\"<>\\^{}|%?")),
      ("bare uri", .bareURI, without("\"<>\\^{}|;,?")),
      ("word", .word, alphanumeric + "-.!%*_+`'~()<>:\\\"/[]?{}"),
      ("space", .space, " \t\r\n"),
    ]
    for (name, set, members) in sets {
      for byte in UInt8.min...UInt8.max {
        #expect(set.contains(byte) == members.utf8.contains(byte), "\(name) \(byte)")
      }
    }
  }
}

@Suite("URIs")
struct URITests {
  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    var scheme = Scheme.sip
    var user: String?
    var password: String?
    var host = ""
    var port: UInt16?
    var parameters = ""
    var headers = ""
    var testDescription: String { text }
  }

  @Test(
    "Parts",
    arguments: [
      Row(text: "sip:example.com", host: "example.com"),
      Row(text: "SIPS:Example.COM:5061", scheme: .sips, host: "Example.COM", port: 5061),
      Row(
        text: "sip:+86215@10.0.0.1;user=phone", user: "+86215", host: "10.0.0.1",
        parameters: ";user=phone"),
      Row(
        text: "sip:a:b@h:1;x?y=z&w=", user: "a", password: "b", host: "h", port: 1,
        parameters: ";x", headers: "y=z&w="),
      Row(text: "sip:a@[2001:db8::1]:5060", user: "a", host: "[2001:db8::1]", port: 5060),
      Row(text: "sip:[::ffff:192.0.2.1];lr", host: "[::ffff:192.0.2.1]", parameters: ";lr"),
      Row(
        text: "sip:user;par=u%40example.net@example.com", user: "user;par=u%40example.net",
        host: "example.com"),
      Row(text: "sip:*57#@h", user: "*57#", host: "h"),
      Row(text: "sip:a?b@h", user: "a?b", host: "h"),
      Row(text: "sip:h?a=b", host: "h", headers: "a=b"),
      Row(text: "tel:+1-201-555-0123", scheme: .tel, user: "+1-201-555-0123"),
      Row(
        text: "tel:7042;phone-context=example.com", scheme: .tel, user: "7042",
        parameters: ";phone-context=example.com"),
      Row(text: "urn:service:sos", scheme: .other),
    ])
  func parts(_ row: Row) throws {
    let bytes = Text(row.text.utf8)
    let uri = try SIPURI(parsing: bytes)
    func string(_ range: Range<Int>?) -> String? {
      range.map { String(decoding: bytes[$0], as: UTF8.self) }
    }
    #expect(uri.scheme == row.scheme)
    #expect(string(uri.user) == row.user)
    #expect(string(uri.password) == row.password)
    #expect(string(uri.host) == row.host)
    #expect(uri.port == row.port)
    #expect(string(uri.parameters) == row.parameters)
    #expect(string(uri.headers) == row.headers)
  }

  @Test(
    "Refused with the offset of the first bad byte",
    arguments: [
      ("", SyntaxError(.badURI, at: 0)),
      ("example.com", SyntaxError(.badURI, at: 11)),
      (":x", SyntaxError(.badURI, at: 0)),
      ("1x:y", SyntaxError(.badURI, at: 2)),
      ("sip:", SyntaxError(.badHost, at: 4)),
      ("sip:@h", SyntaxError(.badURI, at: 4)),
      ("sip::p@h", SyntaxError(.badURI, at: 4)),
      ("sip:a@", SyntaxError(.badHost, at: 6)),
      ("sip:a@h:0", SyntaxError(.badPort, at: 8)),
      ("sip:a@h:65536", SyntaxError(.badPort, at: 8)),
      ("sip:a@h:", SyntaxError(.badPort, at: 8)),
      ("sip:a%4@h", SyntaxError(.badEscape, at: 5)),
      ("sip:a%zz@h", SyntaxError(.badEscape, at: 5)),
      ("sip:[::1", SyntaxError(.badHost, at: 8)),
      ("sip:[]", SyntaxError(.badHost, at: 5)),
      ("sip:h x", SyntaxError(.badURI, at: 5)),
      ("sip:h;a=%", SyntaxError(.badEscape, at: 8)),
      ("sip:h;a?b?c", SyntaxError(.badURI, at: 9)),
      ("sip:h/a", SyntaxError(.badURI, at: 5)),
      ("tel:", SyntaxError(.badURI, at: 4)),
      ("tel:12x", SyntaxError(.badURI, at: 6)),
      ("urn:a b", SyntaxError(.badURI, at: 5)),
    ])
  func refused(_ text: String, _ expected: SyntaxError) {
    #expect(throws: expected) { _ = try SIPURI(parsing: Text(text.utf8)) }
  }
}

@Suite("Header field values")
struct ValueTests {
  private func message(_ fields: String) throws -> Message {
    try Message(lines: "OPTIONS sip:a@b SIP/2.0\n\(fields)\n\n")
  }

  @Test("Lists are split outside quotes and brackets, over all fields")
  func lists() throws {
    let message = try message(
      """
      Contact: "a,b" <sip:a,b@h>;q=1 , <sip:c@h>,
       sip:d@h
      Route: <sip:r1;lr>
      m: <sip:e@h>;x="1,2"
      """)
    #expect(
      message.elements(.contact).map { message.string($0) } == [
        "\"a,b\" <sip:a,b@h>;q=1", "<sip:c@h>", "sip:d@h", "<sip:e@h>;x=\"1,2\"",
      ])
    #expect(
      try message.contacts().map { message.string($0.uri) } == [
        "sip:a,b@h", "sip:c@h", "sip:d@h", "sip:e@h",
      ])
  }

  @Test("Folding, white space and case")
  func folding() throws {
    let message = try message("SUBJECT \t:  one\n two\t \ncaLL-id:x\nk: a,\n\tb")
    #expect(message.string(message.first(.subject)) == "one\r\n two")
    #expect(message.string(message.callID()) == "x")
    #expect(message.lists("b", in: .supported))
    #expect(message.lists("A", in: .supported))
    #expect(!message.lists("c", in: .supported))
    #expect(message.fault == nil)
  }

  struct Address: Sendable, CustomTestStringConvertible {
    let text: String
    var name: String?
    var uri = "sip:a@h"
    var parameters = ""
    var tag: String?
    var testDescription: String { text }
  }

  @Test(
    "Addresses",
    arguments: [
      Address(text: "sip:a@h"),
      Address(text: "sip:a@h;tag=1", parameters: ";tag=1", tag: "1"),
      Address(text: "<sip:a@h>"),
      Address(text: "<sip:a@h;tag=2>;tag=1", uri: "sip:a@h;tag=2", parameters: ";tag=1", tag: "1"),
      Address(text: "A B C <sip:a@h>", name: "A B C"),
      Address(text: "caller<sip:a@h>", name: "caller"),
      Address(
        text: #""a \" \\ <x>" <sip:a@h> ; TAG = x/y="#, name: #"a \" \\ <x>"#,
        parameters: "; TAG = x/y=", tag: "x/y="),
      Address(text: #""" <sip:a@h>"#, name: ""),
      Address(
        text: #"<sip:a@h>;x="a;tag=9";tag=3;tag=4"#, parameters: #";x="a;tag=9";tag=3;tag=4"#,
        tag: "3"),
      Address(text: "<tel:+86>;x", uri: "tel:+86", parameters: ";x"),
    ])
  func addresses(_ row: Address) throws {
    let bytes = Text(row.text.utf8)
    let address = try NameAddress(parsing: bytes, 0..<bytes.count)
    func string(_ range: Range<Int>?) -> String? {
      range.map { String(decoding: bytes[$0], as: UTF8.self) }
    }
    #expect(string(address.displayName) == row.name)
    #expect(string(address.uri) == row.uri)
    #expect(string(address.parameters) == row.parameters)
    #expect(string(address.tag) == row.tag)
  }

  @Test(
    "Addresses that are none",
    arguments: [
      "", "<>", "<sip:a", "sip:a@h>", "\"a <sip:a@h>", "A, B <sip:a@h>", "A <sip:a@h> x",
      "<sip:a@h>;", "<sip:a@h>;;tag=1", "<sip:a@h>;=1", "<sip:a@h>;tag=", "sip:a@h?x=y", "\"a\"",
      "\"a\\", "<sip:a@h>,", "\"a\" sip:a@h",
    ])
  func badAddresses(_ text: String) {
    let bytes = Text(text.utf8)
    #expect(throws: SyntaxError.self) { _ = try NameAddress(parsing: bytes, 0..<bytes.count) }
  }

  @Test("The wildcard of a Contact")
  func wildcard() throws {
    #expect(try message("Contact: *").contacts().map(\.isWildcard) == [true])
    #expect(try message("Contact: <*>").contacts().map(\.isWildcard) == [false])
  }

  @Test("Vias")
  func vias() throws {
    let message = try message(
      """
      Via: SIP/2.0/TCP [2001:db8::9]:5061 ; Branch=z9hG4bK-x ;RPORT=5062;received=2001:db8::8
      v: SIP / 2.0 / tls h : 5,SIP/2.0/UDP h2;rport;branch=b
      """)
    let vias = try message.vias()
    #expect(vias.map(\.transport) == [.tcp, .tls, .udp])
    #expect(vias.map { message.string($0.host) } == ["[2001:db8::9]", "h", "h2"])
    #expect(vias.map(\.port) == [5061, 5, nil])
    #expect(vias.map(\.rport) == [.seen(5062), .absent, .requested])
    #expect(vias.map { message.string($0.branch) } == ["z9hG4bK-x", nil, "b"])
    #expect(message.string(vias[0].received) == "2001:db8::8")
  }

  @Test(
    "Vias that are none",
    arguments: [
      "", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/3.0/UDP h", "SIP/2.0 h", "HTTP/2.0/UDP h",
      "SIP/2.0/UDP h:", "SIP/2.0/UDP h:99999", "SIP/2.0/UDP h;", "SIP/2.0/UDP h;;branch=x",
      "SIP/2.0/UDP h x", "SIP/2.0/UDP h;rport=70000", "SIP/2.0/UDP [::1", "SIP/2.0/UDPh",
    ])
  func badVias(_ text: String) {
    let bytes = Text(text.utf8)
    #expect(throws: SyntaxError.self) { _ = try Via(parsing: bytes, 0..<bytes.count) }
  }

  @Test(
    "CSeq",
    arguments: [
      ("1 INVITE", 1, Method.invite), ("0009\r\n  BYE", 9, .bye),
      ("2147483647 X", 2_147_483_647, .other),
    ])
  func cSeq(_ text: String, _ number: UInt32, _ method: Method) throws {
    let bytes = Text(text.utf8)
    let cSeq = try CSeq(parsing: bytes, 0..<bytes.count)
    #expect(cSeq.number == number)
    #expect(cSeq.method == method)
  }

  @Test(
    "CSeqs that are none",
    arguments: [
      "", "1", "INVITE", "1INVITE", "-1 INVITE", "2147483648 INVITE", "1 ", "1 IN VITE", "1 \"",
    ])
  func badCSeq(_ text: String) {
    let bytes = Text(text.utf8)
    #expect(throws: SyntaxError.self) { _ = try CSeq(parsing: bytes, 0..<bytes.count) }
  }

  @Test(
    "RAck",
    arguments: [
      ("776656 1 INVITE", 776_656, 1, Method.invite),
      ("4294967295  009\tX", 4_294_967_295, 9, .other),
    ])
  func rAck(_ text: String, _ response: UInt32, _ number: UInt32, _ method: Method) throws {
    let bytes = Text(text.utf8)
    let rAck = try RAck(parsing: bytes, 0..<bytes.count)
    #expect(rAck.responseNumber == response)
    #expect(rAck.sequence.number == number)
    #expect(rAck.sequence.method == method)
  }

  @Test(
    "RAcks that are none",
    arguments: ["", "1", "1 2", "1 INVITE", "4294967296 1 INVITE", "-1 1 INVITE", "1 1INVITE", " "])
  func badRAck(_ text: String) {
    let bytes = Text(text.utf8)
    #expect(throws: SyntaxError.self) { _ = try RAck(parsing: bytes, 0..<bytes.count) }
  }

  @Test("RSeq is a number above 0", arguments: ["1": 1, "4294967295": UInt32.max])
  func rSeq(_ text: String, _ number: UInt32) throws {
    #expect(try message("RSeq: \(text)").rSeq() == number)
  }

  @Test("RSeqs that are none", arguments: ["0", "4294967296", "1 2", "x"])
  func badRSeq(_ text: String) throws {
    #expect(try message("RSeq: \(text)").rSeq() == nil)
  }

  @Test(
    "Session-Expires, also in its compact form",
    arguments: [
      ("Session-Expires: 1800", 1_800, nil), ("x: 90;refresher=uac", 90, Refresher.client),
      ("Session-Expires: 4000 ; a=b ; Refresher = UAS", 4_000, .server),
      ("x: 99999999999;refresher=proxy", .max, nil),
    ] as [(String, UInt32, Refresher?)])
  func sessionExpires(_ field: String, _ seconds: UInt32, _ refresher: Refresher?) throws {
    #expect(
      try message(field).sessionExpires()
        == SessionExpires(seconds: seconds, refresher: refresher))
  }

  @Test("No Session-Expires without a number; Min-SE ends where its digits end")
  func sessionIntervals() throws {
    #expect(try message("Session-Expires: soon").sessionExpires() == nil)
    #expect(try message("Subject: x").sessionExpires() == nil)
    #expect(try message("Min-SE: 120;lr").minSE() == 120)
  }

  @Test("Seconds end where the digits end, and do not overflow")
  func seconds() throws {
    let message = try message(
      "Expires: 3600\nRetry-After: 18 (busy);duration=3\nMin-Expires: 99999999999")
    #expect(message.expires() == 3600)
    #expect(message.retryAfter() == 18)
    #expect(message.minExpires() == .max)
    #expect(try Message(lines: "OPTIONS sip:a SIP/2.0\nExpires: x\n\n").expires() == nil)
  }

  @Test(
    "Faults carry the first wrong byte",
    arguments: [
      ("A: b\nno colon here\n", SyntaxError(.missingColon, at: 31)),
      ("A: b\n: b\n", SyntaxError(.badFieldName, at: 31)),
      ("A b: c\n", SyntaxError(.badFieldName, at: 25)),
      ("l: 1\nl: 1\n", SyntaxError(.repeatedField, at: 31)),
      ("Call-ID: a\ni: b\n", SyntaxError(.repeatedField, at: 37)),
      ("l: +1\n", SyntaxError(.badNumber, at: 28)),
      ("l: 7\n", SyntaxError(.truncatedBody, at: 33)),
    ])
  func faults(_ fields: String, _ expected: SyntaxError) throws {
    let message = try Message(lines: "OPTIONS sip:a@b SIP/2.0\n\(fields)\n")
    #expect(message.fault == expected)
  }

  @Test("A line must end in CRLF", arguments: ["A: b\rC: d\r\n", "A: b\nC: d\r\n", "A: b\r\r\n"])
  func lineEnds(_ fields: String) throws {
    let message = try Message(parsing: Text("OPTIONS sip:a@b SIP/2.0\r\n\(fields)\r\n".utf8))
    #expect(message.fault?.reason == .badLineEnd)
  }
}
