public import Base
internal import CHardware

/// The versions of the driver libraries that are loaded, for `show version`.
public enum LibraryVersions {
  /// Their names and versions in one line, without a line end.
  public static var text: Text {
    var text = Text("libasound ")
    unsafe text.append(cString: chardware_alsa_version())
    text.append(", libgpiod ")
    unsafe text.append(cString: chardware_gpiod_version())
    return text
  }
}

extension Array where Element == UInt8 {
  fileprivate mutating func append(cString: UnsafePointer<CChar>?) {
    guard var next = unsafe cString else { return }
    while unsafe next.pointee != 0 {
      append(UInt8(bitPattern: unsafe next.pointee))
      unsafe next += 1
    }
  }
}
