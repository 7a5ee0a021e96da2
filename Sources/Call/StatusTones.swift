public import Line
internal import SIPAgent

/// One row of the table: final status codes of an INVITE and the tone that tells them.
struct StatusTone {
  let codes: ClosedRange<UInt16>
  let tone: CallProgressTone
}

extension CallProgressTone {
  /// What a subscriber hears for a final status code (RFC 3261 §21); the first row that fits counts.
  ///
  /// How each tone sounds is the country's business.
  static let statusTones: [StatusTone] = [
    StatusTone(codes: 404...404, tone: .vacant),  // Not Found
    StatusTone(codes: 408...408, tone: .noAnswer),  // Request Timeout, also of the callee
    StatusTone(codes: 410...410, tone: .vacant),  // Gone
    StatusTone(codes: 414...416, tone: .congestion),  // a request that the server cannot take
    StatusTone(codes: 480...480, tone: .noAnswer),  // Temporarily Unavailable
    StatusTone(codes: 484...485, tone: .vacant),  // Address Incomplete, Ambiguous
    StatusTone(codes: 486...486, tone: .busy),  // Busy Here
    StatusTone(codes: 487...487, tone: .noAnswer),  // Request Terminated by somebody else
    StatusTone(codes: 600...600, tone: .busy),  // Busy Everywhere
    StatusTone(codes: 603...603, tone: .busy),  // Decline
    StatusTone(codes: 604...604, tone: .vacant),  // Does Not Exist Anywhere
    StatusTone(codes: 300...699, tone: .congestion),
  ]

  /// The tone for a final status code.
  public static func forStatus(_ code: UInt16) -> CallProgressTone {
    statusTones.first { $0.codes.contains(code) }?.tone ?? .congestion
  }

  /// The tone for a Q.850 cause; `nil` where the cause says no more than the status code.
  ///
  /// 16, 31 and 127 are what a network says that has nothing to say.
  static func forCause(_ cause: UInt8) -> CallProgressTone? {
    switch cause {
    case 1, 22, 28: .vacant  // unallocated, changed, incomplete
    case 17, 21: .busy  // user busy, call rejected
    case 18, 19, 20: .noAnswer  // no user responding, no answer, subscriber absent
    case 2...8, 23...27, 32...126: .congestion  // no route, out of order, no resource
    default: nil
    }
  }

  /// The tone for the end of a session; a cause of the telephone network knows best.
  static func forEnd(_ reason: EndReason, cause: UInt8?) -> CallProgressTone {
    if let tone = cause.flatMap(forCause) { return tone }
    return forEnd(reason)
  }

  private static func forEnd(_ reason: EndReason) -> CallProgressTone {
    switch reason {
    case .byRemote, .local, .cancelled, .unacknowledged, .dialogLost: .busy
    case .timeout, .unauthorized: .congestion
    case .status(let code): forStatus(code)
    }
  }
}
