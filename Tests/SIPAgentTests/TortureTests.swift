import Base
import Foundation
import SIPAgent
import SIPSyntax
import Testing

@Suite("RFC 4475's messages at the whole user agent")
struct TortureTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/rfc4475")

  static let names: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return all.filter { $0.hasSuffix(".dat") }.sorted()
  }()

  @Test func allAreThere() { #expect(Self.names.count == 49) }

  @Test(
    "Each is answered as its verdict says, or counted; none costs memory for long", arguments: names
  )
  func message(_ name: String) throws {
    let datagram = Text(try Data(contentsOf: Self.folder.appendingPathComponent(name)))
    let bench = Bench()
    bench.isStrict = false
    bench.receive(datagram)
    let methods = MethodSet(.invite, .ack, .cancel, .bye, .options, .update, .info)
    let verdict = (try? Message(parsing: datagram))?.verdict(Capabilities(methods: methods))
    let code = verdict?.code
    if let code { bench.takeResponse(code) }
    let counters = bench.agent.counters
    if verdict == nil { #expect(counters[.malformed] == 1) }
    if case .drop = verdict { #expect(counters[.malformed] == 1) }
    for session in bench.agent.sessions {
      bench.act { $0.hangUp(session.number, now: $1, into: &$2) }
    }
    bench.pass(.seconds(33))
    #expect(bench.isClean)
  }
}
