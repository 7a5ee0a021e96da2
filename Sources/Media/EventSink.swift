public import Base
public import MediaControl

/// Where the media thread puts what the control loop must know; it never waits for it.
public final class EventSink {
  private let ring: MessageRing<MediaEvent>
  /// Whether something was put since `takeNews`.
  private var hasNews = false
  /// Events that found the ring full and are gone.
  public private(set) var lost: UInt32 = 0

  /// Writes into a ring.
  public init(_ ring: MessageRing<MediaEvent>) { self.ring = ring }

  /// Tells an event.
  public func emit(_ event: MediaEvent) {
    if ring.write(event) {
      hasNews = true
    } else {
      lost &+= 1
    }
  }

  /// Whether events were told since the last call, so that the reader must be woken.
  public func takeNews() -> Bool {
    defer { hasNews = false }
    return hasNews
  }
}
