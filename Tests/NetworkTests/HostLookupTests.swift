import Base
import Testing

@testable import Network

@Suite("The address of a host")
struct HostLookupTests {
  private let name = Text("log.example.net".utf8)

  private func at(_ seconds: Int64) -> Instant { .zero + .seconds(seconds) }

  private func records(_ addresses: [IPAddress], seconds: UInt32) -> DNSAnswer {
    .records(addresses.map { DNSRecord(.address($0), seconds: seconds) })
  }

  @Test("Asked at once, and again when its time is over; the address stays meanwhile")
  func life() {
    var lookup = HostLookup(name, now: at(0))
    #expect(lookup.deadline == at(0))
    #expect(lookup.advance(to: at(0)) == DNSQuestion(name, .a))
    #expect(lookup.deadline == nil)
    #expect(lookup.advance(to: at(5)) == nil, "one question at a time")
    let answer = lookup.receive(records([.v4(1), .v4(2)], seconds: 300), now: at(1))
    #expect(answer.next == nil && !answer.hasFailed)
    #expect(lookup.address == .v4(1))
    #expect(lookup.deadline == at(301))
    #expect(lookup.advance(to: at(300)) == nil)
    #expect(lookup.advance(to: at(301)) == DNSQuestion(name, .a))
    #expect(lookup.address == .v4(1))
    _ = lookup.receive(records([.v4(3)], seconds: 300), now: at(302))
    #expect(lookup.address == .v4(3))
  }

  @Test("Lives that are too short or too long", arguments: [(0, 60), (59, 60), (90_000, 86_400)])
  func bounds(seconds: UInt32, kept: Int64) {
    var lookup = HostLookup(name, now: at(0))
    _ = lookup.advance(to: at(0))
    _ = lookup.receive(records([.v4(1)], seconds: seconds), now: at(0))
    #expect(lookup.deadline == at(kept))
  }

  @Test(
    "Without an A record there may be an AAAA; without both it is tried again, the old one kept")
  func none() {
    var lookup = HostLookup(name, now: at(0))
    _ = lookup.advance(to: at(0))
    let second = lookup.receive(.failure(.noData), now: at(1))
    #expect(second.next == DNSQuestion(name, .aaaa) && !second.hasFailed)
    _ = lookup.receive(records([.v6(1, 2)], seconds: 100), now: at(2))
    #expect(lookup.address == .v6(1, 2))
    _ = lookup.advance(to: at(102))
    _ = lookup.receive(.failure(.timeout), now: at(110))
    let last = lookup.receive(.failure(.timeout), now: at(120))
    #expect(last.next == nil && last.hasFailed)
    #expect(lookup.address == .v6(1, 2))
    #expect(lookup.deadline == at(130))
  }

  @Test("An answer that nobody waits for, and one without an address, change nothing")
  func strange() {
    var lookup = HostLookup(name, now: at(0))
    _ = lookup.receive(records([.v4(9)], seconds: 60), now: at(0))
    #expect(lookup.address == nil && lookup.deadline == at(0))
    _ = lookup.advance(to: at(0))
    let other = DNSRecord(
      .service(priority: 0, weight: 0, port: 1, target: name), seconds: 60)
    let answer = lookup.receive(.records([other]), now: at(0))
    #expect(answer.next == DNSQuestion(name, .aaaa))
  }
}
