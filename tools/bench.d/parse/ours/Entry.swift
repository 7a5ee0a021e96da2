import Base
import CLinux
import SIPSyntax

/// `TIMES=number parse-bench <MESSAGE`: parses the message that often, as far as the peers' programs do.
///
/// `CALLS=outgoing|incoming TIMES=number parse-bench` makes that many calls instead.
@main
enum Entry {
  static func main() {
    guard let times = unsafe getenv("TIMES") else {
      return fail("usage: TIMES=number parse-bench <MESSAGE")
    }
    if let calls = unsafe getenv("CALLS") {
      return call(unsafe calls[0] == CChar(UInt8(ascii: "o")), unsafe atol(times))
    }
    let message = load()
    for _ in 0..<(unsafe atol(times)) {
      guard parse(message) else { return fail("the message was refused") }
    }
  }

  private static func call(_ isOutgoing: Bool, _ times: Int) {
    var load = CallLoad()
    for _ in 0..<times {
      guard isOutgoing ? load.outgoing() : load.incoming() else {
        return fail("a call did not go as it should")
      }
    }
  }

  private static func parse(_ bytes: Text) -> Bool {
    do throws(SyntaxError) {
      let message = try Message(parsing: bytes)
      if case .request(_, let uri) = message.startLine { _ = try message.uri(uri) }
      let via = try message.via()
      let from = try message.from()
      let to = try message.to()
      let cSeq = try message.cSeq()
      _ = try message.uri(from.uri)
      _ = try message.uri(to.uri)
      let contacts = try addresses(.contact, message)
      let routes = try addresses(.recordRoute, message)
      return via.branch != nil && cSeq.number == 1 && message.callID() != nil
        && contacts == 1 && routes == 2
    } catch {
      return false
    }
  }

  /// Decodes the addresses of that name with their URIs; returns how many there are.
  private static func addresses(
    _ name: HeaderName, _ message: Message
  ) throws(SyntaxError) -> Int {
    var count = 0
    try message.forEachAddress(name) { address throws(SyntaxError) in
      _ = try message.uri(address.uri)
      count += 1
    }
    return count
  }

  private static func load() -> Text {
    var bytes = Text(repeating: 0, count: Message.maximumSize)
    let room = bytes.count
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(0, $0.baseAddress, room) }
    return Text(bytes.prefix(max(count, 0)))
  }

  private static func fail(_ why: StaticString) {
    unsafe puts(why.utf8Start)
    exit(1)
  }
}
