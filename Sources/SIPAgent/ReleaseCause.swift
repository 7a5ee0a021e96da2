/// The causes of ITU-T Q.850 that we say ourselves.
enum ReleaseCause {
  static let normalClearing: UInt8 = 16
  static let nonSelectedUserClearing: UInt8 = 26
  static let recoveryOnTimerExpiry: UInt8 = 102

  /// The cause that goes with a refusal of ours; `nil` for one that is SIP's own business.
  static func of(refusal code: UInt16) -> UInt8? {
    switch code {
    case 404: 1  // unallocated number
    case 410: 22  // number changed
    case 480: 18  // no user responding
    case 484: 28  // invalid number format
    case 486, 600: 17  // user busy
    case 488: 88  // incompatible destination
    case 603: 21  // call rejected
    default: nil
    }
  }
}
