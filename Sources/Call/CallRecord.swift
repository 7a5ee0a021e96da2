public import Base
public import MediaControl
public import SIPAgent

/// Who began a call.
public enum CallDirection: UInt8, Equatable, Sendable {
  /// The subscriber of this port.
  case outgoing
  /// The far party.
  case incoming
}

/// Why a call is over.
public enum CallEnd: Equatable, Sendable {
  /// The subscriber hung up.
  case hungUp
  /// The user agent ended the session for this reason.
  case session(EndReason)
  /// Nobody answered within the country's time.
  case noAnswer
  /// The far party's description has no audio that we can send or play.
  case incompatible
  /// The box has no room for another session, or the port no account.
  case refusedHere
  /// The card that carries the port's audio is gone.
  case outOfService
}

/// One call, as the list of calls keeps it.
public struct CallRecord: Equatable, Sendable {
  /// The port.
  public let port: PortNumber
  /// Who began it.
  public let direction: CallDirection
  /// The number of the far party; empty when it is not known.
  public let number: Text
  /// When the INVITE was sent or received.
  public let startedAt: Instant
  /// When it was answered; `nil` if it never was.
  public internal(set) var answeredAt: Instant?
  /// When it ended.
  public internal(set) var endedAt: Instant
  /// Why it ended.
  public internal(set) var end: CallEnd
  /// The Q.850 cause that the far side gave for the end (RFC 3326); `nil` if it gave none.
  public internal(set) var cause: UInt8?
  /// The number that an incoming call was diverted from; empty for none.
  public internal(set) var redirectedFrom = Text()
  /// Whether it was a call to an emergency number.
  public internal(set) var isEmergency = false
  /// The session of the call; `nil` before there was one.
  public internal(set) var session: SessionNumber?
  /// How its audio stream was at the end; `nil` without one.
  public internal(set) var stream: StreamParameters?
  /// What its audio stream counted; `nil` if there was none or it did not report in time.
  public internal(set) var statistics: StreamStatistics?

  init(port: PortNumber, direction: CallDirection, number: Text, startedAt: Instant) {
    self.port = port
    self.direction = direction
    self.number = number
    self.startedAt = startedAt
    endedAt = startedAt
    end = .hungUp
  }
}

/// Holds the record of an ended call until its stream has reported.
///
/// ```
///   empty --end, no stream--> record      empty --end, stream open--> waiting --report--> record
///                                                                        |  1 s: without it
/// ```
struct RecordKeeper: Sendable {
  /// The media thread answers within two periods; a dead one must not hold a record.
  private static let patience = Duration.seconds(1)

  private var waiting: (record: CallRecord, until: Instant)?
  /// Streams that were closed and have not reported yet.
  private var silentStreams = 0

  /// When `advance` must be called next.
  var deadline: Instant? { waiting?.until }

  /// Notes that a stream was closed: its report will come.
  mutating func expectReport() { silentStreams += 1 }

  /// Takes the record of an ended call, and gives back the records that are ready.
  mutating func keep(_ record: CallRecord, hadStream: Bool, now: Instant) -> [CallRecord] {
    var ready: [CallRecord] = []
    if let waiting { ready.append(waiting.record) }
    waiting = nil
    if hadStream {
      waiting = (record, now + Self.patience)
    } else {
      ready.append(record)
    }
    return ready
  }

  /// Takes a stream's last report; the newest of several closed streams is the record's.
  mutating func receive(_ statistics: StreamStatistics) -> CallRecord? {
    silentStreams = max(0, silentStreams - 1)
    guard silentStreams == 0, var record = waiting?.record else { return nil }
    record.statistics = statistics
    waiting = nil
    return record
  }

  /// Gives up waiting when the time has come, also for what other streams still owe.
  mutating func advance(to now: Instant) -> CallRecord? {
    guard let (record, until) = waiting, now >= until else { return nil }
    waiting = nil
    silentStreams = 0
    return record
  }
}
