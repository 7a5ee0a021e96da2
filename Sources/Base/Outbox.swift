/// What a state machine wants done, as values, in the order in which it wants it done.
///
/// The limit is a design figure. A machine that says more than it promised has a bug, and to stop
/// there costs less than a queue without an end in the field.
public struct Outbox<Output> {
  /// The outputs that nobody has taken yet, oldest first.
  public private(set) var pending: [Output] = []
  /// How many outputs may wait at the same time.
  public let limit: Int

  /// Makes an empty box with room for `limit` outputs.
  public init(limit: Int) { self.limit = limit }

  /// Adds an output behind the ones that wait.
  public mutating func emit(_ output: Output) {
    precondition(pending.count < limit, "outbox limit exceeded")
    pending.append(output)
  }

  /// Takes all outputs that wait.
  public mutating func drain() -> [Output] {
    // Without the old storage the next turn begins small: room for the limit may be half a megabyte.
    defer { pending = [] }
    return pending
  }
}
