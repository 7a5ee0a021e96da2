public import Base

/// Whether there is a way to the carrier over one interface: its cable, its address, its routes.
///
/// ```
///          carrier, fixed address
///   down ---------------------------> up <--lease---- waiting
///    ^ |                              | |               ^  |
///    | +--carrier, DHCP---------------)-)---------------+  |
///    |                                | +---lease lost--+  |
///    +--------no carrier--------------+------no carrier----+
/// ```
/// A lease that changes is a way that ends and another one that begins. The address stays on the
/// interface while the cable is out, so that a call may survive a moment without it.
public struct PathMachine: Sendable {
  /// What the machine wants done.
  public enum Output: Equatable, Sendable {
    /// Give the address and its routes to the interface.
    case apply(InterfaceAddress)
    /// Take the address away.
    case remove(InterfaceAddress)
    /// Start the DHCP client, which may run already: it has to ask anew.
    case askForLease
    /// There is a way, from this address of ours.
    case up(Lease)
    /// There is none.
    case down
  }

  /// How far the way is.
  public enum State: Equatable, Sendable {
    /// No cable, or the interface is off.
    case down
    /// The cable is in; no address yet.
    case waiting
    /// There is a way.
    case up(Lease)
  }

  /// More outputs than one call of any function makes.
  public static let outputLimit = 8
  /// How long a DHCP client that ended is left alone.
  private static let clientPause = Duration.seconds(5)

  /// Where the way stands.
  public private(set) var state = State.down
  private let fixed: InterfaceAddress?
  /// The address that the interface has.
  private var applied: InterfaceAddress?
  /// When a client that ended is started again.
  private var clientAt: Instant?

  /// Makes the machine of an interface without a cable; `fixed` is its address, or DHCP tells it.
  public init(fixed: InterfaceAddress?) { self.fixed = fixed }

  /// When `advance` must be called next.
  public var deadline: Instant? { clientAt }

  /// Takes the kernel's word on the cable.
  public mutating func receive(isRunning: Bool, into out: inout Outbox<Output>) {
    switch (state, isRunning) {
    case (.down, true):
      if let fixed {
        rise(Lease(fixed), into: &out)
      } else {
        state = .waiting
        clientAt = nil
        out.emit(.askForLease)
      }
    case (.waiting, false):
      state = .down
      clientAt = nil
    case (.up, false):
      state = .down
      out.emit(.down)
    case (.down, false), (.waiting, true), (.up, true):
      break
    }
  }

  /// Takes the DHCP client's word.
  public mutating func receive(_ news: LeaseNews, into out: inout Outbox<Output>) {
    switch (state, news) {
    case (.up(let lease), .bound(let new)):
      guard new != lease else { return }
      if new.address != lease.address { out.emit(.down) }
      rise(new, into: &out)
    case (.waiting, .bound(let lease)):
      rise(lease, into: &out)
    case (.up, .deconfigured) where fixed == nil:
      state = .waiting
      out.emit(.down)
      removeAddress(into: &out)
    case (.waiting, .deconfigured):
      removeAddress(into: &out)
    case (.down, .bound), (.down, .deconfigured), (.up, .deconfigured):
      break  // Without a cable the client speaks of a network that may not be there any more.
    }
  }

  /// Notes that the DHCP client has ended by itself.
  public mutating func clientEnded(now: Instant) {
    guard fixed == nil, state != .down else { return }
    clientAt = now + Self.clientPause
  }

  /// Lets the time pass.
  public mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    guard let clientAt, now >= clientAt else { return }
    self.clientAt = nil
    out.emit(.askForLease)
  }

  private mutating func rise(_ lease: Lease, into out: inout Outbox<Output>) {
    if applied != lease.address {
      removeAddress(into: &out)
      out.emit(.apply(lease.address))
      applied = lease.address
    }
    state = .up(lease)
    out.emit(.up(lease))
  }

  private mutating func removeAddress(into out: inout Outbox<Output>) {
    guard let old = applied else { return }
    applied = nil
    out.emit(.remove(old))
  }
}
