internal import Line
internal import SIPAgent

extension RingCadence {
  /// The bell's rhythm for a call that wants another one than the country's; `nil` for the others.
  static func forAlert(_ alert: AlertPattern) -> RingCadence? {
    switch alert {
    case .ordinary: nil
    case .inside: distinctive[0]
    case .urgent: distinctive[1]
    case .fourth: distinctive[2]
    }
  }
}
