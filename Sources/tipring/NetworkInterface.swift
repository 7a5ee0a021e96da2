import Base
import Config
import Gateway
import Linux
import Network

/// One network interface of ours: made at the start, followed by its machine, led by its DHCP client
/// or told by a DHCPv6 server.
final class NetworkInterface {
  private static let clientPath: StaticString = "/sbin/udhcpc"
  private static let hookPath: StaticString = "/usr/share/tipring/udhcpc-hook"
  /// Options that the client asks for beside the usual ones: time, provisioning, SIP server.
  private static let options: [StaticString] = ["42", "43", "66", "120"]

  /// What is provisioned.
  let settings: InterfaceSettings
  private let index: UInt32
  private var machine: PathMachine
  private var outputs = Outbox<PathMachine.Output>(limit: PathMachine.outputLimit)
  private var client: ChildProcess?
  private var inquiry: ServerInquiry?

  /// Makes the interface anew, with its rule, and switches it on.
  init(_ settings: InterfaceSettings) throws(StartFailure) {
    self.settings = settings
    machine = PathMachine(fixed: settings.fixed)
    guard let uplink = NetworkControl.index(of: settings.uplink) else {
      throw StartFailure(what: Text("network interface ") + settings.uplink, .noDevice)
    }
    // Before it is on, or the kernel says untagged, which nobody wants to hear, that IPv6 is there.
    if settings.vlan != nil { NetworkControl.switchOffIPv6(settings.uplink) }
    try opening("network interface", settings.uplink) { () throws(Errno) in
      try NetworkControl.request(NetlinkRequests.switchOn(index: uplink))
    }
    index = settings.vlan == nil ? uplink : try Self.makeVLAN(settings, uplink)
    try Self.prepare(settings, index)
    if settings.asksDHCPv6 { inquiry = try Self.inquiry(settings.name) }
  }

  private static func inquiry(_ name: Text) throws(StartFailure) -> ServerInquiry {
    let path = Text("/sys/class/net/") + name + Text("/address")
    let line = (try? File.read(path, limit: 64)) ?? []
    guard let address = hardwareAddress(Text(line.prefix { $0 != UInt8(ascii: "\n") })) else {
      throw StartFailure(what: Text("hardware address of ") + name, .noDevice)
    }
    let seed = try opening("random numbers") { () throws(Errno) in try Entropy.seed() }
    return ServerInquiry(
      device: name, hardwareAddress: address, random: RandomSource(seed: seed))
  }

  private static func makeVLAN(
    _ settings: InterfaceSettings, _ uplink: UInt32
  ) throws(StartFailure) -> UInt32 {
    let creation = NetlinkRequests.create(settings, uplink: uplink)
    try opening("network vlan on", settings.uplink) { () throws(Errno) in
      do throws(Errno) {
        try NetworkControl.request(creation)
      } catch {
        // A process that died has left one, which may be tagged otherwise.
        guard error.isThereAlready else { throw error }
        try NetworkControl.request(NetlinkRequests.remove(name: settings.name))
        try NetworkControl.request(creation)
      }
    }
    guard let own = NetworkControl.index(of: settings.name) else {
      throw StartFailure(what: Text("network interface ") + settings.name, .noDevice)
    }
    return own
  }

  private static func prepare(
    _ settings: InterfaceSettings, _ index: UInt32
  ) throws(StartFailure) {
    let isIPv6 = settings.fixed?.address.isIPv6 ?? false
    if isIPv6 {
      NetworkControl.ignoreRouters(settings.name)
    } else {
      NetworkControl.switchOffIPv6(settings.name)
    }
    // Rules outlive a process: that of a former one is the same, and not wanted twice.
    let (name, table) = (settings.name, settings.table)
    while (try? NetworkControl.request(
      NetlinkRequests.rule(name: name, table: table, isIPv6: isIPv6, isRemoval: true))) != nil
    {}
    try opening("routing rule of", name) { () throws(Errno) in
      try NetworkControl.request(NetlinkRequests.rule(name: name, table: table, isIPv6: isIPv6))
      try NetworkControl.request(NetlinkRequests.switchOn(index: index))
    }
  }

  /// Takes the interface away at the end of the process, which costs less than at its next start.
  func end() {
    client = nil
    guard settings.vlan != nil else { return }
    _ = try? NetworkControl.request(NetlinkRequests.remove(name: settings.name))
  }

  /// The descriptor of the DHCP client, while one runs.
  var clientDescriptor: CInt? { client?.rawValue }

  /// The descriptor of the DHCPv6 client, while it asks.
  var inquiryDescriptor: CInt? { inquiry?.rawValue }

  /// Whether there is a way over it.
  var path: NetworkPath {
    if case .up(let lease) = machine.state { .up(lease) } else { .down }
  }

  /// Whether it has a link.
  var hasCable: Bool { machine.state != .down }

  /// Whether another device has its address.
  var isAddressTaken: Bool {
    if case .checking(_, isTaken: true) = machine.state { true } else { false }
  }

  /// When `advance` must be called next.
  var deadline: Instant? { soonest(machine.deadline, inquiry?.deadline) }

