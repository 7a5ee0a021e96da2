internal import Call
internal import SIPAgent

/// The values of labels on the page of metrics.
///
/// They are not the operator's words: a sentence of the console may change, what somebody's graphs
/// and alerts are made of may not.
extension CallDirection {
  var label: StaticString { self == .outgoing ? "outgoing" : "incoming" }
}

extension CallEndClass {
  var label: StaticString {
    switch self {
    case .here: "local"
    case .remote: "remote"
    case .cancelled: "cancelled"
    case .noAnswer: "no_answer"
    case .busy: "busy"
    case .refused: "refused"
    case .serverFailure: "server_failure"
    case .timeout: "timeout"
    case .unauthorized: "unauthorized"
    case .lost: "lost"
    case .incompatible: "incompatible"
    case .noRoom: "no_room"
    case .outOfService: "out_of_service"
    }
  }
}

extension PortStage {
  var label: StaticString {
    switch self {
    case .idle: "idle"
    case .unregistered: "unregistered"
    case .dialling: "dialling"
    case .calling: "calling"
    case .alerting: "alerting"
    case .ringing: "ringing"
    case .talking: "talking"
    case .disconnected: "disconnected"
    case .howler: "howler"
    case .lockedOut: "locked_out"
    case .outOfService: "out_of_service"
    case .testing: "testing"
    }
  }

  /// Whether the handset is off; `nil` when the hardware that would tell may be gone, or somebody
  /// tests the line.
  var isOffHook: Bool? {
    switch self {
    case .idle, .ringing: false
    case .unregistered, .dialling, .calling, .alerting, .talking, .disconnected, .howler,
      .lockedOut:
      true
    case .outOfService, .testing: nil
    }
  }
}

extension AgentCounter {
  var label: StaticString {
    switch self {
    case .received: "received"
    case .sent: "sent"
    case .resent: "resent"
    case .repeated: "repeated"
    case .stranger: "stranger"
    case .insecure: "insecure"
    case .excess: "excess"
    case .keepAlive: "keep_alive"
    case .malformed: "malformed"
    case .strayResponse: "stray_response"
    case .strayAck: "stray_ack"
    case .unknownDialog: "unknown_dialog"
    case .unsupportedMethod: "unsupported_method"
    case .unsupportedExtension: "unsupported_extension"
    case .merged: "merged"
    case .badRequest: "bad_request"
    case .unknownUser: "unknown_user"
    case .overloaded: "overloaded"
    case .glare: "glare"
    case .outOfOrder: "out_of_order"
    case .unpublished: "unpublished"
    }
  }
}

/// An alarm without what it is about.
enum AlarmKind: UInt8, CaseIterable {
  case networkDown
  case noService
  case serverLost
  case notRegistered
  case notRefreshed
  case lockedOut
  case cardLost
  case lineCircuitLost
  case tooSlow
  case clockNotSet
  case provisioning
  case storageFailed
  case storageWaits

  /// The kind of an alarm.
  init(_ alarm: Alarm) {
    switch alarm {
    case .networkDown: self = .networkDown
    case .noService: self = .noService
    case .serverLost: self = .serverLost
    case .notRegistered: self = .notRegistered
    case .notRefreshed: self = .notRefreshed
    case .lockedOut: self = .lockedOut
    case .cardLost: self = .cardLost
    case .lineCircuitLost: self = .lineCircuitLost
    case .tooSlow: self = .tooSlow
    case .clockNotSet: self = .clockNotSet
    case .provisioning: self = .provisioning
    case .storageFailed: self = .storageFailed
    case .storageWaits: self = .storageWaits
    }
  }

  var label: StaticString {
    switch self {
    case .networkDown: "network_down"
    case .noService: "no_service"
    case .serverLost: "server_lost"
    case .notRegistered: "not_registered"
    case .notRefreshed: "not_refreshed"
    case .lockedOut: "locked_out"
    case .cardLost: "card_lost"
    case .lineCircuitLost: "line_circuit_lost"
    case .tooSlow: "too_slow"
    case .clockNotSet: "clock_not_set"
    case .provisioning: "provisioning"
    case .storageFailed: "storage_failed"
    case .storageWaits: "storage_waits"
    }
  }
}
