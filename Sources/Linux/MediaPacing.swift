public import Base
internal import CLinux

/// Paces a thread: expires at a first instant and then every period, whatever the thread does.
public struct PeriodicTimer: ~Copyable, Sendable {
  private let descriptor: FileDescriptor

  /// Makes a timer that does not run.
  public init() throws(Errno) {
    descriptor = try FileDescriptor(timerfd_create(CLOCK_MONOTONIC, CInt(TFD_CLOEXEC)))
  }

  /// Runs from now on; an instant in the past expires at once.
  public func start(first: Instant, period: Duration) throws(Errno) {
    let nanoseconds = max(first.nanoseconds, 1)
    guard
      clinux_timerfd_every(descriptor.rawValue, nanoseconds, period.inNanoseconds) == 0
    else { throw Errno() }
  }

  /// Stops it and forgets what expired.
  public func stop() throws(Errno) {
    guard clinux_timerfd_every(descriptor.rawValue, 0, 0) == 0 else { throw Errno() }
  }

  /// Sleeps until it expires; returns how often it expired since the last time, 0 when a signal
  /// ended the sleep.
  public func wait() -> UInt64 {
    var expirations: UInt64 = 0
    let n = unsafe read(descriptor.rawValue, &expirations, 8)
    return n == 8 ? expirations : 0
  }
}

/// A flag that one thread raises and another sleeps on or polls (eventfd).
public struct WakeSignal: ~Copyable, Sendable {
  private let descriptor: FileDescriptor

  /// Makes a lowered signal; `blocking` says whether `lower` sleeps until it is raised.
  public init(blocking: Bool) throws(Errno) {
    let flags = CInt(EFD_CLOEXEC) | (blocking ? 0 : CInt(EFD_NONBLOCK))
    descriptor = try FileDescriptor(eventfd(0, flags))
  }

  /// The descriptor that is readable while the signal is raised.
  public var rawValue: CInt { descriptor.rawValue }

  /// Raises it; raising it twice is raising it once.
  public func raise() {
    var one: UInt64 = 1
    _ = unsafe write(descriptor.rawValue, &one, 8)
  }

  /// Lowers it, after sleeping until it is raised if it is a blocking one.
  public func lower() {
    var count: UInt64 = 0
    _ = unsafe read(descriptor.rawValue, &count, 8)
  }

  /// Lowers it after sleeping until it is raised, or for a time; returns whether it was raised.
  public func lower(within milliseconds: CInt) -> Bool {
    var poller = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&poller, 1, milliseconds) > 0 else { return false }
    lower()
    return true
  }
}
