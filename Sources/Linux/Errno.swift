public import Base
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

  /// There is no such device.
  public static var noDevice: Errno { Errno(rawValue: ENODEV) }

  /// The kernel's words for the error.
  public var message: Text {
    var message = Text()
    guard var next = unsafe strerror(rawValue) else { return message }
    while unsafe next.pointee != 0 {
      message.append(UInt8(bitPattern: unsafe next.pointee))
      unsafe next += 1
    }
    return message
  }

  /// Nothing is there now; a readiness event will tell.
  public var wouldBlock: Bool { rawValue == EAGAIN || rawValue == EINTR }

  /// Whether there is no such file.
  public var isNoSuchFile: Bool { rawValue == ENOENT }

  /// Something of that name exists.
  public var isThereAlready: Bool { rawValue == EEXIST }

  /// An audio card's ring ran empty or full.
  public var isXrun: Bool { rawValue == EPIPE }

  /// The machine was suspended under an audio card.
  public var isSuspended: Bool { rawValue == ESTRPIPE }
}
