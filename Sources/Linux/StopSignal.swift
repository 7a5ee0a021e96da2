internal import CLinux

/// SIGTERM and SIGINT as something that the event loop can wait for.
///
/// Made before any other thread starts, so that every thread has them blocked.
public struct StopSignal: ~Copyable {
  private let descriptor: FileDescriptor

  /// Blocks the two signals and SIGPIPE's default, and watches for them.
  public init() throws(Errno) { descriptor = try FileDescriptor(clinux_signalfd_for_stop()) }

  /// The descriptor that is readable when a signal waits.
  public var rawValue: CInt { descriptor.rawValue }

  /// Takes a signal that waits.
  public func take() { _ = clinux_read_signal(descriptor.rawValue) }
}
