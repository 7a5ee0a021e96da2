internal import Base

/// A dialog that a provisional response to our INVITE made (RFC 3261 §12.1, RFC 3262 §4).
///
/// A forked INVITE has one for each To tag, with a route set and numbers of its own.
struct EarlyDialog: Sendable {
  /// How many of them one INVITE may have; a response of one more is not acknowledged.
  static let limit = 8

  var dialog: Dialog
  /// The CSeq number of the INVITE.
  let inviteSequence: UInt32
  var receipt = ReliableReceipt()
  /// Whether offer and answer have been exchanged in it; what comes later is no answer.
  var isAgreed = false
  /// The answer to our INVITE's offer, until another exchange has followed.
  var answer = Text()
  /// The response whose offer our user has not answered yet.
  var unanswered: UInt32?

  /// Begins it; the INVITE is the only request of ours so far.
  init(_ dialog: Dialog) {
    self.dialog = dialog
    inviteSequence = dialog.localSequence
  }
}
