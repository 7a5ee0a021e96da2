internal import Synchronization

/// Carries small values from one writer thread to one reader thread without a lock.
///
/// Both counters only grow and wrap at 2^32; their difference is the fill level. The capacity is a
/// power of two, so that wrapping and indexing agree. Nothing allocates after `init`.
@safe
public final class MessageRing<Element: BitwiseCopyable>: @unchecked Sendable {
  private let storage: UnsafeMutablePointer<Element>
  private let mask: UInt32
  private let written = Atomic<UInt32>(0)
  private let taken = Atomic<UInt32>(0)

  /// Makes an empty ring; `capacity` in elements, a power of two.
  public init(capacity: UInt32) {
    precondition(capacity > 0 && capacity & (capacity - 1) == 0, "capacity must be a power of two")
    unsafe storage = .allocate(capacity: Int(capacity))
    mask = capacity - 1
  }

  deinit { unsafe storage.deallocate() }

  /// Stores the element, or returns `false` when the ring is full; for the writer thread only.
  public func write(_ element: Element) -> Bool {
    let w = written.load(ordering: .relaxed)
    guard w &- taken.load(ordering: .acquiring) <= mask else { return false }
    unsafe (storage + Int(w & mask)).initialize(to: element)
    written.store(w &+ 1, ordering: .releasing)
    return true
  }

  /// Takes the oldest element, or `nil` when the ring is empty; for the reader thread only.
  public func read() -> Element? {
    let r = taken.load(ordering: .relaxed)
    guard written.load(ordering: .acquiring) != r else { return nil }
    let element = unsafe storage[Int(r & mask)]
    taken.store(r &+ 1, ordering: .releasing)
    return element
  }
}
