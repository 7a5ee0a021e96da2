public import Base
internal import CLinux

/// Who this process is, and what it becomes.
public enum ThisProcess {
  /// Gives up root's rights for good.
  public static func become(user: UInt32, group: UInt32) throws(Errno) {
    guard clinux_become(user, group) == 0 else { throw Errno() }
  }

  /// Its number.
  public static var identifier: Int32 { getpid() }

  /// Goes on as another program; the first word is its path.
  ///
  /// Returns only with the reason why not.
  public static func execute(_ words: [Text]) -> Errno {
    var pointers = unsafe [UnsafeMutablePointer<CChar>?]()
    for word in words { unsafe pointers.append(strdup(word.terminated.asCString)) }
    unsafe pointers.append(nil)
    if let path = unsafe pointers[0] { _ = unsafe execv(path, pointers) }
    let reason = Errno()
    for i in unsafe pointers.indices { unsafe free(pointers[i]) }
    return reason
  }
}
