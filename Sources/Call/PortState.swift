internal import Base
internal import Line
internal import MediaControl
internal import SIPAgent

/// A call while it is one.
struct ActiveCall: Sendable {
  let session: SessionNumber
  var record: CallRecord
  var audio: AudioSession
  /// What the media thread plays and sends; `nil` while no audio is agreed on.
  var stream: StreamParameters?
  /// Whether the stream has brought a packet.
  var isHeard = false
  /// Whether modems or fax machines speak in it.
  var data = DataCall()
  /// What the network has said last of media before the answer.
  var earlyMedia = EarlyMedia.unsaid

  init(
    session: SessionNumber, record: CallRecord, audio: AudioSession,
    stream: StreamParameters? = nil
  ) {
    self.session = session
    self.record = record
    self.record.session = session
    self.audio = audio
    self.stream = stream
  }
}

/// A line that somebody at the console tries.
struct TestedLine: Sendable {
  var test: PortTest
  var isOffHook: Bool
  /// What whoever holds the handset has dialled since it was lifted.
  var dialling = EmergencyDialling()
}

/// Where a port stands; what sounds and what is listened to follows from it alone.
enum PortState: Sendable {
  /// On hook.
  case idle
  /// Off hook without a registration: only an emergency number can be dialled.
  case unregistered(EmergencyDialling, until: Instant)
  /// Dial tone before the first digit, silence after it.
  case dialling(DigitCollector)
  /// The INVITE was asked for and has no session number yet.
  case inviting(CallRecord, AudioSession, until: Instant)
  /// The INVITE is out; nothing is heard.
  case calling(ActiveCall, until: Instant)
  /// The far phone rings and we make the tone.
  case ringback(ActiveCall, until: Instant)
  /// The far side is heard before the answer.
  case earlyMedia(ActiveCall, until: Instant)
  /// Our phone rings; `answer` goes into the 200.
  case ringing(ActiveCall, answer: Text, until: Instant)
  /// Answered.
  case talking(ActiveCall)
  /// The call is over or cannot be.
  case disconnected(CallProgressTone, until: Instant)
  /// The handset should be replaced.
  case howler(until: Instant)
  /// The handset was forgotten.
  case lockedOut
  /// The card that carries the port's audio is gone, or its line cannot be driven.
  case outOfService(MissingHardware, Handset)
  /// Somebody at the console tries the line.
  case testing(TestedLine)

  /// Where the handset of a port out of service is.
  enum Handset: Sendable {
    case onHook
    case offHook
    /// Off the hook and forgotten: nothing is fed.
    case lockedOut
  }

  /// When the state ends by itself, or has something to do again.
  var deadline: Instant? {
    switch self {
    case .idle, .lockedOut, .outOfService, .testing: nil
    case .talking(let call): call.data.offerAt
    case .dialling(let collector): collector.deadline
    case .unregistered(_, let until), .inviting(_, _, let until), .calling(_, let until),
      .ringback(_, let until), .earlyMedia(_, let until), .ringing(_, _, let until),
      .disconnected(_, let until), .howler(let until):
      until
    }
  }

  /// The tone that sounds; dial tone may be a special one.
  func tone(_ reasons: DialToneReasons) -> CallProgressTone? {
    switch self {
    case .unregistered(let dialling, _): dialling.digits.isEmpty ? .unregistered : nil
    case .dialling(let collector) where collector.hasBegun: nil
    case .dialling: reasons.tone
    case .ringback: .ringback
    case .disconnected(let tone, _): tone
    case .howler: .howler
    case .testing(let line) where line.test == .tone && line.isOffHook: .dial
    case .testing, .idle, .inviting, .calling, .earlyMedia, .ringing, .talking, .lockedOut,
      .outOfService:
      nil
    }
  }

