public import Base
internal import CLinux

/// The kernel's watchdog: once open, the board is reset unless it is fed within the time-out.
///
/// Closing it without `release` leaves it armed: a process that dies must come back in time.
public final class Watchdog {
  private var descriptor: CInt
  /// The time-out that the hardware took, which may not be the one that was asked for.
  public let timeoutSeconds: Int
  /// Whether the last reset was this watchdog's doing (WDIOF_CARDRESET).
  public let hasBitten: Bool

  /// Opens and arms a device such as `/dev/watchdog`.
  public init(device: Text, timeoutSeconds: Int) throws(Errno) {
    var timeout = CInt(clamping: timeoutSeconds)
    var status: CInt = 0
    descriptor = unsafe clinux_watchdog_open(device.terminated.asCString, &timeout, &status)
    self.timeoutSeconds = Int(timeout)
    hasBitten = status != 0
    guard descriptor >= 0 else { throw Errno() }
  }

  deinit { if descriptor >= 0 { _ = close(descriptor) } }

  /// Starts its time anew.
  public func feed() {
    var byte: UInt8 = 0
    _ = unsafe write(descriptor, &byte, 1)
  }

  /// Disarms it (magic close): for an ordered stop only.
  public func release() {
    var magic = UInt8(ascii: "V")
    _ = unsafe write(descriptor, &magic, 1)
    _ = close(descriptor)
    descriptor = -1
  }
}
