public import Base

/// Decides whose packets are taken and where ours go: symmetric RTP (RFC 4961) against strangers.
///
///     open ── a packet of the negotiated host ──> latched ── 10 s without any ──> open
///
/// The negotiated host may send from another port than it announced (a NAT, a media relay): the
/// first such port is latched and answered. The announced port itself is always taken and wins.
public struct SourceLatch: Sendable {
  /// After this silence another port may be latched: the far party moved without telling.
  public static let silence = Duration.seconds(10)

  private enum State: Sendable, BitwiseCopyable {
    case open
    case latched(Endpoint, heard: Instant)
  }

  private var state = State.open
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

  /// Whether a packet has been taken since the endpoint was negotiated.
  public var isLatched: Bool {
    if case .latched = state { true } else { false }
  }

  /// Offer and answer named another endpoint; the latch opens if it differs.
  public mutating func negotiate(_ endpoint: Endpoint) {
    guard endpoint != negotiated else { return }
    negotiated = endpoint
    state = .open
  }

  /// Whether a packet from `source` is taken.
  public mutating func admits(_ source: Endpoint, now: Instant) -> Bool {
    switch state {
    case .open:
      return latch(source, now)
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
    guard source.address == negotiated.address || admitsAnyHost else { return refuse() }
    state = .latched(source, heard: now)
    return true
  }

  private mutating func refuse() -> Bool {
    strangerPackets &+= 1
    return false
  }
}
