public import Base

/// Whether there is a way to the carrier over one interface: its cable, its address, its routes.
///
/// ```
///          carrier, fixed address
///   down ---------------------------> up <--lease---- waiting
///    ^ | |                            ^ | |             ^  |
///    | | +--carrier, IPv6-> checking -+ | |             |  |
///    | +----carrier, DHCP---------------)-)-------------+  |
///    |                                  | +-lease lost--+  |
///    +--------no carrier----------------+----no carrier----+
/// ```
/// A lease that changes is a way that ends and another one that begins. The address stays on the
/// interface while the cable is out, so that a call may survive a moment without it. A new IPv6
/// address is usable when the kernel has found nobody else who has it (RFC 4862 §5.4); one that
/// somebody has is tried again.
public struct PathMachine: Sendable {
  /// What the machine wants done.
  public enum Output: Equatable, Sendable {
    /// Give the address to the interface.
    case apply(InterfaceAddress)
    /// Give the routes from the address, which is usable now, to the interface.
    case route(InterfaceAddress)
    /// Take the address away.
    case remove(InterfaceAddress)
    /// Start the DHCP client, which may run already: it has to ask anew.
    case askForLease
    /// There is a way, from this address of ours.
    case up(Lease)
    /// There is none.
    case down
    /// Another device has the address.
    case taken(InterfaceAddress)
  }

  /// How far the way is.
  public enum State: Equatable, Sendable {
    /// No cable, or the interface is off.
    case down
    /// The cable is in; no address yet.
    case waiting
    /// The address is on the interface; the kernel looks whether another device has it, as one
    /// does when `isTaken` is set.
    case checking(Lease, isTaken: Bool)
    /// There is a way.
    case up(Lease)
  }

  /// More outputs than one call of any function makes.
  public static let outputLimit = 8
  /// How long a DHCP client that ended is left alone.
  private static let clientPause = Duration.seconds(5)
  /// How long an address that another device has is left alone.
  private static let takenPause = Duration.seconds(60)

  /// Where the way stands.
  public private(set) var state = State.down
  /// The fixed address, with what a DHCPv6 server has told beside it.
  private var fixed: Lease?
  /// The address that the interface has.
  private var applied: InterfaceAddress?
  /// Whether the kernel has found the address of the interface usable.
  private var isUsable = false
  /// When a client that ended is started again, or an address tried again that was taken.
  private var againAt: Instant?

  /// Makes the machine of an interface without a cable; `fixed` is its address, or DHCP tells it.
  public init(fixed: InterfaceAddress?) { self.fixed = fixed.map { Lease($0) } }

  /// When `advance` must be called next.
  public var deadline: Instant? { againAt }

  /// Takes the kernel's word on the cable.
  public mutating func receive(isRunning: Bool, into out: inout Outbox<Output>) {
    switch (state, isRunning) {
    case (.down, true):
      if let fixed {
        rise(fixed, into: &out)
      } else {
        state = .waiting
        againAt = nil
        out.emit(.askForLease)
      }
    case (.waiting, false), (.checking, false):
      state = .down
      againAt = nil
    case (.up, false):
      state = .down
      out.emit(.down)
    case (.down, false), (.waiting, true), (.checking, true), (.up, true):
      break
    }
  }

  /// Takes the kernel's word on an address of the interface.
  public mutating func receive(
    _ verdict: AddressReport.Verdict, on address: IPAddress, now: Instant,
    into out: inout Outbox<Output>
  ) {
    guard let applied, applied.address == address, !isUsable else { return }
    switch verdict {
    case .unique:
      isUsable = true
      out.emit(.route(applied))
      guard case .checking(let lease, _) = state else { return }
      againAt = nil
      open(lease, into: &out)
    case .taken:
      guard case .checking(let lease, isTaken: false) = state else { return }
      state = .checking(lease, isTaken: true)
      againAt = now + Self.takenPause
      out.emit(.taken(applied))
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
    // Without a cable the client speaks of a network that may not be there any more, and it
    // knows nothing of IPv6.
    case (.down, .bound), (.down, .deconfigured), (.up, .deconfigured), (.checking, _):
      break
    }
  }

  /// Takes what a DHCPv6 server tells beside a fixed address.
  ///
  /// It stays known while the cable is out, as the address itself does.
  public mutating func receive(_ reply: InformationReply, into out: inout Outbox<Output>) {
    guard var lease = fixed else { return }
    lease.sipServers = reply.sipServers
    lease.dnsServers = reply.dnsServers
    fixed = lease
    guard case .up(let old) = state, old != lease else { return }
    open(lease, into: &out)
  }

  /// Notes that the DHCP client has ended by itself.
  public mutating func clientEnded(now: Instant) {
    guard fixed == nil, state != .down else { return }
    againAt = now + Self.clientPause
  }

  /// Lets the time pass.
  public mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    guard let againAt, now >= againAt else { return }
    self.againAt = nil
    guard case .checking(let lease, _) = state else {
      out.emit(.askForLease)
      return
    }
    removeAddress(into: &out)
    rise(lease, into: &out)
  }

  private mutating func rise(_ lease: Lease, into out: inout Outbox<Output>) {
    // An address that was taken when the cable was pulled is looked for anew.
    if applied != lease.address || !isUsable {
      removeAddress(into: &out)
      out.emit(.apply(lease.address))
      applied = lease.address
      isUsable = !lease.address.address.isIPv6
      if isUsable { out.emit(.route(lease.address)) }
    }
    guard isUsable else {
      state = .checking(lease, isTaken: false)
      return
    }
    open(lease, into: &out)
  }

  private mutating func open(_ lease: Lease, into out: inout Outbox<Output>) {
    state = .up(lease)
    out.emit(.up(lease))
  }

  private mutating func removeAddress(into out: inout Outbox<Output>) {
    guard let old = applied else { return }
    applied = nil
    isUsable = false
    out.emit(.remove(old))
  }
}
