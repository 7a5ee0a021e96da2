public import Base

/// Whether somebody at the box can take it back to the factory's settings.
public enum ResetButtonPresence: Equatable, Sendable {
  /// The board has no such button.
  case none
  /// It is there, at this pin.
  case ready(pin: Text)
  /// The board has one, but its pin cannot be had: why.
  case missing(Text)
}

/// The factory's settings by a button.
extension Gateway {
  /// Somebody has held the reset button for long enough; `buttonResetDone` follows.
  public mutating func buttonHeld(now: Instant, into out: inout Outbox<GatewayOutput>) {
    self.now = now
    editing.storing += 1
    out.emit(.factoryReset)
  }

  /// What came of it.
  public mutating func buttonResetDone(
    _ result: ConsoleErrandResult, now: Instant, into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    editing.storing -= 1
    noteStorage(.factoryReset, result)
    if case .failed(let why) = result {
      let words = Text("the reset button: ") + why + Text(": not all is forgotten")
      return journal.note(.failure(words), at: now)
    }
    journal.note(.factoryResetByButton, at: now)
    stop(now: now, into: &out)
  }

  /// The reset button is there now, or its pin cannot be had.
  public mutating func note(resetButton presence: ResetButtonPresence, now: Instant) {
    guard resetButton != presence else { return }
    let wasMissing = if case .missing = resetButton { true } else { false }
    resetButton = presence
    if case .missing(let why) = presence {
      journal.note(.failure(Text("the reset button: ") + why), at: now)
    } else if wasMissing {
      journal.note(.buttonReturned, at: now)
    }
  }

  /// What `show environment` says of it.
  func appendResetButton(to answer: inout Text) {
    switch resetButton {
    case .none: answer.append("no reset button\n")
    case .ready(let pin):
      answer.append("reset button: ")
      answer += pin
      answer.append("\n")
    case .missing(let why):
      answer.append("reset button: missing: ")
      answer += why
      answer.append("\n")
    }
  }

  /// What `show status` says of a button that should be there.
  var wordsOfMissingButton: Text? {
    guard case .missing(let why) = resetButton else { return nil }
    return Text("the reset button is missing: ") + why
  }
}
