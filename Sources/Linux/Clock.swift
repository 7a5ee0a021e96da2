public import Base
internal import CLinux

/// The kernel's clocks.
public enum Clock {
  /// The monotonic clock: for every deadline.
  public static var now: Instant { Instant(nanoseconds: clinux_monotonic_ns()) }

  /// Nanoseconds since 1970: for what the kernel stamps with it, never for deadlines.
  public static var realtimeNanoseconds: Int64 { clinux_realtime_ns() }

  /// The relation of the monotonic clock to the wall clock, read now.
  public static var wall: WallClock {
    let utc = clinux_realtime_ns()
    return WallClock(
      utcNanoseconds: utc, utcOffsetSeconds: clinux_utc_offset_seconds(utc), at: now)
  }
}
