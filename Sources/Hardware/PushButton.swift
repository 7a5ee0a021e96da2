public import Base
public import Board
public import Linux

/// A push button of the board on a GPIO pin, and the lamp beside it, if there is one.
///
/// What a press means is decided elsewhere.
public final class PushButton {
  private static let lookInterval = Duration.milliseconds(50)

  private let contact: ContactPin
  private let lamp: GPIOLine?

  /// Takes the pins; the lamp is dark.
  ///
  /// Throws which pin could not be had, and why.
  public init(_ wiring: ButtonWiring, now: Instant) throws(ButtonFailure) {
    contact = try Self.taking(wiring.pin) { pin throws(Errno) in
      try ContactPin(pin, interval: Self.lookInterval, now: now)
    }
    if let pin = wiring.lamp {
      lamp = try Self.taking(pin) { pin throws(Errno) in try GPIOLine(pin, isOutput: true) }
    } else {
      lamp = nil
    }
  }

  private static func taking<Taken>(
    _ pin: GPIOPin, _ take: (GPIOPin) throws(Errno) -> Taken
  ) throws(ButtonFailure) -> Taken {
    do throws(Errno) {
      return try take(pin)
    } catch {
      throw ButtonFailure(pin: pin, errno: error)
    }
  }

  /// The descriptor to watch; -1 when the pin tells no edges.
  public var rawValue: CInt { contact.rawValue }

  /// When `edges` has something to do without a descriptor.
  public var deadline: Instant? { contact.deadline }

  /// Whether it was pressed when its pin was taken.
  public var isPressed: Bool { contact.seen }

  /// What the contact did since the last call, its bounce too.
  public func edges(now: Instant) -> [(isPressed: Bool, at: Instant)] {
    contact.edges(now: now).map { ($0.isActive, $0.at) }
  }

  /// Lights the lamp, or not; without one, or when it refuses, nothing happens.
  public func light(_ isLit: Bool) { try? lamp?.set(isLit) }
}

/// Which pin of a button could not be had, and why.
public struct ButtonFailure: Error {
  /// The pin, with the line of the board file that names it.
  public let pin: GPIOPin
  /// The kernel's reason.
  public let errno: Errno
}
