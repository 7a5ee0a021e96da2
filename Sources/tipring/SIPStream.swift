import Base
import Linux
import SIPAgent

/// One connection to or from an SBC: the bytes of a `Flow`, by TCP or TLS.
final class SIPStream {
  private enum Carrier {
    case own(ClientStream)
    case theirs(TCPConnection)
  }

  let remote: Endpoint
  let isSecure: Bool
  var flow: Flow
  /// Whether a turn has left bytes, of which TLS may hold some that the kernel does not tell of.
  var hasMore = false
  /// When its certificates have to be looked at again; only those of TLS that stands ever are.
  var lookAt: Instant?
  private let carrier: Carrier
  private var wantsWriting: Bool

  /// A connection that we begin.
  init(_ stream: ClientStream, to remote: Endpoint, isSecure: Bool, _ flow: Flow) {
    carrier = .own(stream)
    wantsWriting = stream.wantsWriting
    self.remote = remote
    self.isSecure = isSecure
    self.flow = flow
  }

  /// A connection that an SBC has made.
  init(_ connection: TCPConnection, from remote: Endpoint, now: Instant) {
    carrier = .theirs(connection)
    wantsWriting = false
    self.remote = remote
    isSecure = false
    flow = Flow(acceptedAt: now)
  }

  var rawValue: CInt {
    switch carrier {
    case .own(let stream): stream.rawValue
    case .theirs(let connection): connection.rawValue
    }
  }

  /// When time has something to do with it.
  var deadline: Instant? { hasMore ? .zero : soonest(flow.deadline, lookAt) }

  /// Whether we have made it.
  var isOwn: Bool { if case .own = carrier { true } else { false } }

  /// What has to be said of the certificates of a connection that stands.
  func warnings(now: Instant) -> [Text] {
    guard case .own(let stream) = carrier else { return [] }
    return SecureStreams.warnings(of: stream, now: now)
  }

  /// Takes the readiness of the descriptor.
  func serve() -> ClientStream.Event {
    guard case .own(let stream) = carrier else { return .ready }
    return stream.serve()
  }

  /// Takes what is there; to be called until it gives nothing.
  func receive() -> Arrival {
    switch carrier {
    case .own(let stream): stream.receive()
    case .theirs(let connection): connection.receive()
    }
  }

  /// Sends what waits, as far as there is room; `false` when the other end is gone.
  func send(in loop: borrowing EventLoop) -> Bool {
    while let next = flow.next {
      guard let count = put(next) else { return false }
      flow.sent(count)
      guard count == next.count else { break }
    }
    watch(in: loop)
    return true
  }

  private func put(_ bytes: ArraySlice<UInt8>) -> Int? {
    switch carrier {
    case .own(let stream): return stream.send(bytes)
    case .theirs(let connection): return connection.send(bytes)
    }
  }

  /// Watches the descriptor for what the connection needs next.
  func watch(in loop: borrowing EventLoop) {
    let wanted =
      switch carrier {
      case .own(let stream): stream.wantsWriting
      case .theirs: flow.next != nil
      }
    guard wanted != wantsWriting else { return }
    wantsWriting = wanted
    try? loop.change(rawValue, toWriting: wanted)
  }
}
