internal import Base

/// The subscription of a session to the conference whose focus it talks to (RFC 4575, RFC 4579 §4).
struct ConferenceWatch: Sendable {
  /// How many focuses one call may follow, whatever its far side says of itself.
  static let focusLimit: UInt8 = 8

  /// The focus: the far side's Contact; empty when that is none any more.
  var focus: Text
  var event: EventWatch
  var roster = ConferenceRoster()
  /// Whether the whole state was asked for and has not come; a focus that never sends it is not
  /// asked again and again.
  var isIncomplete = false
  /// How many there were when the log was told last.
  var notedCount = 0

  init(focus: Text, settings: UserAgentSettings) {
    self.focus = focus
    event = EventWatch(.conference, settings: settings)
  }

  /// Who takes part now; `nil` as long as nobody tells.
  var current: ConferenceRoster? {
    event.status == .active && roster.version != nil ? roster : nil
  }
}
