public import Base
public import Line
public import Linux

/// What a line circuit perceived.
public enum LineCircuitEvent {
  /// The loop was closed or opened, at an instant that may lie a little back.
  case loop(LoopEdge, at: Instant)
  /// The simulated line's audio socket; who takes the event owns the descriptor.
  case audio(descriptor: CInt)
}

/// The driver of one FXS port's line: it perceives edges of the loop and sets the feed.
///
/// What an edge means is decided in `Line`; a driver only reports it.
public protocol LineCircuit: AnyObject {
  /// The port whose line this is, from 1.
  var port: UInt8 { get }
  /// The descriptor to watch from the start, -1 for none; the driver watches others by itself.
  var rawValue: CInt { get }
  /// When `advance` must be called next.
  var deadline: Instant? { get }

  /// Whether a ready descriptor is one of this line's.
  func owns(_ descriptor: CInt) -> Bool
  /// Feeds the line.
  func set(_ feed: LineFeed, now: Instant)
  /// Reads what a ready descriptor has, and returns what it means.
  func ready(_ descriptor: CInt, in loop: borrowing EventLoop) -> [LineCircuitEvent]
  /// Lets the time pass; returns what that means.
  func advance(to now: Instant) -> [LineCircuitEvent]
  /// Why the hardware refused something, once.
  func takeFailure() -> Errno?
}
