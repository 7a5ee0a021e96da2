import Base
import Network
import Testing

/// A message of a DNS server, written octet by octet.
struct MessageMaker {
  private(set) var octets: Text
  private var count: UInt8 = 0

  /// Begins an answer to one question.
  init(_ name: String, _ type: UInt16, code: UInt8 = 0, flags: UInt8 = 0x81) {
    octets = [0, 1, flags, 0x80 | code, 0, 1, 0, 0, 0, 0, 0, 0]
    octets += Self.name(name) + Self.number(type) + [0, 1]
  }

  static func number(_ value: UInt16) -> Text { [UInt8(value >> 8), UInt8(value & 0xFF)] }

  static func name(_ name: String) -> Text {
    name.split(separator: ".").reduce(Text()) { $0 + [UInt8($1.utf8.count)] + Array($1.utf8) } + [0]
  }

  /// Adds a record whose owner is these octets: a name, or a pointer to one.
  mutating func add(
    _ owner: Text, _ type: UInt16, seconds: UInt32 = 60, _ data: Text, length: Int? = nil,
    class: UInt16 = 1
  ) {
    count += 1
    octets[7] = count
    octets += owner + Self.number(type) + Self.number(`class`)
    octets += Self.number(UInt16(seconds >> 16)) + Self.number(UInt16(seconds & 0xFFFF))
    octets += Self.number(UInt16(length ?? data.count)) + data
  }

  mutating func add(raw: Text) { octets += raw }

  static func pointer(_ place: UInt8) -> Text { [0xC0, place] }

  static func naptr(
    _ order: UInt16, _ preference: UInt16, _ flags: String, _ service: String, _ name: String
  ) -> Text {
    var data = number(order) + number(preference)
    for text in [flags, service, ""] { data += [UInt8(text.utf8.count)] + Array(text.utf8) }
    return data + Self.name(name)
  }
}

@Suite("Messages of DNS servers")
struct DNSMessageTests {
  private let question = DNSQuestion(Text("sbc.example"), .a)

  private func read(_ maker: MessageMaker, _ question: DNSQuestion? = nil) -> DNSAnswer {
    DNSAnswer(reading: maker.octets, to: question ?? self.question)
  }

  private func a(_ last: UInt32, seconds: UInt32 = 60) -> DNSRecord {
    DNSRecord(.address(.v4(0xC000_0200 | last)), seconds: seconds)
  }

  @Test("Addresses, by a name and by a pointer to it, in any case of letters")
  func addresses() {
    var maker = MessageMaker("SBC.example", 1)
    maker.add(MessageMaker.pointer(12), 1, [192, 0, 2, 1])
    maker.add(MessageMaker.name("sbc.EXAMPLE"), 1, seconds: 7, [192, 0, 2, 2])
    #expect(read(maker) == .records([a(1), a(2, seconds: 7)]))
  }

