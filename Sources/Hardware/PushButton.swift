public import Base
public import Board
public import Linux

/// A push button of the board on a GPIO pin, and the lamp beside it, if there is one.
///
/// What a press means is decided elsewhere; the contact's bounce is told as it comes.
public final class PushButton {
  /// Edges that one turn takes; a contact that bounces without end must not keep the loop busy.
  private static let edgeBudget = 64
  /// How often a pin without interrupts is looked at.
  private static let lookInterval = Duration.milliseconds(50)

  private let contact: GPIOLine
  private let lamp: GPIOLine?
  /// When the pin is looked at again; `nil` when it tells its edges.
  private var lookAt: Instant?
  private var lastSeen: Bool

  /// Takes the pins; the lamp is dark.
  ///
  /// Throws which pin could not be had, and why.
  public init(_ wiring: ButtonWiring, now: Instant) throws(ButtonFailure) {
    contact = try Self.open(wiring.pin, isOutput: false)
    lamp = if let pin = wiring.lamp { try Self.open(pin, isOutput: true) } else { nil }
    lastSeen = contact.isActive
    if contact.rawValue < 0 { lookAt = now + Self.lookInterval }
  }

  private static func open(_ pin: GPIOPin, isOutput: Bool) throws(ButtonFailure) -> GPIOLine {
    do throws(Errno) {
      return try GPIOLine(pin, isOutput: isOutput)
    } catch {
      throw ButtonFailure(pin: pin, errno: error)
    }
  }

  /// The descriptor to watch; -1 when the pin tells no edges.
  public var rawValue: CInt { contact.rawValue }

  /// When `edges` has something to do without a descriptor.
  public var deadline: Instant? { lookAt }

  /// Whether it is pressed now.
  public var isPressed: Bool { contact.isActive }

  /// What the contact did since the last call.
  public func edges(now: Instant) -> [(isPressed: Bool, at: Instant)] {
    var edges: [(isPressed: Bool, at: Instant)] = []
    guard let due = lookAt else {
      while edges.count < Self.edgeBudget, let edge = contact.nextEdge() {
        edges.append((edge.isActive, edge.at))
      }
      return edges
    }
    guard now >= due else { return [] }
    lookAt = now + Self.lookInterval
    let seen = contact.isActive
    if seen != lastSeen { edges.append((seen, now)) }
    lastSeen = seen
    return edges
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
