public import Base
internal import CHardware

/// The versions of the driver libraries that are loaded, for `show version`.
public enum LibraryVersions {
  /// E.g. "libasound 1.2.8, libgpiod 1.6.3".
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
