import Base
import Testing

@testable import Network

/// The server's identifier and ours, as a Reply to transaction 0x0a0b0c has them.
private let identifiers = "07 0a0b0c 0002 0004 00030001 0001 000a 00030001 02005e100001"
private let client = octets("00030001 02005e100001")
/// An address of a server, fd00:77::N.
private func v6(_ host: UInt64) -> IPAddress { .v6(0xFD00_0077 << 32, host) }
private func sbc(_ host: UInt64) -> ServerName { .endpoint(Endpoint(v6(host), 5060)) }
private let first = "fd000077000000000000000000000010"

private func read(_ options: String) throws(InformationRefusal) -> InformationReply {
  try InformationReply(
    reading: octets(identifiers + options), transaction: 0x0A0B0C, client: client)
}

private func refusal(_ options: String) -> InformationRefusal? {
  do throws(InformationRefusal) {
    _ = try read(options)
    return nil
  } catch {
    return error
  }
}

private func refusal(ofWhole message: Text) -> InformationRefusal? {
  do throws(InformationRefusal) {
    _ = try InformationReply(reading: message, transaction: 0x0A0B0C, client: client)
    return nil
  } catch {
    return error
  }
}

@Suite("What a DHCPv6 server tells (RFC 3319)")
struct InformationReplyTests {
  @Test("Addresses in their order, DNS servers, and the standard times")
  func addresses() throws {
    let reply = try read(
      "0016 0020 fd000077000000000000000000000010 fd000077000000000000000000000011"
        + "0017 0010 fd000077000000000000000000000035")
    #expect(reply.sipServers == [sbc(0x10), sbc(0x11)])
    #expect(reply.dnsServers == [v6(0x35)])
    #expect(reply.refreshTime == .seconds(86_400))
    #expect(reply.longestPause == nil)
  }

  @Test("An answer as dnsmasq 2.90 gives it")
  func dnsmasq() throws {
    let message = octets(
      "070a0b0c 0001000a 00030001 02005e100001 0002000e 00010001 329f1210 e2980c5e8c59"
        + "00150011 03736263 036c6162 076578616d706c65 00"
        + "00160010 fd00007700000000000000000000000a"
        + "00170010 fd00007700000000000000000000000a 00200004 00015180")
    let reply = try InformationReply(reading: message, transaction: 0x0A0B0C, client: client)
    #expect(reply.sipServers == [.host(Text("sbc.lab.example"), port: 0), sbc(0xA)])
    #expect(reply.dnsServers == [v6(0xA)])
    #expect(reply.refreshTime == .seconds(86_400))
  }

