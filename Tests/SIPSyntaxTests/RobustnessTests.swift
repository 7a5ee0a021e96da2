import Base
import Foundation
import SIPSyntax
import Testing

/// Seeds of the random walks; `SIPSYNTAX_SEED=number` repeats one that failed.
private let seeds: [UInt64] =
  ProcessInfo.processInfo.environment["SIPSYNTAX_SEED"].flatMap { UInt64($0) }.map { [$0] }
  ?? [1, 2, 3, 4]

private let corpus: [String] = tortureCases.map { "rfc4475/\($0.file).dat" }

@Suite("Hostile bytes")
struct RobustnessTests {
  @Test("No prefix of a message traps", arguments: corpus)
  func everyPrefix(_ path: String) throws {
    let bytes = try fixture(path)
    // Long messages are cut at every byte of the first part and of the last.
    for length in 0...bytes.count where length < 600 || length > bytes.count - 40 {
      _ = exercise(Text(bytes.prefix(length)))
    }
  }

  @Test("A prefix of a good message is never taken for a good message")
  func prefixIsNotWhole() throws {
    let whole = goodInvite
    let methods = Capabilities(methods: MethodSet(.invite))
    #expect(try Message(parsing: whole).verdict(methods) == .accept)
    for length in 0..<whole.count {
      let message = try? Message(parsing: Text(whole.prefix(length)))
      #expect(message?.verdict(methods) != .accept, "\(length) bytes")
    }
  }

  @Test("No flipped bit traps", arguments: seeds)
  func flippedBits(_ seed: UInt64) throws {
    var random = RandomSource(testSeed: seed)
    for path in corpus {
      let original = try fixture(path)
      for _ in 0..<12 {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
            1 << UInt8.random(in: 0..<8, using: &random)
        }
        let first = exercise(bytes)
        #expect(first == exercise(bytes), "seed \(seed), \(path)")
      }
    }
  }

  @Test("No splice of two messages traps", arguments: seeds)
  func splices(_ seed: UInt64) throws {
    var random = RandomSource(testSeed: seed)
    let messages = try corpus.map { try fixture($0) }
    for _ in 0..<500 {
      let left = messages[Int.random(in: 0..<messages.count, using: &random)]
      let right = messages[Int.random(in: 0..<messages.count, using: &random)]
      let cut = Int.random(in: 0...left.count, using: &random)
      let start = Int.random(in: 0...right.count, using: &random)
      _ = exercise(Text(left[..<cut] + right[start...]))
    }
  }

  @Test("No soup of the grammar's own marks traps", arguments: seeds)
  func soup(_ seed: UInt64) {
    var random = RandomSource(testSeed: seed)
    let pieces: [String] = [
      "\r\n", "\r", "\n", " ", "\t", ":", ";", ",", "\"", "\\", "<", ">", "@", "%", "%4", "?", "=",
      "[", "]", "[::1]", "sip:", "tel:", "SIP/2.0", "SIP/2.0/UDP ", "Via", "v", "From", "To",
      "Contact", "CSeq: 1 INVITE", "INVITE sip:a SIP/2.0\r\n", "SIP/2.0 200 OK\r\n", "Digest ",
      "realm=", "nonce=\"", "Content-Length: 5", "\0", "\u{FF}", "99999999999999999999", "*",
    ]
    for _ in 0..<800 {
      var bytes = Text()
      for _ in 0..<Int.random(in: 0...30, using: &random) {
        bytes += Text(pieces[Int.random(in: 0..<pieces.count, using: &random)].utf8)
      }
      _ = exercise(bytes)
      _ = exercise(Text("OPTIONS sip:a SIP/2.0\r\nVia: ".utf8) + bytes)
    }
  }

  @Test("What is too much is refused with its reason")
  func limits() {
    let start = "OPTIONS sip:a@b SIP/2.0\r\n"
    expect(.tooLong, Text(repeating: 0x41, count: 65_536))
    expect(.tooManyFields, Text((start + String(repeating: "a: b\r\n", count: 129)).utf8))
    expect(.empty, Text("\r\n\r\n".utf8))
    expect(.empty, [])
    let full = start + String(repeating: "a: b\r\n", count: 128) + "\r\n"
    #expect(throws: Never.self) { try Message(parsing: Text(full.utf8)) }
  }

  @Test("Texts that are longer than a datagram are refused, not misread")
  func longTexts() {
    let bytes = Text("sip:".utf8) + Text(repeating: 0x61, count: 70_000)
    let all = 0..<bytes.count
    #expect(throws: SyntaxError(.tooLong, at: 65_535)) { try SIPURI(parsing: bytes) }
    #expect(throws: SyntaxError.self) { try NameAddress(parsing: bytes, all) }
    #expect(throws: SyntaxError.self) { try Via(parsing: bytes, all) }
    #expect(throws: SyntaxError.self) { try CSeq(parsing: bytes, all) }
    #expect(throws: SyntaxError.self) { try Challenge(parsing: bytes, all) }
    #expect(bytes.parameter("a", in: all) == nil)
  }

  private func expect(_ reason: SyntaxError.Reason, _ bytes: Text) {
    do throws(SyntaxError) {
      _ = try Message(parsing: bytes)
      Issue.record("not refused")
    } catch {
      #expect(error.reason == reason)
    }
  }
}

/// A message that everybody must take.
let goodInvite =
  Text(
    """
    INVITE sip:1002@192.0.2.7 SIP/2.0
    Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport
    Max-Forwards: 70
    From: "One" <sip:1001@example.net>;tag=a
    To: <sip:1002@example.net>
    Call-ID: 1@192.0.2.1
    CSeq: 1 INVITE
    Contact: <sip:1001@192.0.2.1:5060>
    Content-Type: application/sdp
    Content-Length: 5

    v=0
    """.replacingOccurrences(of: "\n", with: "\r\n").utf8) + Text("\r\n".utf8)
