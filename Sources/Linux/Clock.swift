public import Base
internal import CLinux

/// The kernel's two clocks.
public enum Clock {
  /// The monotonic clock: for every deadline.
  public static var now: Instant { Instant(nanoseconds: clinux_monotonic_ns()) }

  /// Nanoseconds since 1970: for time stamps that leave the box, never for deadlines.
  public static var realtimeNanoseconds: Int64 { clinux_realtime_ns() }

  /// The present local time.
  public static var localTime: LocalTime {
    var fields: InlineArray<6, Int32> = InlineArray(repeating: 0)
    unsafe withUnsafeMutableBytes(of: &fields) { raw in
      unsafe clinux_local_time(
        clinux_realtime_ns(), raw.baseAddress?.assumingMemoryBound(to: Int32.self))
    }
    return LocalTime(
      year: Int(fields[0]), month: Int(fields[1]), day: Int(fields[2]), hour: Int(fields[3]),
      minute: Int(fields[4]), second: Int(fields[5]))
  }
}