  /// Whether digits mean something.
  var listens: Bool {
    switch self {
    case .dialling, .unregistered: true
    case .testing(let line): line.isOffHook && line.test != .probe(.digits)
    case .idle, .inviting, .calling, .ringback, .earlyMedia, .ringing, .talking, .disconnected,
      .howler, .lockedOut, .outOfService:
      false
    }
  }

  /// Whether breaks of the loop may be a dial's.
  var acceptsPulses: Bool {
    switch self {
    case .dialling, .unregistered, .testing: true
    case .idle, .inviting, .calling, .ringback, .earlyMedia, .ringing, .talking, .disconnected,
      .howler, .lockedOut, .outOfService:
      false
    }
  }

  /// What the media thread measures on the line; a telephone that is on hook has no audio.
  var probe: LineProbe? {
    guard case .testing(let line) = self, line.isOffHook, case .probe(let probe) = line.test
    else { return nil }
    return probe
  }

  /// The call, once it has a session.
  var call: ActiveCall? {
    switch self {
    case .calling(let call, _), .ringback(let call, _), .earlyMedia(let call, _),
      .ringing(let call, _, _), .talking(let call):
      call
    case .idle, .unregistered, .dialling, .inviting, .disconnected, .howler, .lockedOut,
      .outOfService, .testing:
      nil
    }
  }

  /// The stream that should be open.
  ///
  /// A phone that rings hears nothing: its stream opens with the answer.
  var stream: StreamParameters? {
    if case .ringing = self { nil } else { call?.stream }
  }

  /// The name of the state for lists.
  var stage: PortStage {
    switch self {
    case .idle: .idle
    case .unregistered: .unregistered
    case .dialling: .dialling
    case .inviting, .calling: .calling
    case .ringback, .earlyMedia: .alerting
    case .ringing: .ringing
    case .talking: .talking
    case .disconnected: .disconnected
    case .howler: .howler
    case .lockedOut: .lockedOut
    case .outOfService: .outOfService
    case .testing: .testing
    }
  }

  /// What the port lacks.
  var missing: MissingHardware {
    if case .outOfService(let missing, _) = self { missing } else { MissingHardware() }
  }
}

/// Everything that can happen to a port.
enum PortInput: Sendable {
  /// The handset was lifted, also while the bell rang.
  case offHook
  /// The handset is back.
  case onHook
  /// The hook was tapped.
  case hookFlash
  /// A dial is in use; its digit follows.
  case pulseStart
  /// A key or a dial sent this digit.
  case digit(UInt8, byPulses: Bool)
  /// The registration came or went.
  case registration(Bool)
  /// Somebody calls.
  case incoming(SessionNumber, Caller, offer: Text, TimeOfDay?)
  /// The INVITE has a session number; `nil`: it was not sent.
  case invited(SessionNumber?)
  /// Something happened in the session of our call.
  case session(SessionEvent)
  /// The stream brought its first packet.
  case streamHeard
  /// The called end of the stream is a modem or a fax machine.
  case dataHeard(VoicebandData)
  /// The state's own time is up.
  case timeUp
}

/// What can happen in the session of a call.
enum SessionEvent: Sendable {
  /// A 18x response; the description is empty if it has none.
  case progress(code: UInt16, description: Text, earlyMedia: EarlyMedia)
  /// Another called party than before speaks from now on, of several that ring.
  case otherParty
  /// The network knows the number as one of an emergency, and the call begins anew.
  case emergency
  /// The far party answered.
  case answered(description: Text)
  /// The far party offers other audio, or asks for our offer.
  case offered(description: Text)
  /// The far party accepted an offer of ours.
  case offerAccepted(description: Text)
  /// The far party refused an offer of ours; `nil`: it could not be sent.
  case offerRefused(code: UInt16?)
  /// The far party asks us to call a number instead.
  case referred(to: Text)
  /// Another session takes the place of this one.
  case replaced(by: SessionNumber, offer: Text)
  /// The session is over, with the far side's Q.850 cause.
  case ended(EndReason, cause: UInt8?)
}
