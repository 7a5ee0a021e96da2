internal import Base
internal import SIPSyntax
internal import SIPTransaction

/// What is subscribed to: by an account, or in a session.
enum EventPackage: CaseIterable, Equatable, Sendable {
  /// Its own registration (RFC 3680).
  case registration
  /// The messages that wait in its mailbox (RFC 3842).
  case messages
  /// What its services do to its line (RFC 6080, as TS 183 043 uses it).
  case profile
  /// Who takes part in the conference that a session is in (RFC 4575).
  case conference

  /// Its name, with which the value of Event begins.
  var name: StaticString {
    switch self {
    case .registration: "reg"
    case .messages: "message-summary"
    case .profile: "ua-profile"
    case .conference: "conference"
    }
  }

  /// The value of Event in SUBSCRIBE; RFC 6080 wants to know whose profile it is.
  var event: StaticString {
    switch self {
    case .registration, .messages, .conference: name
    case .profile: "ua-profile;profile-type=user"
    }
  }

  /// The media types of its documents, as Accept lists them.
  var contentTypes: StaticString {
    switch self {
    case .registration: "application/reginfo+xml"
    case .messages: "application/simple-message-summary"
    case .profile: "application/simservs+xml, application/vnd.etsi.simservs+xml"
    case .conference: "application/conference-info+xml"
    }
  }

  /// How long a subscription is asked to last.
  ///
  /// TS 24.229 §5.1.1.3 names the first; RFC 3680 §4.2 alone would ask for 3,761 s. RFC 3842 §3.4
  /// leaves the second to us within hours and days: an hour is what the common products ask for.
  /// A profile changes as seldom as a subscriber dials a code, but nobody lifts twice because of a
  /// NOTIFY that was lost: an hour as well. So does RFC 4575 §3.3 for conferences.
  var expiresSeconds: UInt32 {
    switch self {
    case .registration: 600_000
    case .messages, .profile, .conference: 3_600
    }
  }

  /// Whether a notifier that has refused is asked again after a pause.
  ///
  /// A focus that refuses is left alone: its call is over before somebody heals it.
  fileprivate var isTriedAgain: Bool { self == .messages || self == .profile }
}

/// Whose subscription it is.
enum WatchPlace: Equatable, Sendable {
  /// That of the account with this index.
  case account(Int, EventPackage)
  /// A session's, to its conference.
  case session(SessionNumber)

  var package: EventPackage {
    switch self {
    case .account(_, let package): package
    case .session: .conference
    }
  }
}

/// One subscription: the machine, its dialog and its credentials.
struct EventWatch: Sendable {
  var subscription: Subscription
  /// The dialog of the SUBSCRIBE that was sent last.
  var dialog: Dialog?
  var authenticator = Authenticator()
  /// The branch of the SUBSCRIBE whose answer counts.
  var branch: UInt64 = 0
  var askedSeconds: UInt32 = 0

  init(_ package: EventPackage, settings: UserAgentSettings) {
    subscription = Subscription(
      expiresSeconds: package.expiresSeconds, backOff: settings.backOff,
      patience: settings.timers.patience,
      refusalPause: package.isTriedAgain ? settings.refusalPause : nil)
  }

  /// Forgets the subscription, because there is nothing to watch any more.
  mutating func stop() {
    subscription.stop()
    dialog = nil
    branch = 0
    authenticator = Authenticator()
  }

  var status: WatchStatus {
    switch subscription.state {
    case .idle, .leaving: .idle
    case .subscribing, .pausing: .pending
    case .active, .refreshing: .active
    case .declined(let code, _): .declined(code)
    }
  }

  /// Whether a NOTIFY belongs to it: its To tag is ours, and its From tag the far side's.
  ///
  /// The NOTIFY may come before the 2xx to the SUBSCRIBE; then the far side has no tag yet
  /// (RFC 6665 §4.1.2.4).
  func owns(_ notify: Message) -> Bool {
    guard let dialog, let callID = notify.callID(), let to = try? notify.to().tag,
      let from = try? notify.from().tag
    else { return false }
    let bytes = notify.bytes
    guard bytes[callID] == dialog.callID[...], bytes[to] == dialog.localTag[...] else {
      return false
    }
    return dialog.remoteTag.isEmpty || bytes[from] == dialog.remoteTag[...]
  }
}
