public import Base

/// A connection that we make and that never blocks: TCP, or TLS over it; closed with its last
/// reference.
///
///     connecting ──it stands──> open                                    plain
///     connecting ──it stands──> shaking hands ──server verified──> open    with TLS
///         └──────────┴── failed ──┴────────────────────────────────┘
/// The owner watches the descriptor, calls `serve` when it is ready, and asks `wantsWriting` what to
/// watch it for next. SIP, logs and web requests are the same to it.
public final class ClientStream {
  /// What a turn came to.
  public enum Event {
    /// Nothing yet.
    case nothing
    /// Bytes can be sent from now on.
    case opened
    /// There may be bytes, the end, or room.
    case ready
    /// It cannot be made: why.
    case failed(TLSFailure)
  }

  /// How a server's certificate is for a name.
  public enum NameRule: Sendable {
    /// By a DNS name, which may have a wildcard (RFC 6125, RFC 5425 §5.2).
    case web
    /// By a SIP URI or a DNS name, never by a wildcard (RFC 5922 §7).
    case sip
  }

  /// What is asked for above TCP.
  public struct Security {
    let identity: TLSIdentity
    let host: Text
    let rule: NameRule

    /// TLS with this identity; the server's certificate must be for `host` by a rule.
    public init(_ identity: TLSIdentity, host: Text, rule: NameRule) {
      self.identity = identity
      self.host = host
      self.rule = rule
    }
  }

  private enum State {
    case connecting
    case shakingHands
    case open
  }

  private let tcp: TCPConnection
  private let tls: TLSConnection?
  private var state = State.connecting
  /// Whether the descriptor is worth a look only when it can be written to.
  public private(set) var wantsWriting = true

  /// Begins to connect, by a device and from an address if they are named; the connection fails when what was sent stays
  /// without an answer for `silence`.
  public init(
    to remote: Endpoint, from local: IPAddress? = nil, marks: TrafficMarks, silence: Duration,
    device: Text, security: Security?
  ) throws(TLSFailure) {
    do throws(Errno) {
      tcp = try TCPConnection(
        connectingTo: remote, from: local, marks: marks, silence: silence, device: device)
    } catch {
      throw TLSFailure(words: error.message)
    }
    guard let security else {
      tls = nil
      return
    }
    tls = try TLSConnection(
      socket: tcp.rawValue, identity: security.identity, host: security.host,
      rule: security.rule)
  }

  /// The descriptor to watch.
  public var rawValue: CInt { tcp.rawValue }

  /// Whether bytes can be sent and taken.
  public var isOpen: Bool { state == .open }

  /// When the server's certificate and our own expire, in seconds since 1970; empty without TLS.
  public var expiries: [(isOwn: Bool, seconds: Int64)] {
    guard let tls, isOpen else { return [] }
    var expiries = [(isOwn: false, seconds: tls.peerExpirySeconds)]
    if let own = tls.ownExpirySeconds { expiries.append((isOwn: true, seconds: own)) }
    return expiries
  }

  /// Takes the readiness of the descriptor.
  public func serve() -> Event {
    switch state {
    case .open: return .ready
    case .connecting:
      if let failure = tcp.failure { return .failed(TLSFailure(words: failure.message)) }
      guard tls != nil else { return open() }
      state = .shakingHands
      return shakeHands()
    case .shakingHands: return shakeHands()
    }
  }

  private func shakeHands() -> Event {
    guard let tls else { return open() }
    switch tls.handshake() {
    case .done: return open()
    case .wantsReading:
      wantsWriting = false
      return .nothing
    case .wantsWriting:
      wantsWriting = true
      return .nothing
    case .failed(let failure): return .failed(failure)
    }
  }

  private func open() -> Event {
    state = .open
    wantsWriting = false
    return .opened
  }

  /// Takes what is there, up to `limit` bytes; to be called until it gives nothing.
  public func receive(limit: Int = 4_096) -> Arrival {
    if let tls { return tls.receive(limit: limit) }
    return tcp.receive(limit: limit)
  }

  /// Sends as many of the bytes as there is room for; returns how many, or `nil` when the other end
  /// is gone.
  ///
  /// What was not taken must be given again, beginning with the same bytes.
  public func send(_ bytes: ArraySlice<UInt8>) -> Int? {
    let count = tls.map { $0.send(bytes) } ?? tcp.send(bytes)
    wantsWriting = count.map { $0 < bytes.count } ?? false
    return count
  }
}
