/// What the phone can be told.
enum Command: Equatable {
  case lift
  case hangUp
  case flash(ms: Int)
  case dial([Character], DTMF.Sending)
  case pulse([Int], HookSwitch.PulseTiming)
  case play(String)
  case say(String)
  case tone([Double], ms: Int, dBm0: Double)
  case stop
  /// `nil`: nothing is returned.
  case hybrid(lossDB: Double?, delay: Int)
  case record(String)
  case recordStop
  case wait([Condition], text: String, ms: Int)
  case pause(ms: Int)
  case hear
  case status
  case help
  case quit
}

/// What can be waited for.
enum Condition: Equatable {
  case tone(String)
  case sound
  case silence
  case speech
  case ring
  case ringOff
  case ringEnd
  case callerID
  case messageLamp(isLit: Bool)
  case polarity(reversed: Bool?)
  case feed(LineFeed)
  case digits(String)
  case playDone
  case dialDone
  case connected
}

/// What the box puts on the line.
enum LineFeed: String, CaseIterable {
  case standby
  case forward
  case reverse
  case ringing
  case open
}

/// Why a line is no command.
struct CommandError: Error, Equatable {
  /// The command as far as it was understood.
  let command: String
  let reason: String
}
