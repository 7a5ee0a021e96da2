internal import Base
internal import Call
internal import SIPAgent

/// Why calls end, in the classes that a graph shows apart.
enum CallEndClass: UInt8, CaseIterable {
  /// Somebody hung up here.
  case here
  /// The far party hung up.
  case remote
  /// The caller gave up before an answer.
  case cancelled
  /// Nobody answered within the country's time.
  case noAnswer
  /// The far party is busy: 486 or 600.
  case busy
  /// The network refused the call with another code below 500, or with one from 600 on.
  case refused
  /// The network failed: 500 to 599.
  case serverFailure
  /// The SBC did not answer.
  case timeout
  /// The SBC did not accept our credentials.
  case unauthorized
  /// Signalling broke off: no ACK, or a dialog that the far side does not know.
  case lost
  /// There is no common codec.
  case incompatible
  /// There was no room for the call here.
  case noRoom
  /// The port went out of service.
  case outOfService

  /// The class of an end.
  init(_ end: CallEnd) {
    switch end {
    case .hungUp, .session(.local): self = .here
    case .session(.byRemote): self = .remote
    case .session(.cancelled): self = .cancelled
    case .session(.timeout): self = .timeout
    case .session(.unauthorized): self = .unauthorized
    case .session(.unacknowledged), .session(.dialogLost): self = .lost
    case .session(.status(486)), .session(.status(600)): self = .busy
    case .session(.status(500...599)): self = .serverFailure
    case .session(.status): self = .refused
    case .noAnswer: self = .noAnswer
    case .incompatible: self = .incompatible
    case .refusedHere: self = .noRoom
    case .outOfService: self = .outOfService
    }
  }
}

/// What the ended calls of one direction add up to since the start.
///
/// `show calls` forgets the old ones; this does not.
struct CallTotals {
  private var ended = [UInt64](repeating: 0, count: CallEndClass.allCases.count)
  /// Those that were answered.
  private(set) var answered: UInt64 = 0
  /// From the answers to the ends.
  private(set) var talked = Duration.zero

  /// How many ended for such a reason.
  subscript(end: CallEndClass) -> UInt64 { ended[Int(end.rawValue)] }

  /// Adds a call that is over.
  mutating func add(_ record: CallRecord) {
    ended[Int(CallEndClass(record.end).rawValue)] += 1
    guard let answeredAt = record.answeredAt else { return }
    answered += 1
    talked += record.endedAt - answeredAt
  }
}
