internal import CLinux

/// A counter of the kernel that one thread raises and another waits for (eventfd).
public struct EventCounter: ~Copyable, Sendable {
  private let descriptor: FileDescriptor

  /// Makes a counter at zero; a read of `rawValue` at zero blocks only when `blocking` is set.
  public init(blocking: Bool = false) throws(Errno) {
    let flags = CInt(EFD_CLOEXEC) | (blocking ? 0 : CInt(EFD_NONBLOCK))
    descriptor = try FileDescriptor(eventfd(0, flags))
  }

  /// The descriptor that is readable while the counter is not zero.
  public var rawValue: CInt { descriptor.rawValue }

  /// Raises the counter by one.
  public func raise() {
    var one: UInt64 = 1
    _ = unsafe write(descriptor.rawValue, &one, 8)
  }

  /// Sets the counter back to zero.
  public func clear() {
    var value: UInt64 = 0
    _ = unsafe read(descriptor.rawValue, &value, 8)
  }
}
