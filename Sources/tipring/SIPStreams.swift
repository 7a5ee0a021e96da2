import Base
import Config
import Linux
import SIPAgent

/// The connections that carry SIP: those that we make, one an SBC, and those that SBCs make to us.
///
/// RFC 3261 §18.2.1: who takes SIP by UDP takes it by TCP at the same port. Only SBCs are heard.
final class SIPStreams {
  /// Something that the gateway has to know.
  enum Event {
    case opened(SIPStream)
    case message(Text, SIPStream)
    case lost(Endpoint, isSecure: Bool, wasOpen: Bool, why: Text)
    case warning(Text)
  }

  /// How many connections there may be, ours and theirs each.
  private static let limit = 8
  /// What a connection may have unsent in the kernel, in bytes.
  private static let sendRoom = 32_768
  /// An SBC that leaves bytes unanswered for so long is gone.
  private static let silence = Duration.seconds(20)
  /// How many reads of one connection a turn makes.
  private static let readBudget = 8
  /// How often the certificates of a connection are looked at.
  private static let lookInterval = Duration.seconds(86_400)

  private let listener: TCPListener
  private let marks: TrafficMarks
  private let device: Text
  private let source: IPAddress?
  private let security: SecureStreams
  private var streams: [SIPStream] = []
  private var random: RandomSource
  var keepAlive: Duration?

  init(
    _ configuration: Configuration, marks: TrafficMarks, device: Text, random: RandomSource
  ) throws(Errno) {
    let local = Endpoint(configuration.boundAddress, configuration.sipLocal.port)
    listener = try TCPListener(
      local: local, marks: marks, device: device, sendRoom: Self.sendRoom)
    self.marks = marks
    self.device = device
    self.random = random
    source = local.address.isUnspecified ? nil : local.address
    security = SecureStreams(configuration)
    keepAlive = configuration.sipKeepAlive
  }

  /// The descriptor to watch from the start; those of connections are watched as they come.
  var rawValue: CInt { listener.rawValue }

  /// Whether a descriptor is of a connection or of the listener.
  func owns(_ descriptor: CInt) -> Bool {
    descriptor == listener.rawValue || stream(of: descriptor) != nil
  }

  /// When `advance` must be called next.
  var deadline: Instant? {
    streams.reduce(nil) { soonest($0, $1.deadline) }
  }

  private func stream(of descriptor: CInt) -> SIPStream? {
    streams.first { $0.rawValue == descriptor }
  }

  /// Sends a message by the connection to an endpoint; without one, it is made first.
  func send(
    _ message: Text, to remote: Endpoint, secureName: Text?, patience: Duration,
    isClockSet: Bool, now: Instant, in loop: borrowing EventLoop
  ) -> [Event] {
    let isSecure = secureName != nil
    let known = streams.first { $0.remote == remote && $0.isSecure == isSecure }
    let stream: SIPStream
    if let known {
      stream = known
    } else {
      do throws(TLSFailure) {
        stream = try connect(remote, secureName, patience, isClockSet, now, in: loop)
      } catch {
        return [.lost(remote, isSecure: isSecure, wasOpen: false, why: error.words)]
      }
    }
    do throws(Flow.Failure) {
      try stream.flow.add(message)
    } catch {
      return [lose(stream, Text(error.words))]
    }
    return sendWaiting(stream, in: loop)
  }

  /// Whether there is a connection to an endpoint, or may be one more.
  func hasRoom(for remote: Endpoint) -> Bool {
    streams.count(where: { $0.isOwn }) < Self.limit || streams.contains { $0.remote == remote }
  }

  /// Ends those of our connections whose SBC is none of ours any more.
  func retire(_ isUseless: (Endpoint) -> Bool) -> [Event] {
    let useless = streams.filter { $0.isOwn && isUseless($0.remote) }
    return useless.map { lose($0, Text("it is no SBC of ours any more")) }
  }

  private func connect(
    _ remote: Endpoint, _ secureName: Text?, _ patience: Duration, _ isClockSet: Bool,
    _ now: Instant, in loop: borrowing EventLoop
  ) throws(TLSFailure) -> SIPStream {
    guard streams.count(where: { $0.isOwn }) < Self.limit else {
      throw TLSFailure(words: Text("too many connections"))
    }
    var wanted: ClientStream.Security?
    if let secureName {
      wanted = try security.security(host: secureName, rule: .sip, isClockSet: isClockSet)
    }
    let made = try ClientStream(
      to: remote, from: source, marks: marks, silence: Self.silence, device: device,
      security: wanted)
    let stream = SIPStream(
      made, to: remote, isSecure: secureName != nil,
      Flow(keepAlive: keepAlive, patience: patience, now: now))
    do throws(Errno) {
      try loop.watch(made.rawValue)
      try loop.change(made.rawValue, toWriting: made.wantsWriting)
    } catch {
      throw TLSFailure(words: error.message)
    }
    streams.append(stream)
    return stream
  }

