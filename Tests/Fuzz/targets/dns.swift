import Base
import Network

/// Reads any bytes as a line of the DHCP client's hook, as answers of a DNS server and of DHCPv6
/// servers.
///
/// Of a row of answers each is a length in two octets and a message. Whatever they say, the directory
/// keeps its limits and always has something to do next.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Text(UnsafeBufferPointer(start: data, count: count))
  _ = LeaseNews(parsing: bytes)
  for type in [DNSType.a, .aaaa, .srv, .naptr] {
    let answer = DNSAnswer(reading: bytes, to: DNSQuestion(Text("a.example"), type))
    if case .records(let records) = answer { precondition((1...64).contains(records.count)) }
  }
  follow(bytes)
  inquire(bytes)
  return 0
}

/// Whatever servers answer, the client asks again some time, or was told never to.
///
/// Each answer is a length in two octets and a message; its transaction is made ours.
private func inquire(_ bytes: Text) {
  var client = InformationClient(
    hardwareAddress: [2, 0, 0x5E, 0x10, 0, 1], random: RandomSource(testSeed: 1))
  var out = Outbox<InformationClient.Output>(limit: InformationClient.outputLimit)
  client.begin(now: .zero)
  var transaction: ArraySlice<UInt8> = [0, 0, 0]
  var rest = bytes[...]
  while rest.count > 2, let now = client.deadline {
    client.advance(to: now, into: &out)
    for case .send(let message) in out.drain() { transaction = message[1..<4] }
    let length = min(Int(rest.removeFirst()) << 8 | Int(rest.removeFirst()), rest.count)
    var message = Text(rest.prefix(length))
    rest = rest.dropFirst(length)
    if message.count >= 4 { message.replaceSubrange(1..<4, with: transaction) }
    client.receive(message, from: .v6(0xFE80 << 48, 1), now: now, into: &out)
    for output in out.drain() {
      guard case .told(let reply) = output else { continue }
      precondition((1...8).contains(reply.sipServers.count) && reply.dnsServers.count <= 4)
      precondition(client.deadline.map { $0 - now >= .seconds(600) } ?? true)
    }
  }
}

private func follow(_ bytes: Text) {
  var directory = ServerDirectory(transports: [.udp], random: RandomSource(testSeed: 1))
  var out = Outbox<ServerDirectory.Output>(limit: ServerDirectory.outputLimit)
  var now = Instant.zero
  directory.start([.host(Text("a.example"), port: 0)], isIPv6: false, now: now, into: &out)
  var rest = bytes[...]
  while rest.count > 2 {
    let length = min(Int(rest.removeFirst()) << 8 | Int(rest.removeFirst()), rest.count)
    let message = Text(rest.prefix(length))
    rest = rest.dropFirst(length)
    var isAsked = false
    for output in out.drain() {
      guard case .ask(let number, let question) = output else { continue }
      isAsked = true
      precondition(question.name.count < 300)
      let answer = DNSAnswer(reading: message, to: question)
      directory.receive(number, answer, now: now, into: &out)
    }
    precondition(directory.endpoints.count <= ServerDirectory.limit)
    guard !isAsked, out.pending.isEmpty else { continue }
    guard let next = directory.deadline else { preconditionFailure("nothing is to come") }
    now = next
    directory.advance(to: now, into: &out)
  }
}
