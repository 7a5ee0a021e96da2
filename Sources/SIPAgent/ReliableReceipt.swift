/// Which reliable provisional responses of one early dialog are to be acknowledged (RFC 3262 §4).
///
/// ```
///   fresh --any RSeq--> following(n) --RSeq n + 1--> following(n + 1)
///                            |
///                   every other RSeq: neither acknowledged nor looked at
/// ```
/// A lower number is a copy, whose PRACK repeats itself; a higher one will come again once the
/// one before it has arrived.
struct ReliableReceipt: Sendable {
  private enum State: Sendable {
    case fresh
    case following(UInt32)
  }

  private var state = State.fresh

  /// Whether there was one.
  var hasBegun: Bool { if case .fresh = state { false } else { true } }

  /// Whether the response with this RSeq is the next one.
  mutating func receive(_ number: UInt32) -> Bool {
    switch state {
    case .fresh:
      state = .following(number)
      return true
    case .following(let last):
      guard number == last &+ 1 else { return false }
      state = .following(number)
      return true
    }
  }
}
