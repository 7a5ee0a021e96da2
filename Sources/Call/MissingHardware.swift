public import MediaControl

/// What a port lacks and cannot serve without; a port may lack both.
public struct MissingHardware: Equatable, Sendable {
  /// The audio card that is gone.
  public var card: CardNumber?
  /// Whether a pin of its line circuit cannot be had.
  public var lineCircuit: Bool

  /// Says what is missing.
  public init(card: CardNumber? = nil, lineCircuit: Bool = false) {
    self.card = card
    self.lineCircuit = lineCircuit
  }

  /// Whether the port has all that it needs.
  public var isEmpty: Bool { card == nil && !lineCircuit }

  /// Adds what others miss too.
  mutating func add(_ other: MissingHardware) {
    card = card ?? other.card
    lineCircuit = lineCircuit || other.lineCircuit
  }

  /// Takes away what is there again.
  mutating func remove(_ other: MissingHardware) {
    if card == other.card { card = nil }
    if other.lineCircuit { lineCircuit = false }
  }
}
