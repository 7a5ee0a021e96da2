internal import Line
internal import SIPAgent

/// Why dial tone may be another one than the usual.
///
/// The countries' profiles have one special dial tone for all of it: while a single reason stands,
/// the tone is special, whoever has told it.
struct DialToneReasons: Equatable, Sendable {
  /// Whether messages wait in the account's mailbox; `nil` before its first word.
  var hasMessages: Bool?
  /// What the network has named.
  var pattern = DialTonePattern.standard

  /// The tone that sounds.
  var tone: CallProgressTone {
    switch pattern {
    case .standard: hasMessages == true ? .stutterDial : .dial
    case .specialCondition, .messageWaiting: .stutterDial
    }
  }
}
