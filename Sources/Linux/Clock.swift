public import Base
internal import CLinux

/// The kernel's two clocks.
public enum Clock {
  /// The monotonic clock: for every deadline.
  public static var now: Instant { Instant(nanoseconds: clinux_monotonic_ns()) }

  /// Nanoseconds since 1970: for time stamps that leave the box, never for deadlines.
  public static var realtimeNanoseconds: Int64 { clinux_realtime_ns() }
}

/// Wakes the event loop at an instant on the monotonic clock.
public struct DeadlineTimer: ~Copyable {
  private let descriptor: FileDescriptor

  /// Makes a timer that is not armed.
  public init() throws(Errno) {
    descriptor = try FileDescriptor(
      timerfd_create(CLOCK_MONOTONIC, CInt(TFD_NONBLOCK) | CInt(TFD_CLOEXEC)))
  }

  /// The descriptor that becomes readable at the deadline.
  public var rawValue: CInt { descriptor.rawValue }

  /// Asks to be woken at the deadline, or never on `nil`; one in the past fires at once.
  public func arm(_ deadline: Instant?) throws(Errno) {
    let nanoseconds = deadline.map { max($0.nanoseconds, 1) } ?? 0
    guard clinux_timerfd_arm(descriptor.rawValue, nanoseconds) == 0 else { throw Errno() }
  }
}
