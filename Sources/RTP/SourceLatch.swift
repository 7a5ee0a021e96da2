public import Base

/// Decides whose packets are taken and where ours go: symmetric RTP (RFC 4961) against strangers.
///
/// ```
///   open ──a packet of the negotiated host──> latched ──10 s without any──> open
///    │ ^                                         │
///    │ └─────another endpoint is negotiated──────┘
///    └ a packet of the former port within 10 s of that is taken and latches nothing
/// ```
/// The negotiated host may send from another port than it announced (a NAT, a media relay): the
/// first such port is latched and answered. The announced port itself is always taken and wins.
///
/// Packets of the former port may wait in the socket when another one is negotiated, or come on for
/// a while. They are played, but what we send goes where it is wanted from now on (RFC 3264
/// §8.3.1): a far side that waits for our first packet there would wait for ever.
public struct SourceLatch: Sendable {
  /// After this silence another port may be latched: the far party moved without telling, or did
  /// not move though it told so.
  public static let silence = Duration.seconds(10)

  private enum State: Sendable, BitwiseCopyable {
    case open
    case latched(Endpoint, heard: Instant)
  }

  private var state = State.open
  /// The port that spoke before the present one was negotiated, and what was announced for it.
  private var former: (endpoint: Endpoint, announced: Endpoint, until: Instant)?
  private var negotiated: Endpoint
  private let admitsAnyHost: Bool
  /// Packets from someone else.
  public private(set) var strangerPackets: UInt32 = 0

  /// Expects packets from the negotiated endpoint; `admitsAnyHost` also latches other hosts.
  public init(negotiated: Endpoint, admitsAnyHost: Bool = false) {
    self.negotiated = negotiated
    self.admitsAnyHost = admitsAnyHost
  }

  /// Where our packets go.
  public var remote: Endpoint {
    if case .latched(let source, _) = state { source } else { negotiated }
  }

  /// Whether a packet has said where ours go since the endpoint was negotiated.
  public var isLatched: Bool {
    if case .latched = state { true } else { false }
  }

  /// Offer and answer named an endpoint; if it is another one, ours go there.
  ///
  /// The address of nobody is a hold (RFC 3264 §8.4): who was heard before it is heard behind it.
  public mutating func negotiate(_ endpoint: Endpoint, now: Instant) {
    guard endpoint != negotiated, !endpoint.address.isUnspecified else { return }
    let last =
      switch state {
      // Where nobody has spoken since the last change, the port before that one may be heard still.
      case .open: former.map { ($0.endpoint, $0.announced) } ?? (negotiated, negotiated)
      case .latched(let source, _): (source, negotiated)
      }
    if last.1 == endpoint {
      // Back where it was: so is its NAT.
      state = last.0 == endpoint ? .open : .latched(last.0, heard: now)
      former = nil
    } else {
      state = .open
      former = (last.0, last.1, until: now + Self.silence)
    }
    negotiated = endpoint
  }

  /// Whether a packet from `source` is taken.
  public mutating func admits(_ source: Endpoint, now: Instant) -> Bool {
    switch state {
    case .open:
      guard let former, source == former.endpoint, source != negotiated, now < former.until else {
        return latch(source, now)
      }
      return isExpected(source) || refuse()
    case .latched(let former, let heard):
      if source == former || source == negotiated {
        state = .latched(source, heard: max(now, heard))
        return true
      }
      guard now - heard >= Self.silence else { return refuse() }
      return latch(source, now)
    }
  }

  private mutating func latch(_ source: Endpoint, _ now: Instant) -> Bool {
    guard isExpected(source) else { return refuse() }
    state = .latched(source, heard: now)
    return true
  }

  private func isExpected(_ source: Endpoint) -> Bool {
    source.address == negotiated.address || admitsAnyHost
  }

  private mutating func refuse() -> Bool {
    strangerPackets &+= 1
    return false
  }
}
