import Base
import SIPSyntax
import Testing

@Suite("Verdicts, RFC 3261 §8.2")
struct VerdictTests {
  private static let capabilities = Capabilities(
    methods: MethodSet(.invite, .ack, .bye, .cancel, .options), extensions: ["timer"],
    maximumBody: 20, maximumURI: 30)

  struct Row: Sendable, CustomTestStringConvertible {
    let what: String
    var method = "INVITE"
    var uri = "sip:a@h"
    var fields = ""
    var body = ""
    var code: UInt16?
    var testDescription: String { what }
  }

  @Test(
    "One row a rule",
    arguments: [
      Row(what: "a good request"),
      Row(what: "a known method that is not taken", method: "MESSAGE", code: 405),
      Row(what: "an unknown method", method: "FETCH", code: 501),
      Row(what: "tel is a scheme of ours", uri: "tel:+8621"),
      Row(what: "another scheme", uri: "im:a@h", code: 416),
      Row(what: "a broken URI", uri: "sip:a@:5", code: 400),
      Row(what: "a URI that is too long", uri: "sip:aaaaaaaaaaaaaaaaaaaaaaaaaaaaa@h", code: 414),
      Row(what: "a known extension", fields: "Require: TIMER\n"),
      Row(what: "an unknown extension", fields: "Require: timer, 100rel\n", code: 420),
      Row(what: "never for a CANCEL", method: "CANCEL", fields: "Require: 100rel\n"),
      Row(what: "a body of ours", fields: "Content-Type: Application/SDP;x=y\n", body: "v=0"),
      Row(what: "another body", fields: "Content-Type: text/plain\n", body: "v=0", code: 415),
      Row(
        what: "another body that may be ignored",
        fields: "Content-Type: text/plain\nContent-Disposition: x;handling=optional\n",
        body: "v=0"),
      Row(
        what: "a body that is too large", fields: "Content-Type: application/sdp\n",
        body: "123456789012345678901", code: 413),
      Row(what: "an answer of ours is accepted", fields: "Accept: text/x, application/*;q=1\n"),
      Row(what: "no answer of ours is accepted", fields: "Accept: text/x\n", code: 406),
      Row(what: "too many hops", fields: "Max-Forwards: 256\n", code: 400),
      Row(what: "a broken Route", fields: "Route: <sip:\n", code: 400),
    ])
  func rules(_ row: Row) throws {
    let message = try Message(lines: text(row))
    #expect(message.verdict(Self.capabilities).code == row.code)
    if row.code == nil { #expect(message.verdict(Self.capabilities) == .accept) }
  }

  @Test("An ACK is taken or dropped, never answered")
  func acknowledgements() throws {
    let methods = Capabilities(methods: MethodSet(.invite))
    let unknown = try Message(lines: text(Row(what: "", method: "ACK", fields: "Require: x\n")))
    #expect(unknown.verdict(methods) == .accept)
    let broken = try Message(lines: text(Row(what: "", method: "ACK", uri: "sip:")))
    guard case .drop = broken.verdict(Self.capabilities) else {
      Issue.record("a broken ACK must be dropped")
      return
    }
    let lost = try Message(lines: "ACK sip:a SIP/2.0\nTo: <sip:a@h>\n\n")
    #expect(lost.verdict(methods) == .drop(SyntaxError(.missingVia, at: 0)))
  }

  @Test(
    "A request without a field that everybody must send",
    arguments: [
      ("Via", nil), ("From", SyntaxError.Reason.missingFrom), ("To", .missingTo),
      ("Call-ID", .missingCallID), ("CSeq", .missingCSeq), ("Contact", .missingContact),
    ])
  func missing(_ field: String, _ reason: SyntaxError.Reason?) throws {
    let lines = text(Row(what: "")).split(separator: "\n", omittingEmptySubsequences: false)
    let message = try Message(
      lines: lines.filter { !$0.hasPrefix(field + ":") }.joined(separator: "\n"))
    switch message.verdict(Self.capabilities) {
    case .malformed(400, let error): #expect(error.reason == reason)
    case .drop(let error): #expect(reason == nil && error.reason == .missingVia)
    default: Issue.record("neither dropped nor answered")
    }
  }

  @Test("The tags of a 420 are those that are not known")
  func unsupported() throws {
    let row = Row(what: "", fields: "Require: 100rel, timer\nRequire: x\n")
    let message = try Message(lines: text(row))
    let tags = message.unsupportedExtensions(Self.capabilities).map { message.string($0) }
    #expect(tags == ["100rel", "x"])
  }

  private func text(_ row: Row) -> String {
    """
    \(row.method) \(row.uri) SIP/2.0
    Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa
    From: <sip:b@h>;tag=1
    To: <sip:a@h>
    Call-ID: x@y
    CSeq: 1 \(row.method)
    Contact: <sip:b@192.0.2.1>
    \(row.fields)Content-Length: \(row.body.utf8.count)

    \(row.body)
    """
  }
}
