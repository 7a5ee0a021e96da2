public import Base

/// The SIP user agent of the box: accounts that register at one SBC, and sessions.
///
/// It reads no clock and no socket. Whatever it wants sent or known comes out as
/// `UserAgentOutput`, in order; `deadline` says when `advance(to:into:)` has something to do.
public struct UserAgent: Sendable {
  /// How many outputs one call may leave in an outbox.
  public static let outputLimit = 1_024
  /// How many sessions may be alive at the same time.
  public static let sessionLimit = 32

  let settings: UserAgentSettings
  var random: RandomSource
  /// What has been counted so far.
  public internal(set) var counters = AgentCounters()

  /// Makes a user agent; nothing is sent before `start`.
  public init(settings: UserAgentSettings, accounts: [Account], random: RandomSource) {
    self.settings = settings
    self.random = random
  }
  /// Registers every account.
  public mutating func start(now: Instant, into out: inout Outbox<UserAgentOutput>) {}
  /// Ends every session and gives every binding back.
  public mutating func stop(now: Instant, into out: inout Outbox<UserAgentOutput>) {}
  /// Takes a datagram.
  public mutating func receive(
    _ datagram: Text, from source: Endpoint, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {}
  /// Calls a number from an account; `nil` if there is no such account or no room for a session.
  public mutating func invite(
    from account: AccountNumber, to number: Text, offer: Text, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> SessionNumber? { nil }
  /// Says that the phone rings (180).
  public mutating func ring(
    _ session: SessionNumber, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {}
  /// Answers the call (200) with a description.
  public mutating func answer(
    _ session: SessionNumber, description: Text, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {}
  /// Refuses the call with a code from 300 to 699.
  public mutating func reject(
    _ session: SessionNumber, code: UInt16, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {}
  /// Ends the session with whatever fits: CANCEL, BYE or a refusal; `.ended` comes at once.
  public mutating func hangUp(
    _ session: SessionNumber, now: Instant, into out: inout Outbox<UserAgentOutput>
  ) {}
  /// Accepts what `.offered` brought.
  public mutating func acceptOffer(
    _ session: SessionNumber, description: Text, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {}
  /// Refuses what `.offered` brought; the session goes on as it was.
  public mutating func refuseOffer(
    _ session: SessionNumber, code: UInt16, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {}
  /// Offers another description with a re-INVITE; `false` if the session cannot take one now.
  public mutating func reoffer(
    _ session: SessionNumber, offer: Text, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool { false }
  /// Lets the timers that are due by `now` run out.
  public mutating func advance(to now: Instant, into out: inout Outbox<UserAgentOutput>) {}
  /// When `advance(to:into:)` has something to do.
  public var deadline: Instant? { nil }
  /// How every account stands, in the order of the accounts.
  public var registrations: [RegistrationReport] { [] }
  /// The sessions that are alive, oldest first.
  public var sessions: [SessionReport] { [] }
}
