internal import Base
internal import Board
internal import Linux

/// An input pin with a contact behind it: its edges as the kernel tells them, or, where its chip has
/// no interrupts, as they are found when it is looked at.
///
/// The contact's bounce is told as it comes.
final class ContactPin {
  /// One change of the contact.
  typealias Edge = (isActive: Bool, at: Instant)

  /// Edges that one turn takes; a contact that bounces without end must not keep the loop busy.
  private static let edgeBudget = 64

  private let line: GPIOLine
  private let interval: Duration
  /// When the pin is looked at again; `nil` when it tells its edges.
  private var lookAt: Instant?
  /// The level that was seen last, where there are no interrupts; the first one everywhere.
  private(set) var seen: Bool

  /// Takes the pin, which is looked at every `interval` where it tells no edges.
  init(_ pin: GPIOPin, interval: Duration, now: Instant) throws(Errno) {
    line = try GPIOLine(pin, isOutput: false)
    self.interval = interval
    seen = line.isActive
    if line.rawValue < 0 { lookAt = now + interval }
  }

  /// The descriptor that is readable when there are edges; -1 when the chip tells none.
  var rawValue: CInt { line.rawValue }

  /// When `edges` has something to do without a descriptor.
  var deadline: Instant? { lookAt }

  /// What the kernel tells of the contact since the last call.
  func toldEdges() -> [Edge] {
    var edges: [Edge] = []
    guard lookAt == nil else { return edges }
    while edges.count < Self.edgeBudget, let edge = line.nextEdge() { edges.append(edge) }
    return edges
  }

  /// What the contact did since the last call, by whichever way that is known.
  func edges(now: Instant) -> [Edge] {
    guard let due = lookAt else { return toldEdges() }
    guard now >= due else { return [] }
    lookAt = now + interval
    let level = line.isActive
    defer { seen = level }
    return level == seen ? [] : [(level, now)]
  }
}
