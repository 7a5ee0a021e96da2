import Base
import Linux
import Network

/// The way of Information-requests over a link: the socket of a DHCPv6 client, open while it asks.
final class ServerInquiry {
  /// All_DHCP_Relay_Agents_and_Servers and the ports of RFC 8415 §7.1, §7.2.
  private static let servers = Endpoint(.v6(0xFF02 << 48, 0x1_0002), 547)
  private static let ownPort: UInt16 = 546
  /// Datagrams that one turn takes; more wait for the next one.
  private static let budget = 16
  /// The longest answer that is read.
  private static let messageLimit = 1_500

  private let device: Text
  private var client: InformationClient
  private var outputs = Outbox<InformationClient.Output>(limit: InformationClient.outputLimit)
  private var socket: UDPSocket?
  private var room = Text(repeating: 0, count: messageLimit)

  /// Asks nothing yet; `hardwareAddress` is that of the device.
  init(device: Text, hardwareAddress: Text, random: RandomSource) {
    self.device = device
    client = InformationClient(hardwareAddress: hardwareAddress, random: random)
  }

  /// What became of an inquiry.
  enum Event {
    case told(InformationReply)
    case failed(Text)
  }

  /// The descriptor that is readable when answers wait; -1 while nobody is asked.
  var rawValue: CInt { socket?.rawValue ?? -1 }

  /// When `advance` must be called next.
  var deadline: Instant? { client.deadline }

  /// The link is there.
  func begin(now: Instant) { client.begin(now: now) }

  /// The link is gone.
  func stop(in loop: borrowing EventLoop) {
    client.stop()
    close(in: loop)
  }

  /// Lets the time pass.
  func advance(to now: Instant, in loop: borrowing EventLoop) -> [Event] {
    client.advance(to: now, into: &outputs)
    return perform(in: loop)
  }

  /// Takes the answers that wait.
  func receive(now: Instant, in loop: borrowing EventLoop) -> [Event] {
    var events: [Event] = []
    for _ in 0..<Self.budget {
      // Whoever has told what was asked for has closed the socket.
      guard let arrival = try? socket?.receive(room: &room) else { break }
      client.receive(arrival.datagram, from: arrival.source.address, now: now, into: &outputs)
      events += perform(in: loop)
    }
    return events
  }

  private func perform(in loop: borrowing EventLoop) -> [Event] {
    var events: [Event] = []
    for output in outputs.drain() {
      switch output {
      case .send(let message):
        do throws(Errno) { try send(message, in: loop) } catch {
          events.append(.failed(Text("not sent: ") + error.message))
        }
      case .told(let reply):
        close(in: loop)
        events.append(.told(reply))
      case .refused(let refusal): events.append(.failed(refusal.words))
      case .unanswered: events.append(.failed(Text("no server answers; sip server is not set")))
      }
    }
    return events
  }

  /// What is sent to a link's group leaves with the link-local address of the device.
  private func send(_ message: Text, in loop: borrowing EventLoop) throws(Errno) {
    if socket == nil {
      let opened = try UDPSocket(
        local: Endpoint(.v6(0, 0), Self.ownPort), marks: TrafficMarks(dscp: 0), device: device)
      try loop.watch(opened.rawValue)
      socket = consume opened
    }
    try socket?.send(message, to: Self.servers)
  }

  private func close(in loop: borrowing EventLoop) {
    guard rawValue >= 0 else { return }
    loop.forget(rawValue)
    socket = nil
  }
}
