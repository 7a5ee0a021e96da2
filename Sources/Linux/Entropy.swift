internal import CLinux

/// The kernel's random numbers.
public enum Entropy {
  /// A fresh 256-bit seed.
  public static func seed() throws(Errno) -> (UInt64, UInt64, UInt64, UInt64) {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    guard unsafe clinux_random(&words, 32) == 0 else { throw Errno() }
    return words
  }
}
