/// How long a break of the loop must last to mean something.
///
/// One rule for the overlaps: a break that reaches `flashMax` is a hang-up; a shorter one is a dial
/// pulse while dialling is possible and it lies in the pulse window, else a flash from `flashMin`
/// on, else noise.
public struct LoopTiming: Equatable, Sendable {
  /// The shortest break that is a hook flash.
  public var flashMin: Duration
  /// From here on a break is a hang-up.
  public var flashMax: Duration
  /// The shortest break that is a dial pulse; DAHDI accepts from 15 ms on.
  public var pulseMin: Duration = .milliseconds(15)
  /// The longest break that is a dial pulse; 10 pulses a second break for 50–67 ms.
  public var pulseMax: Duration = .milliseconds(120)
  /// The loop closed for so long ends a train of pulses; published minima are 250 to 500 ms.
  public var interDigit: Duration = .milliseconds(250)

  /// Makes the timing with a flash window in milliseconds and common pulse limits.
  public init(flashMs window: ClosedRange<Int>) {
    flashMin = .milliseconds(window.lowerBound)
    flashMax = .milliseconds(window.upperBound)
  }
}
