/// What the wall clock shows at an instant of the monotonic clock.
///
/// The relation between the two changes when the network sets the time or summer begins; whoever
/// owns the loop makes a new value now and then.
public struct WallClock: Equatable, Sendable {
  /// Local wall time since 1970-01-01 00:00 at the monotonic clock's origin, in nanoseconds.
  public let originNanoseconds: Int64
  /// What local time is ahead of UTC, in nanoseconds.
  public let utcOffsetNanoseconds: Int64

  /// Makes the relation from one reading of both clocks.
  ///
  /// `utcNanoseconds` since 1970; `utcOffsetSeconds` is what local time is ahead of UTC.
  public init(utcNanoseconds: Int64, utcOffsetSeconds: Int64, at now: Instant) {
    utcOffsetNanoseconds = utcOffsetSeconds * 1_000_000_000
    originNanoseconds = utcNanoseconds + utcOffsetNanoseconds - now.nanoseconds
  }

  /// UTC at an instant, in nanoseconds since 1970-01-01 00:00.
  public func utcNanoseconds(at instant: Instant) -> Int64 {
    originNanoseconds + instant.nanoseconds - utcOffsetNanoseconds
  }

  /// The local date and time at an instant.
  public func localTime(at instant: Instant) -> LocalTime {
    let total = originNanoseconds + instant.nanoseconds
    let (days, nanoseconds) = Self.divided(total, by: 86_400_000_000_000)
    let seconds = Int(nanoseconds / 1_000_000_000)
    let date = Self.date(daysSince1970: Int(days))
    return LocalTime(
      year: date.year, month: date.month, day: date.day,
      hour: seconds / 3_600, minute: seconds / 60 % 60, second: seconds % 60)
  }

  /// The local microseconds within the second at an instant.
  public func microseconds(at instant: Instant) -> Int {
    Int(Self.divided(originNanoseconds + instant.nanoseconds, by: 1_000_000_000).rest / 1_000)
  }

  private static func divided(_ value: Int64, by size: Int64) -> (whole: Int64, rest: Int64) {
    let rest = value % size
    return rest < 0 ? (value / size - 1, rest + size) : (value / size, rest)
  }

  /// Gregorian date of a day number, counted in eras of 400 years that begin on the first of March,
  /// so that the leap day is the last day of a year.
  private static func date(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = divided(Int64(daysSince1970) + 719_468, by: 146_097)
    let day = Int(dayOfEra)
    let yearOfEra = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (Int(era) * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfMonth)
  }
}

extension Array where Element == UInt8 {
  /// Appends `YYYY-MM-DD hh:mm:ss`.
  public mutating func append(_ time: LocalTime) { append(time, between: " ") }

  /// Appends `YYYY-MM-DDThh:mm:ss` (RFC 3339 §5.6, without the offset).
  public mutating func append(timestamp time: LocalTime) { append(time, between: "T") }

  private mutating func append(_ time: LocalTime, between: StaticString) {
    append(decimal: time.year, padded: 4)
    append("-")
    append(decimal: time.month, padded: 2)
    append("-")
    append(decimal: time.day, padded: 2)
    append(between)
    append(timeOfDay: time)
  }

  /// Appends `hh:mm:ss`.
  public mutating func append(timeOfDay time: LocalTime) {
    append(decimal: time.hour, padded: 2)
    append(":")
    append(decimal: time.minute, padded: 2)
    append(":")
    append(decimal: time.second, padded: 2)
  }
}
