internal import CLinux

/// The kernel's refusal of a system call.
///
/// It is never a bug of the caller: who asked decides what the refusal means for the line or the
/// call that it was serving.
public struct Errno: Error, Equatable, Sendable {
  /// The number, as in errno(3).
  public let rawValue: CInt

  init() { rawValue = clinux_errno() }

  /// Makes the error with that number.
  public init(rawValue: CInt) { self.rawValue = rawValue }

  /// The kernel's words for the error, e.g. "No such file or directory".
  public var message: String { unsafe String(cString: strerror(rawValue)) }

  /// Nothing is there now; a readiness event will tell.
  public var wouldBlock: Bool { rawValue == EAGAIN || rawValue == EINTR }
}
