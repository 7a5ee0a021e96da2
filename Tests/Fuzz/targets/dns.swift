import Base
import Network

/// Reads any bytes as a line of the DHCP client's hook and as answers of a DNS server.
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
  return 0
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
