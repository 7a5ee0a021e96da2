import Base
import SIPAgent
import SIPSyntax
import Testing

extension SessionTimerTests {
  @Test(
    "A party that does not speak, or not hear, is answered anew (RFC 3264 §6.1)",
    arguments: ["sendonly", "recvonly", "inactive"])
  func refreshOnHold(direction: String) {
    let bench = Bench()
    let fields = ["Supported: timer", "Session-Expires: 90;refresher=uac"]
    let (session, ok) = incoming(bench, fields)
    let held = "v=1\r\na=\(direction)\r\n"
    // Our offer, their answer.
    bench.receive(within(ok, "INVITE", 2, fields: fields))
    _ = bench.takeEvents()
    bench.act { $0.acceptOffer(session, description: Bench.offer, now: $1, into: &$2) }
    bench.takeResponse(200)
    bench.receive(within(ok, "ACK", 2, body: held))
    #expect(
      bench.takeEvents() == [.offerAccepted(session, description: Text(held.utf8))])
    bench.receive(within(ok, "INVITE", 3, fields: fields, body: held))
    #expect(bench.takeEvents() == [.offered(session, description: Text(held.utf8))])
    #expect(bench.wire.isEmpty)
  }
}
