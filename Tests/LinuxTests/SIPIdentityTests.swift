import Base
import Glibc
import Linux
import Testing

/// A certificate, whom we want, and whether it is for them.
private struct Row: Sendable, CustomTestStringConvertible {
  let names: String?
  var commonName = "nobody"
  var host = "sbc.example"
  var rule = ClientStream.NameRule.sip
  let isRight: Bool

  var testDescription: String {
    "\(names ?? "no names"), CN \(commonName), for \(host) by \(rule): \(isRight)"
  }

  static func right(
    _ names: String?, commonName: String = "nobody", host: String = "sbc.example",
    rule: ClientStream.NameRule = .sip
  ) -> Row {
    Row(names: names, commonName: commonName, host: host, rule: rule, isRight: true)
  }

  static func wrong(
    _ names: String?, commonName: String = "nobody", host: String = "sbc.example",
    rule: ClientStream.NameRule = .sip
  ) -> Row {
    Row(names: names, commonName: commonName, host: host, rule: rule, isRight: false)
  }
}

/// One name as it stands in the certificate, for what openssl does not write by itself.
private func raw(_ tag: UInt8, _ name: String) -> String {
  let bytes = [0x30, UInt8(name.utf8.count + 2), tag, UInt8(name.utf8.count)] + Array(name.utf8)
  return "DER:" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
}

private let uriTag: UInt8 = 0x86
private let dnsTag: UInt8 = 0x82

/// openssl as a server with a certificate of its own, until its owner lets go of it.
private final class Server {
  private struct Silent: Error {}

  /// What the server says when it can be connected to, before its port.
  private static let ready = "ACCEPT 127.0.0.1:"
  private let folder = "/tmp/tipring-tls-\(getpid())-\(UInt32.random(in: 0 ... .max))"
  private var process: ChildProcess?
  private var port: UInt16 = 0

  init(names: String?, commonName: String) throws {
    mkdir(folder, 0o700)
    let extensions = names.map { ["-addext", "subjectAltName=\($0)"] } ?? []
    let making = try openssl(
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        + ["-keyout", path("key"), "-out", path("certificate"), "-days", "30"]
        + ["-subj", "/CN=\(commonName)"] + extensions)
    while try nextLines(of: making) != nil {}
    let serving = try openssl(
      ["s_server", "-www", "-accept", "127.0.0.1:0"]
        + ["-cert", path("certificate"), "-key", path("key")])
    process = serving
    while port == 0 {
      guard let lines = try nextLines(of: serving) else { throw Silent() }
      for line in lines where line.starts(with: Self.ready.utf8) {
        port = UInt16(String(decoding: line, as: UTF8.self).dropFirst(Self.ready.count)) ?? 0
      }
    }
  }

  deinit {
    for name in ["key", "certificate"] { unlink(path(name)) }
    rmdir(folder)
  }

  private func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// The file of the certificate, which who trusts it names.
  var certificate: Text { Text(path("certificate").utf8) }

  /// Starts openssl without its complaints: most rows are of connections that are refused.
  private func openssl(_ words: [String]) throws -> ChildProcess {
    let shell = ["/bin/sh", "-c", "exec openssl \"$@\" 2>/dev/null", "sh"]
    return try ChildProcess((shell + words).map { Text($0.utf8) })
  }

  private func nextLines(of process: ChildProcess) throws -> [Text]? {
    try wait(for: process.rawValue, Int16(POLLIN))
    let (lines, hasEnded) = process.read()
    return hasEnded ? nil : lines
  }

  private func wait(for descriptor: CInt, _ events: Int16) throws {
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    guard poll(&entry, 1, 20_000) == 1 else { throw Silent() }
  }

  /// Connects to the server as to a host; why that was refused, or nothing.
  func refusal(
    as host: String, _ rule: ClientStream.NameRule, trusting trust: Text? = nil
  ) throws -> Text? {
    let identity = try TLSIdentity(TLSIdentity.Files(trust: trust ?? certificate))
    let stream = try ClientStream(
      to: Endpoint(.v4(0x7F00_0001), port),
      marks: TrafficMarks(dscp: 0), silence: .seconds(20), device: [],
      security: ClientStream.Security(identity, host: Text(host.utf8), rule: rule))
    while true {
      try wait(for: stream.rawValue, Int16(stream.wantsWriting ? POLLOUT : POLLIN))
      switch stream.serve() {
      case .nothing: continue
      case .opened, .ready: return nil
      case .failed(let failure): return failure.words
      }
    }
  }
}

@Suite("SIP identities of a certificate (RFC 5922)", .timeLimit(.minutes(2)), .serialized)
struct SIPIdentityTests {
  private static let wrongName = Text("the server's certificate is for another name")

  private func judge(_ row: Row) throws {
    let server = try Server(names: row.names, commonName: row.commonName)
    let refusal = try server.refusal(as: row.host, row.rule)
    #expect(refusal == (row.isRight ? nil : Self.wrongName))
  }