  @Test("Names come before addresses, whichever option is first")
  func names() throws {
    let names =
      "0015 0023 03736263 076578616d706c65 036e6574 00 04 53424332 076578616d706c65 036e6574 00"
    for options in ["0016 0010 \(first)" + names, names + "0016 0010 \(first)"] {
      let reply = try read(options)
      #expect(
        reply.sipServers == [
          .host(Text("sbc.example.net"), port: 0), .host(Text("sbc2.example.net"), port: 0),
          sbc(0x10),
        ])
    }
  }

  @Test(
    "The refresh time: at least 600 s, never at infinity (RFC 8415 §21.23)",
    arguments: [
      ("00000000", 600), ("00000257", 600), ("00000259", 601), ("fffffffe", 4_294_967_294),
      ("ffffffff", nil),
    ] as [(String, Int?)])
  func refreshTime(_ told: String, _ seconds: Int?) throws {
    let reply = try read("0020 0004 \(told) 0016 0010 \(first)")
    #expect(reply.refreshTime == seconds.map { .seconds($0) })
  }

  @Test(
    "INF_MAX_RT: 60 s to a day; anything else counts as not said (§21.25)",
    arguments: [("0000003b", nil), ("0000003c", 60), ("00015180", 86_400), ("00015181", nil)]
      as [(String, Int?)])
  func longestPause(_ told: String, _ seconds: Int?) throws {
    let reply = try read("0053 0004 \(told) 0016 0010 \(first)")
    #expect(reply.longestPause == seconds.map { .seconds($0) })
  }

  @Test("Options that nobody asked for are passed over, a good status too; the first of two counts")
  func others() throws {
    let reply = try read(
      "00ff 0003 616263 0018 0000 000d 0002 0000 0016 0010 \(first)"
        + "0016 0010 fd000077000000000000000000000099")
    #expect(reply.sipServers == [sbc(0x10)])
  }

  @Test("Of many servers the first four of an option are taken")
  func many() throws {
    let addresses = String(repeating: first, count: 100)
    let names = String(repeating: "0161 0162 00", count: 100)
    let reply = try read("0016 0640 \(addresses) 0017 0640 \(addresses) 0015 01f4 \(names)")
    #expect(reply.sipServers.count == 8)
    #expect(reply.sipServers.first == .host(Text("a.b"), port: 0))
    #expect(reply.dnsServers.count == 4)
  }

  @Test(
    "No Reply, one to somebody else's message, nothing at all",
    arguments: [
      "", "07", "070a0b", "08 0a0b0c", "07 0a0b0d 0002 0001 00", "0b 0a0b0c 0002 0001 00",
    ])
  func notOurs(_ message: String) { #expect(refusal(ofWhole: octets(message)) == .notOurs) }

  @Test("A server that names nobody, or another client than us, is not heard")
  func identity() {
    let sip = "0016 0010 \(first)"
    let ours = "0001 000a 00030001 02005e100001"
    #expect(refusal(ofWhole: octets("07 0a0b0c" + ours + sip)) == .noServerIdentifier)
    #expect(refusal(ofWhole: octets("07 0a0b0c 0002 0000" + ours + sip)) == .noServerIdentifier)
    #expect(refusal(ofWhole: octets("07 0a0b0c 0002 0001 00" + sip)) == .otherClient)
    for other in ["0001 000a 00030001 02005e100002", "0001 0004 00030001", "0001 0000"] {
      #expect(refusal(ofWhole: octets("07 0a0b0c 0002 0001 00" + other + sip)) == .otherClient)
    }
  }

  @Test("Cut off anywhere, an answer is refused, and never taken in part")
  func cutOff() {
    let whole = octets(identifiers + "0016 0010 \(first) 0020 0004 00000e10")
    var refused = 0
    for length in 0..<whole.count {
      if refusal(ofWhole: Text(whole.prefix(length))) != nil { refused += 1 }
    }
    // Whole options are no cut: with the addresses there, the refresh time may be missing.
    #expect(refused == whole.count - 1)
    #expect(refusal("0016 0011 \(first)") == .cutOff)
    #expect(refusal("0016 ffff") == .cutOff)
    #expect(refusal("0016 00") == .cutOff)
  }

  @Test(
    "Values that have not the shape of their option",
    arguments: [
      ("0016 000f fd0000770000000000000000000000", 22), ("0016 0001 00", 22),
      ("0017 0004 0a000001", 23), ("0020 0003 000000", 32), ("0020 0000", 32),
      ("0053 0005 0000000000", 83), ("000d 0001 00", 13),
      // A label without its end, one that is longer than its option, one of 64 octets.
      ("0015 0002 0161", 21), ("0015 0003 056162", 21),
      ("0015 0042 40" + String(repeating: "61", count: 64) + "00", 21),
      // A reference to another name (RFC 1035 §4.1.4), alone and behind a label.
      ("0015 0002 c000", 21), ("0015 0004 0161 c000", 21),
    ])
  func shapes(_ option: String, _ code: UInt16) {
    #expect(refusal("0016 0010 \(first)" + option) == (code == 22 ? nil : .badOption(code)))
    #expect(refusal(option + "0016 0010 \(first)") == .badOption(code))
  }

  @Test("A name may have 255 octets, and no more")
  func longNames() throws {
    let label = "3f" + String(repeating: "61", count: 63)
    let longest = label + label + label + "3d" + String(repeating: "61", count: 61) + "00"
    let reply = try read("0015 00ff \(longest)")
    guard case .host(let name, _) = reply.sipServers.first else {
      Issue.record("no name")
      return
    }
    #expect(name.count == 253)
    let longer = label + label + label + "3e" + String(repeating: "61", count: 62) + "00"
    #expect(refusal("0015 0100 \(longer)") == .badOption(21))
  }

  @Test(
    "What cannot be a server is none: the answer tells no SIP server",
    arguments: [
      "", "0016 0000", "0015 0000", "0015 0001 00",
      // A name without a dot, one that no host can have, one that looks like an address.
      "0015 0005 03736263 00", "0015 0006 015f 0162 00 00", "0015 0009 02 3130 0130 0130 00 00",
      // ::, ::1, ::ffff:10.0.0.1, fe80::1, ff02::1.
      "0016 0010 00000000000000000000000000000000", "0016 0010 00000000000000000000000000000001",
      "0016 0010 00000000000000000000ffff0a000001", "0016 0010 fe800000000000000000000000000001",
      "0016 0010 ff020000000000000000000000000001", "0017 0010 fd000077000000000000000000000035",
    ])
  func noServer(_ options: String) { #expect(refusal(options) == .noSIPServer) }

  @Test("A server that refuses; more options than anybody needs; the words for both")
  func refuses() {
    #expect(refusal("000d 0006 0001 6f6f7073 0016 0010 \(first)") == .status(1))
    let crowd = String(repeating: "00ff 0000", count: 63)
    #expect(refusal(crowd) == .tooManyOptions)
    #expect(
      string(InformationRefusal.status(1).words) == "the server refuses with status 1")
    #expect(
      string(InformationRefusal.badOption(21).words) == "the answer is malformed in option 21")
  }

  private func string(_ text: Text) -> String { String(decoding: text, as: UTF8.self) }
}
