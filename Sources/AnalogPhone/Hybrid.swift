import Glibc

/// The balance of the line's two-wire to four-wire junction: a part of what comes is returned.
///
/// The echo is the same sound, weaker by the loss and later by some samples.
struct Hybrid {
  private let gain: Double
  /// What came and has not been returned yet.
  private var past: [Int16]

  /// Makes a junction with a loss in decibels.
  init(lossDB: Double, delay samples: Int) {
    gain = pow(10, -lossDB / 20)
    past = [Int16](repeating: 0, count: samples)
  }

  /// Adds to what the mouthpiece says the echo of what the earpiece hears.
  mutating func mix(_ said: [Int16], heard: [Int16]) -> [Int16] {
    past += heard
    let echo = past.prefix(said.count)
    past.removeFirst(echo.count)
    return zip(said, echo).map { clipped(Double($0) + gain * Double($1)) }
  }
}
