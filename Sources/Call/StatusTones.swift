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

  /// The tone for the end of a session.
  static func forEnd(_ reason: EndReason) -> CallProgressTone {
    switch reason {
    case .byRemote, .local, .cancelled, .unacknowledged, .dialogLost: .busy
    case .timeout, .unauthorized: .congestion
    case .status(let code): forStatus(code)
    }
  }
}