  /// Takes the connections that wait at the listener; `isWelcome` says whether somebody may.
  func welcome(
    now: Instant, in loop: borrowing EventLoop, _ isWelcome: (Endpoint) -> Bool
  ) -> [Event] {
    var events: [Event] = []
    for _ in 0..<Self.limit {
      guard let connection = listener.accept() else { break }
      guard let remote = connection.peer, isWelcome(remote) else { continue }
      events += makeRoom()
      guard (try? loop.watch(connection.rawValue)) != nil else { continue }
      streams.append(SIPStream(connection, from: remote, now: now))
    }
    return events
  }

  /// The oldest connection of theirs makes way for a new one; what was to go by it goes another way.
  private func makeRoom() -> [Event] {
    guard streams.count(where: { !$0.isOwn }) >= Self.limit,
      let oldest = streams.first(where: { !$0.isOwn })
    else { return [] }
    return [lose(oldest, [])]
  }

  /// Serves a ready connection as far as that goes without waiting.
  func serve(_ descriptor: CInt, now: Instant, in loop: borrowing EventLoop) -> [Event] {
    guard let stream = stream(of: descriptor) else { return [] }
    let isOpen = stream.flow.isOpen
    switch stream.serve() {
    case .nothing:
      stream.watch(in: loop)
      return []
    case .failed(let failure): return [lose(stream, failure.words)]
    case .opened:
      stream.flow.opened(now: now, using: &random)
      return [.opened(stream)] + lookAtCertificates(of: stream, now)
        + sendWaiting(stream, in: loop)
    case .ready:
      return isOpen ? receive(stream, now, in: loop) : []
    }
  }

  /// Complains of what ends soon, again and again: a connection may be kept for months.
  private func lookAtCertificates(of stream: SIPStream, _ now: Instant) -> [Event] {
    if stream.isSecure { stream.lookAt = now + Self.lookInterval }
    return stream.warnings(now: now).map { .warning($0) }
  }

  private func receive(
    _ stream: SIPStream, _ now: Instant, in loop: borrowing EventLoop
  ) -> [Event] {
    var events: [Event] = []
    stream.hasMore = false
    for _ in 0..<Self.readBudget {
      switch stream.receive() {
      case .nothing: return events + sendWaiting(stream, in: loop)
      case .closed: return events + [lose(stream, Text("the connection ended"))]
      case .bytes(let bytes):
        do throws(Flow.Failure) {
          for message in try stream.flow.receive(bytes, now: now, using: &random) {
            events.append(.message(message, stream))
          }
        } catch {
          return events + [lose(stream, Text(error.words))]
        }
      }
    }
    stream.hasMore = true
    return events + sendWaiting(stream, in: loop)
  }

  /// Lets the time pass.
  func advance(to now: Instant, in loop: borrowing EventLoop) -> [Event] {
    var events: [Event] = []
    for stream in streams {
      stream.flow.keep(keepAlive, now: now, using: &random)
      if let due = stream.lookAt, now >= due { events += lookAtCertificates(of: stream, now) }
      if stream.hasMore { events += receive(stream, now, in: loop) }
      guard let deadline = stream.flow.deadline, now >= deadline else { continue }
      do throws(Flow.Failure) {
        try stream.flow.advance(to: now, using: &random)
      } catch {
        events.append(lose(stream, Text(error.words)))
        continue
      }
      events += sendWaiting(stream, in: loop)
    }
    return events
  }

  /// Every connection is lost with the way to the SBCs.
  func loseAll() -> [Event] {
    let all = streams
    return all.map { lose($0, Text("there is no network")) }
  }

  private func sendWaiting(_ stream: SIPStream, in loop: borrowing EventLoop) -> [Event] {
    stream.send(in: loop) ? [] : [lose(stream, Text("the connection ended"))]
  }

  /// A connection of theirs ends without a word: whoever needs another one makes it.
  private func lose(_ stream: SIPStream, _ why: Text) -> Event {
    streams.removeAll { $0 === stream }
    return .lost(
      stream.remote, isSecure: stream.isSecure, wasOpen: stream.flow.isOpen,
      why: stream.isOwn ? why : [])
  }
}
