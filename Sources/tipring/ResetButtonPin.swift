import Base
import Board
import Gateway
import Hardware
import Linux

/// The board's reset button: its pins, and what is perceived of whoever presses it.
///
/// Pins that cannot be had are tried again now and then.
final class ResetButtonPin {
  private static let retryInterval = Duration.seconds(5)

  private let wiring: ButtonWiring?
  private var button: PushButton?
  private var press = ResetButton(isPressed: false, now: .zero)
  private var outputs = Outbox<ResetButton.Output>(limit: ResetButton.outputLimit)
  private var retryAt: Instant?
  /// Whether there is a button, for whoever asks.
  private(set) var presence = ResetButtonPresence.none

  /// Prepares it; no pin is taken yet.
  init(_ board: BoardDescription?) { wiring = board?.resetButton }

  /// When `advance` must be called next.
  var deadline: Instant? {
    guard let button else { return retryAt }
    return soonest(press.deadline, button.deadline)
  }

  /// Whether a ready descriptor is the button's.
  func owns(_ descriptor: CInt) -> Bool { descriptor >= 0 && descriptor == button?.rawValue }

  /// Takes the pins, if the board has a button.
  func open(now: Instant, in loop: borrowing EventLoop) {
    guard let wiring else { return }
    retryAt = now + Self.retryInterval
    do throws(ButtonFailure) {
      let taken = try PushButton(wiring, now: now)
      if taken.rawValue >= 0 { try? loop.watch(taken.rawValue) }
      press = ResetButton(isPressed: taken.isPressed, now: now)
      button = taken
      presence = .ready(pin: wiring.pin.text)
    } catch {
      presence = .missing(Self.words(for: error))
    }
  }

  /// Reads the pin and lets the time pass; whether somebody has held the button for long enough.
  func advance(to now: Instant, in loop: borrowing EventLoop) -> Bool {
    guard let button else {
      if let due = retryAt, now >= due { open(now: now, in: loop) }
      return false
    }
    var isHeld = false
    for edge in button.edges(now: now) {
      press.observe(isPressed: edge.isPressed, at: edge.at, into: &outputs)
      isHeld = carryOut(button) || isHeld
    }
    press.advance(to: now, into: &outputs)
    return carryOut(button) || isHeld
  }

  private func carryOut(_ button: PushButton) -> Bool {
    var isHeld = false
    for output in outputs.drain() {
      switch output {
      case .lamp(let isLit): button.light(isLit)
      case .reset: isHeld = true
      }
    }
    return isHeld
  }

  /// Names the pin as the board file does, its line there, and the kernel's reason.
  private static func words(for failure: ButtonFailure) -> Text {
    var words = Text("line ")
    words.append(decimal: failure.pin.line)
    words.append(" of the board file: GPIO ")
    return words + failure.pin.text + Text(": ") + failure.errno.message
  }
}
