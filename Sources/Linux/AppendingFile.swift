public import Base
internal import CLinux

/// A file that grows at its end; only its owner may read it.
public final class AppendingFile {
  private let descriptor: FileDescriptor

  /// Makes the file anew, empty.
  public init(creating path: Text) throws(Errno) {
    descriptor = try FileDescriptor(unsafe clinux_create(path.terminated.asCString))
  }

  /// Appends all the bytes.
  public func append(_ bytes: Text) throws(Errno) {
    try File.write(bytes, to: descriptor)
  }
}