  @Test(
    "A URI is an identity with the scheme sip and without a user (§7.1)",
    arguments: [
      Row.right("URI:sip:sbc.example"), .right("URI:SIP:SBC.Example"),
      .right("URI:sip:sbc.example", host: "SBC.EXAMPLE"),
      .right("URI:sip:sbc.example.", host: "sbc.example"),
      .right("URI:sip:sbc.example", host: "sbc.example."),
      .right("URI:sip:sbc.example:5061;transport=tls"),
      .right("URI:sip:sbc.example?priority=urgent"),
      .right("URI:sip:other.example,URI:sip:sbc.example"),
      .right("URI:sip:sbc.example,URI:sip:other.example"),
      .wrong("URI:sip:other.example"), .wrong("URI:sip:sbc.example.evil"),
      .wrong("URI:sip:evil.sbc.example"), .wrong("URI:sip:example"), .wrong("URI:sip:*.example"),
      .wrong("URI:sip:sbc.exampl"), .wrong("URI:sips:sbc.example"),
      .wrong("URI:https:sbc.example"), .wrong("URI:sip:user@sbc.example"),
      .wrong("URI:sip:@sbc.example"), .wrong("URI:sbc.example"),
    ])
  private func uris(_ row: Row) throws { try judge(row) }

  @Test(
    "A DNS name is one where no URI is, and matches whole (§7.1, §7.2)",
    arguments: [
      Row.right("DNS:sbc.example"), .right("DNS:SBC.example"), .right("DNS:sbc.example."),
      .right("DNS:sbc.example", host: "sbc.example."), .right("DNS:other.example,DNS:sbc.example"),
      .right("URI:sip:user@sbc.example,DNS:sbc.example"),
      .right("URI:sips:other.example,DNS:sbc.example"),
      .right("URI:https://other.example,DNS:sbc.example"),
      .wrong("DNS:*.example"), .wrong("DNS:other.example"), .wrong("DNS:example"),
      .wrong("DNS:evil.sbc.example"),
      .wrong("URI:sip:other.example,DNS:sbc.example"),
      .wrong("DNS:sbc.example,URI:sip:other.example"),
    ])
  private func dnsNames(_ row: Row) throws { try judge(row) }

  @Test(
    "The common name is one where there are no other names at all (§7.1)",
    arguments: [
      Row.right(nil, commonName: "sbc.example"), .right(nil, commonName: "SBC.example."),
      .wrong(nil, commonName: "*.example"), .wrong(nil, commonName: "other.example"),
      .wrong("DNS:other.example", commonName: "sbc.example"),
      .wrong("URI:sip:other.example", commonName: "sbc.example"),
      .wrong("URI:sip:user@sbc.example", commonName: "sbc.example"),
      .wrong("email:a@sbc.example", commonName: "sbc.example"),
      .wrong("DER:30:00", commonName: "sbc.example"),
    ])
  private func commonNames(_ row: Row) throws { try judge(row) }

  @Test(
    "Names that want to be read amiss are nobody's",
    arguments: [
      Row.wrong(raw(uriTag, "sip:sbc.example\0")), .wrong(raw(uriTag, "sip:sbc.example\0.evil")),
      .wrong(raw(uriTag, "sip:sbc.example;x=\0")), .wrong(raw(uriTag, "sip:\0sbc.example")),
      .wrong(raw(uriTag, "sip:")), .wrong(raw(uriTag, "sip:.")), .wrong(raw(uriTag, "sip")),
      .wrong(raw(uriTag, "")), .wrong(raw(uriTag, "sip:sbc%2eexample")),
      .wrong(raw(uriTag, "sip://sbc.example")), .wrong(raw(uriTag, " sip:sbc.example")),
      .wrong(raw(dnsTag, "sbc.example\0")), .wrong(raw(dnsTag, "sbc.example\0.evil")),
      .wrong(raw(dnsTag, "")), .wrong(raw(dnsTag, "sbc.example..")),
    ])
  private func hostile(_ row: Row) throws { try judge(row) }

  @Test(
    "An address is found among addresses, and the web keeps its own rules",
    arguments: [
      Row.right("IP:192.0.2.1", host: "192.0.2.1"), .wrong("IP:192.0.2.2", host: "192.0.2.1"),
      .right("DNS:*.example", rule: .web), .right("DNS:sbc.example", rule: .web),
      .right("URI:sip:other.example,DNS:sbc.example", rule: .web),
      .wrong("URI:sip:sbc.example", rule: .web),
    ])
  private func others(_ row: Row) throws { try judge(row) }

  @Test("The right name does not help a certificate that nobody trusts")
  func untrusted() throws {
    let other = try Server(names: "URI:sip:sbc.example", commonName: "sbc.example")
    let server = try Server(names: "URI:sip:sbc.example", commonName: "nobody")
    #expect(
      try server.refusal(as: "sbc.example", .sip, trusting: other.certificate)
        == Text("the server's certificate is from nobody in tls trust"))
  }
}
