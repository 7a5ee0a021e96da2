import Glibc

/// The sixteen signals of ITU-T Q.23.
enum DTMF {
  /// The low group in hertz.
  static let low = [697.0, 770, 852, 941]
  /// The high group in hertz.
  static let high = [1_209.0, 1_336, 1_477, 1_633]

  private static let keys: [[Character]] = [
    ["1", "2", "3", "A"], ["4", "5", "6", "B"], ["7", "8", "9", "C"], ["*", "0", "#", "D"],
  ]

  /// The key of a row and a column.
  static func key(row: Int, column: Int) -> Character { keys[row][column] }

  /// The two frequencies of a key.
  static func hertz(of key: Character) -> (low: Double, high: Double)? {
    for row in 0..<4 {
      for column in 0..<4 where keys[row][column] == key { return (low[row], high[column]) }
    }
    return nil
  }

  /// Whether two frequencies are one of each group.
  static func isPair(_ hertz: [Double]) -> Bool {
    hertz.count == 2 && low.contains { areNear([hertz[0]], [$0]) }
      && high.contains { areNear([hertz[1]], [$0]) }
  }

  /// How digits are sent.
  struct Sending: Equatable {
    /// How long a digit sounds.
    var onMs = 100
    /// How long it is quiet after it.
    var gapMs = 100
    /// Level of the low frequency in dBm0.
    var lowDBm0 = -9.0
    /// Level of the high frequency in dBm0.
    var highDBm0 = -7.0
  }
}