  @Test("An IPv6 address")
  func aaaa() {
    var maker = MessageMaker("sbc.example", 28)
    maker.add(
      MessageMaker.pointer(12), 28, [0x20, 1, 0x0D, 0xB8] + Text(repeating: 0, count: 11) + [9])
    #expect(
      read(maker, DNSQuestion(Text("sbc.example"), .aaaa))
        == .records([DNSRecord(.address(.v6(0x2001_0DB8_0000_0000, 9)), seconds: 60)]))
  }

  @Test("Where services are, and that one is not there")
  func services() {
    var maker = MessageMaker("_sip._udp.a.example", 33)
    maker.add(
      MessageMaker.pointer(12), 33, [0, 10, 0, 70, 19, 196] + MessageMaker.name("b.example"))
    // The target ends with a pointer to "example" in the question.
    maker.add(MessageMaker.pointer(12), 33, [0, 20, 0, 0, 0, 5, 1, 0x63] + [0xC0, 24])
    maker.add(MessageMaker.pointer(12), 33, [0, 0, 0, 0, 0, 0, 0])
    let expected: [DNSRecord.Content] = [
      .service(priority: 10, weight: 70, port: 5060, target: Text("b.example")),
      .service(priority: 20, weight: 0, port: 5, target: Text("c.example")),
      .service(priority: 0, weight: 0, port: 0, target: []),
    ]
    #expect(
      read(maker, DNSQuestion(Text("_sip._udp.a.example"), .srv))
        == .records(expected.map { DNSRecord($0, seconds: 60) }))
  }

  @Test("By which transports a service is")
  func pointers() {
    var maker = MessageMaker("a.example", 35)
    maker.add(
      MessageMaker.pointer(12), 35,
      MessageMaker.naptr(50, 60, "s", "SIP+D2U", "_sip._udp.a.example"))
    let expected = DNSRecord.Content.pointer(
      order: 50, preference: 60, flags: Text("s"), service: Text("SIP+D2U"),
      name: Text("_sip._udp.a.example"))
    #expect(
      read(maker, DNSQuestion(Text("a.example"), .naptr))
        == .records([DNSRecord(expected, seconds: 60)]))
  }

  @Test("Aliases are followed, the shortest time to live counts, strangers' records do not")
  func aliases() {
    var maker = MessageMaker("sbc.example", 1)
    maker.add(MessageMaker.name("y.example"), 1, seconds: 300, [192, 0, 2, 1])
    maker.add(MessageMaker.pointer(12), 5, seconds: 90, MessageMaker.name("x.example"))
    maker.add(MessageMaker.name("x.example"), 5, seconds: 20, MessageMaker.name("y.example"))
    maker.add(MessageMaker.name("stranger.example"), 1, [6, 6, 6, 6])
    #expect(read(maker) == .records([a(1, seconds: 20)]))
  }

  @Test("Aliases in a circle, and more of them than anybody needs")
  func circles() {
    var circle = MessageMaker("sbc.example", 1)
    circle.add(MessageMaker.pointer(12), 5, MessageMaker.name("x.example"))
    circle.add(MessageMaker.name("x.example"), 5, MessageMaker.pointer(12))
    #expect(read(circle) == .failure(.noData))
    var chain = MessageMaker("sbc.example", 1)
    chain.add(MessageMaker.pointer(12), 5, MessageMaker.name("n0"))
    for i in 0..<9 { chain.add(MessageMaker.name("n\(i)"), 5, MessageMaker.name("n\(i + 1)")) }
    chain.add(MessageMaker.name("n9"), 1, [192, 0, 2, 1])
    #expect(read(chain) == .failure(.noData))
  }

  @Test(
    "What a server says instead of records",
    arguments: [
      (0, DNSFailure.noData), (1, .serverFailure), (2, .serverFailure), (3, .noName),
      (4, .serverFailure), (5, .refused), (15, .serverFailure),
    ] as [(UInt8, DNSFailure)])
  func codes(_ code: UInt8, _ failure: DNSFailure) {
    #expect(read(MessageMaker("sbc.example", 1, code: code)) == .failure(failure))
  }

  @Test("Records of another class, of a wrong length, or with names of no host are left out")
  func leftOut() {
    var maker = MessageMaker("sbc.example", 1)
    maker.add(MessageMaker.pointer(12), 1, [192, 0, 2, 1], class: 3)
    maker.add(MessageMaker.pointer(12), 1, [192, 0, 2])
    maker.add(MessageMaker.pointer(12), 16, Text(repeating: 0xFF, count: 300))
    #expect(read(maker) == .failure(.noData))
    var service = MessageMaker("_sip._udp.a.example", 33)
    for data in [[0, 0, 0, 0, 19, 196], [0, 0, 0, 0, 19, 196, 2, 0x61, 0x0A, 0], [1]] as [Text] {
      service.add(MessageMaker.pointer(12), 33, data)
    }
    #expect(read(service, DNSQuestion(Text("_sip._udp.a.example"), .srv)) == .failure(.noData))
  }

  @Test("A time to live with its uppermost bit is none (RFC 2181 §8)")
  func negativeTime() {
    var maker = MessageMaker("sbc.example", 1)
    maker.add(MessageMaker.pointer(12), 1, seconds: 0x8000_0001, [192, 0, 2, 1])
    #expect(read(maker) == .records([a(1, seconds: 0)]))
  }

  @Test("Names that do not end: a pointer to itself, forward, two to each other, a long one")
  func endlessNames() {
    for owner in [[0xC0, 29], [0xC0, 60], [0xC0, 0xFF], [0x40, 1, 0], [63]] as [Text] {
      var maker = MessageMaker("sbc.example", 1)
      maker.add(owner, 1, [192, 0, 2, 1])
      #expect(read(maker) == .failure(.malformed), "\(owner)")
    }
    var long = MessageMaker("sbc.example", 1)
    long.add(
      (0..<5).reduce(Text()) { name, _ in name + [60] + Text(repeating: 97, count: 60) } + [0], 1,
      [])
    #expect(read(long) == .failure(.malformed))
  }

  @Test("A message that is cut anywhere is malformed or has fewer records, and never a trap")
  func cut() {
    var maker = MessageMaker("a.example", 35)
    maker.add(
      MessageMaker.pointer(12), 35, MessageMaker.naptr(1, 2, "s", "SIP+D2U", "_sip._udp.a.example"))
    let question = DNSQuestion(Text("a.example"), .naptr)
    for length in 0..<maker.octets.count {
      let answer = DNSAnswer(reading: Text(maker.octets[0..<length]), to: question)
      #expect(answer == .failure(.malformed), "\(length)")
    }
    var query = maker.octets
    query[2] = 1
    #expect(DNSAnswer(reading: query, to: question) == .failure(.malformed))
  }

  @Test("Of a thousand records 64 are looked at")
  func many() {
    var maker = MessageMaker("sbc.example", 1)
    for i in 0..<250 { maker.add(MessageMaker.pointer(12), 1, [10, 0, 0, UInt8(i)]) }
    guard case .records(let records) = read(maker) else {
      Issue.record("no records")
      return
    }
    #expect(records.count == 64)
  }
}
