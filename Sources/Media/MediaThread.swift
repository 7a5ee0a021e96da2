public import Base
public import Linux
public import MediaControl

/// The two bound UDP sockets of a port; the media thread owns them from `start` on.
public struct MediaPortSockets: Sendable, BitwiseCopyable {
  /// The socket for RTP, not blocking.
  public let rtp: CInt
  /// The socket for RTCP, not blocking.
  public let rtcp: CInt

  /// Names the descriptors.
  public init(rtp: CInt, rtcp: CInt) {
    self.rtp = rtp
    self.rtcp = rtcp
  }
}

/// What the two threads share.
final class MediaShared: @unchecked Sendable {
  let commands: MessageRing<MediaCommand>
  let reports: MessageRing<MediaEvent>
  /// Used by the media thread alone.
  let events: EventSink
  let meters = Meters()
  /// Used by the media thread alone.
  let queue: DatagramQueue
  /// Control to media.
  let wake: WakeSignal
  /// Media to control.
  let news: WakeSignal

  init(ports: Int) throws(Errno) {
    let commandRoom = UInt32(max(32, ports * 8)).nextPowerOfTwo
    commands = MessageRing(capacity: commandRoom)
    reports = MessageRing(capacity: UInt32(max(64, ports * 16)).nextPowerOfTwo)
    events = EventSink(reports)
    queue = try DatagramQueue()
    wake = try WakeSignal(blocking: true)
    news = try WakeSignal(blocking: false)
  }
}

/// The control side of the media thread.
///
/// `submit` any number of commands, then `wake` once. When `eventDescriptor` becomes readable, call
/// `acknowledge` and then `nextEvent` until it returns `nil`. All of it is for one thread.
public final class MediaThread {
  private let shared: MediaShared
  private let loop: any ThreadWork
  private let priority: Int
  private let card: CardMeters?
  private var thread: RunningThread?

  /// Prepares the thread of simulated lines; the first port's sockets belong to port 1.
  ///
  /// Throws what the kernel refused: an eventfd, a timer.
  public init(
    ports: [MediaPortSockets], settings: MediaSettings, random: RandomSource
  ) throws(Errno) {
    shared = try MediaShared(ports: ports.count)
    priority = settings.priority
    card = nil
    var maker = DriverMaker(shared, settings, random)
    var drivers: [PortDriver] = []
    for (i, sockets) in ports.enumerated() {
      drivers.append(maker.driver(PortNumber(i + 1), sockets))
    }
    loop = try MediaLoop(CommandDesk(shared, drivers: drivers))
  }

  /// Prepares the thread of a card that carries the audio of these ports.
  ///
  /// The thread opens the card; while it cannot, it tries again every second.
  public init(
    card: any AudioCard, number: CardNumber, ports: [CardWiring], settings: MediaSettings,
    random: RandomSource
  ) throws(Errno) {
    shared = try MediaShared(ports: ports.count)
    priority = settings.priority
    let meters = CardMeters(number)
    self.card = meters
    var maker = DriverMaker(shared, settings, random)
    var cardPorts: [CardPort] = []
    for wiring in ports {
      precondition(wiring.channel < card.form.channels, "the card has no such channel")
      cardPorts.append(
        CardPort(maker.driver(wiring.port, wiring.sockets), channel: wiring.channel))
    }
    loop = CardLoop(
      CommandDesk(shared, drivers: cardPorts.map { $0.driver }), card: card, number: number,
      ports: cardPorts, meters: meters, tools: maker.tools)
  }

  /// Starts the thread; returns why the kernel does not schedule it in real time, or `nil`.
  public func start() throws(Errno) -> Errno? {
    let new = try RunningThread(loop, priority: priority)
    let refusal = new.refusal
    thread = consume new
    return refusal
  }

  /// Gives the thread a command, which it sees after `wake`; `false` when too many wait.
  public func submit(_ command: MediaCommand) -> Bool { shared.commands.write(command) }

  /// Wakes the thread for the commands that were submitted.
  public func wake() { shared.wake.raise() }

  /// Readable while events wait.
  public var eventDescriptor: CInt { shared.news.rawValue }

  /// Makes `eventDescriptor` unreadable; to be called before the events are read.
  public func acknowledge() { shared.news.lower() }

  /// The oldest event, or `nil`.
  public func nextEvent() -> MediaEvent? { shared.reports.read() }

  /// The thread's counters.
  public var meters: MediaMeters { shared.meters.reading }

  /// What the card has counted; `nil` for the thread of simulated lines.
  public var cardStatistics: CardStatistics? { card?.reading }

  /// A number that moves while the thread makes progress; a sleeping thread must be asked.
  public var proofs: UInt32 { shared.meters.reading.proofs }

  /// Makes a living thread move `proofs` within its next period, or at once if it sleeps.
  public func askForProof() { wake() }

  /// Ends the thread and waits for it: streams are closed with their last reports, sockets closed.
  ///
  /// Events that it told last can be read afterwards. Does nothing unless it was started.
  public func stop() {
    guard let running = thread.take() else { return }
    while !submit(.stop) { wake() }
    wake()
    running.join()
  }
}

/// Makes the drivers of a thread's ports, which share the tables.
private struct DriverMaker {
  let tools = Toolbox()
  private let shared: MediaShared
  private let settings: MediaSettings
  private var random: RandomSource

  init(_ shared: MediaShared, _ settings: MediaSettings, _ random: RandomSource) {
    self.shared = shared
    self.settings = settings
    self.random = random
  }

  mutating func driver(_ port: PortNumber, _ sockets: MediaPortSockets) -> PortDriver {
    // Without the kernel's stamps (qemu-user has none) the time of reading has to do.
    try? MediaSocket(sockets.rtp).enableArrivalTimes()
    try? MediaSocket(sockets.rtcp).enableArrivalTimes()
    let channel = PortChannel(
      port: port, settings: settings, tools: tools, random: random.child(),
      events: shared.events)
    return PortDriver(
      port: port, sockets: sockets, channel: channel, events: shared.events,
      meters: shared.meters, queue: shared.queue)
  }
}

extension UInt32 {
  /// The smallest power of two that is not below the number.
  var nextPowerOfTwo: UInt32 { self <= 1 ? 1 : 1 << (32 - UInt32((self - 1).leadingZeroBitCount)) }
}
