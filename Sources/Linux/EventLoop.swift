public import Base
internal import CLinux

/// Waits for descriptors and for a deadline, with epoll.
public struct EventLoop: ~Copyable {
  /// How many ready descriptors one turn takes at the most; the others wait for the next turn.
  public static let budget = 32

  private let descriptor: FileDescriptor
  private var ready = [CInt](repeating: 0, count: budget)

  /// Makes a loop that watches nothing.
  public init() throws(Errno) {
    descriptor = try FileDescriptor(epoll_create1(CInt(EPOLL_CLOEXEC)))
  }

  /// Reports the descriptor whenever it is readable or its other end is gone.
  public func watch(_ rawDescriptor: CInt) throws(Errno) {
    let result = clinux_epoll_watch(descriptor.rawValue, rawDescriptor)
    guard result == 0 else { throw Errno() }
  }

  /// Reports a watched descriptor when it can be written to, or when it is readable again.
  public func change(_ rawDescriptor: CInt, toWriting isWriting: Bool) throws(Errno) {
    let result = clinux_epoll_change(descriptor.rawValue, rawDescriptor, isWriting ? 1 : 0)
    guard result == 0 else { throw Errno() }
  }

  /// Stops watching a descriptor that is still open.
  public func forget(_ rawDescriptor: CInt) {
    _ = epoll_ctl(descriptor.rawValue, EPOLL_CTL_DEL, rawDescriptor, nil)
  }

  /// Waits until something is readable or the deadline is reached, and gives the ready descriptors.
  ///
  /// Rounded up to whole milliseconds, so that a deadline has passed when the wait ends at it.
  public mutating func wait(until deadline: Instant?, now: Instant) -> [CInt] {
    var milliseconds: CInt = -1
    if let deadline {
      let left = max(0, deadline.nanoseconds - now.nanoseconds)
      milliseconds = CInt(clamping: (left + 999_999) / 1_000_000)
    }
    let count = unsafe clinux_epoll_wait(
      descriptor.rawValue, &ready, CInt(Self.budget), milliseconds)
    return count > 0 ? Array(ready[0..<Int(count)]) : []
  }
}
