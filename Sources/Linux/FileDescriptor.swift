internal import CLinux

/// Owns a descriptor and closes it exactly once; the compiler refuses a second owner.
public struct FileDescriptor: ~Copyable, Sendable {
  /// The kernel's number, valid while the owner lives.
  public private(set) var rawValue: CInt

  /// Takes over what a system call returned; a negative number throws the call's error.
  init(_ rawValue: CInt) throws(Errno) {
    guard rawValue >= 0 else { throw Errno() }
    self.rawValue = rawValue
  }

  deinit { if rawValue >= 0 { _ = close(rawValue) } }

  /// Gives the number to another owner, who has to close it.
  consuming func release() -> CInt {
    defer { rawValue = -1 }
    return rawValue
  }
}
