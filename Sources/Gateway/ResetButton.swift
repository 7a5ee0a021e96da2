public import Base
internal import Line

/// Decides whether somebody who presses the reset button means it.
///
/// ```
///   up --pressed--> held, the lamp blinks --10 s--> done, the lamp is lit --let go--> up
///                     └--let go before: nothing--> up
///   stuck: pressed since the start --let go--> up
/// ```
/// A button that is pressed when the box starts means nothing: its contact may stick, and a box that
/// forgets everything at every start serves nobody.
public struct ResetButton: Sendable {
  /// What is to be done.
  public enum Output: Equatable, Sendable {
    /// Light the lamp beside the button, or not.
    case lamp(isLit: Bool)
    /// Forget every setting.
    case reset
  }

  /// The most that one call puts out.
  public static let outputLimit = 4
  /// How long the button must be held: longer than anybody who cleans the box does.
  public static let holdTime = Duration.seconds(10)
  /// How long a level must last before it is more than a contact's bounce.
  static let bounceTime = Duration.milliseconds(30)
  /// The lamp changes so often while the button is held.
  static let blinkTime = Duration.milliseconds(500)

  private enum State: Equatable, Sendable {
    case stuck
    case up
    case held(since: Instant, blinkAt: Instant, isLit: Bool)
    case done
  }

  private var state: State
  private var contact = LoopDebouncer(time: Self.bounceTime)

  /// Begins with the button as it is.
  public init(isPressed: Bool, now: Instant) {
    state = isPressed ? .stuck : .up
    if isPressed { _ = contact.observe(.closed, at: now) }
  }

  /// When `advance` must be called next.
  public var deadline: Instant? {
    // While the contact may just have been let go, only that is waited for.
    guard case .held(let since, let blinkAt, _) = state, contact.level == .closed else {
      return contact.deadline
    }
    return soonest(contact.deadline, min(blinkAt, since + Self.holdTime))
  }

  /// Takes a level that the contact took at an instant, which may lie a little back.
  public mutating func observe(isPressed: Bool, at instant: Instant, into out: inout Outbox<Output>)
  {
    // What has become certain before that level came, counts before it.
    advance(to: instant, into: &out)
    if let change = contact.observe(isPressed ? .closed : .open, at: instant) {
      settle(change.edge == .closed, at: change.at, into: &out)
    }
  }

  /// Lets the time pass.
  public mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    if let change = contact.advance(to: now) {
      settle(change.edge == .closed, at: change.at, into: &out)
    }
    guard case .held(let since, let blinkAt, let isLit) = state, contact.level == .closed else {
      return
    }
    if now >= since + Self.holdTime {
      state = .done
      out.emit(.lamp(isLit: true))
      out.emit(.reset)
    } else if now >= blinkAt {
      state = .held(since: since, blinkAt: now + Self.blinkTime, isLit: !isLit)
      out.emit(.lamp(isLit: !isLit))
    }
  }

  private mutating func settle(
    _ isPressed: Bool, at instant: Instant, into out: inout Outbox<Output>
  ) {
    switch (state, isPressed) {
    case (.up, true):
      state = .held(since: instant, blinkAt: instant + Self.blinkTime, isLit: true)
      out.emit(.lamp(isLit: true))
    case (.held, false), (.done, false):
      state = .up
      out.emit(.lamp(isLit: false))
    case (.stuck, false): state = .up
    case (.stuck, true), (.held, true), (.done, true), (.up, false): break
    }
  }
}