  /// What became of the way, for who sends over it.
  enum Event {
    case rose(Lease)
    case fell
    case failed(Text)
  }

  /// Takes the kernel's reports; the interface's removal is a reason to start anew.
  func receive(_ reports: [LinkReport], in loop: borrowing EventLoop) -> [Event] {
    var events: [Event] = []
    for report in reports where report.index == index {
      machine.receive(isRunning: report.isRunning && !report.isRemoved, into: &outputs)
      events += perform(in: loop)
    }
    return events
  }

  /// Takes the kernel's reports of addresses.
  func receive(
    _ reports: [AddressReport], now: Instant, in loop: borrowing EventLoop
  ) -> [Event] {
    var events: [Event] = []
    for report in reports where report.index == index {
      machine.receive(report.verdict, on: report.address, now: now, into: &outputs)
      events += perform(in: loop)
    }
    return events
  }

  /// Looks at the cable, of which no report comes at the start.
  func begin(in loop: borrowing EventLoop) -> [Event] {
    let path = Text("/sys/class/net/") + settings.name + Text("/carrier")
    let carrier = (try? File.read(path, limit: 16)) ?? []
    machine.receive(isRunning: carrier.first == UInt8(ascii: "1"), into: &outputs)
    return perform(in: loop)
  }

  /// Reads what the DHCP client has said.
  func readClient(now: Instant, in loop: borrowing EventLoop) -> [Event] {
    guard let client else { return [] }
    let (lines, hasEnded) = client.read()
    var events: [Event] = []
    for line in lines {
      guard let news = LeaseNews(parsing: line) else { continue }
      machine.receive(news, into: &outputs)
      events += perform(in: loop)
    }
    if hasEnded {
      loop.forget(client.rawValue)
      self.client = nil
      machine.clientEnded(now: now)
    }
    return events
  }

  /// Lets the time pass.
  func advance(to now: Instant, in loop: borrowing EventLoop) -> [Event] {
    machine.advance(to: now, into: &outputs)
    let events = perform(in: loop)
    return events + take(inquiry?.advance(to: now, in: loop) ?? [], in: loop)
  }

  /// Reads what DHCPv6 servers have said.
  func readInquiry(now: Instant, in loop: borrowing EventLoop) -> [Event] {
    take(inquiry?.receive(now: now, in: loop) ?? [], in: loop)
  }

  private func take(_ news: [ServerInquiry.Event], in loop: borrowing EventLoop) -> [Event] {
    var events: [Event] = []
    for event in news {
      switch event {
      case .told(let reply):
        machine.receive(reply, into: &outputs)
        events += perform(in: loop)
      case .failed(let words):
        events.append(
          .failed(Text("network interface ") + settings.name + Text(": DHCPv6: ") + words))
      }
    }
    return events
  }

  /// One copy for all callers.
  @inline(never)
  private func perform(in loop: borrowing EventLoop) -> [Event] {
    var events: [Event] = []
    for output in outputs.drain() {
      do throws(Errno) {
        switch output {
        case .apply(let address):
          try NetworkControl.request(NetlinkRequests.address(address, index: index))
        case .route(let address): try route(address)
        case .remove(let address):
          try NetworkControl.request(
            NetlinkRequests.address(address, index: index, isRemoval: true))
        case .askForLease: try askForLease(in: loop)
        case .up(let lease):
          inquiry?.begin(now: Clock.now)
          events.append(.rose(lease))
        case .down:
          inquiry?.stop(in: loop)
          events.append(.fell)
        case .taken(let address): events.append(.failed(taken(address)))
        }
      } catch {
        events.append(
          .failed(Text("network interface ") + settings.name + Text(": ") + error.message))
      }
    }
    return events
  }

  private func taken(_ address: InterfaceAddress) -> Text {
    var words = Text("network interface ") + settings.name + Text(": ")
    words.append(address.address)
    return words + Text(" belongs to another device as well; it is tried again in a minute")
  }

  private func route(_ address: InterfaceAddress) throws(Errno) {
    for route in NetlinkRequests.routes(address, index: index, table: settings.table) {
      try NetworkControl.request(route)
    }
  }

  /// A client that cannot be started is tried again, as one that has ended.
  private func askForLease(in loop: borrowing EventLoop) throws(Errno) {
    do throws(Errno) {
      try startClient(in: loop)
    } catch {
      machine.clientEnded(now: Clock.now)
      throw error
    }
  }

  /// Starts the client; one that runs is ended, because it may hold a lease of another network.
  private func startClient(in loop: borrowing EventLoop) throws(Errno) {
    if let client { loop.forget(client.rawValue) }
    client = nil
    var words = [Text(Self.clientPath)]
    for word in ["-f", "-i"] as [StaticString] { words.append(Text(word)) }
    words.append(settings.name)
    for word in ["-s", Self.hookPath, "-t", "3", "-T", "2", "-A", "5"] as [StaticString] {
      words.append(Text(word))
    }
    for option in Self.options {
      words.append(Text("-O"))
      words.append(Text(option))
    }
    let started = try ChildProcess(words)
    try loop.watch(started.rawValue)
    client = started
  }
}
