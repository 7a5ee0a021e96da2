/// A sine of one frequency and level whose phase goes on from call to call.
struct Oscillator: Sendable {
  var phase: UInt32 = 0
  var step: UInt32 = 0
  var peak: Int32 = 0

  /// The next sample.
  @inline(__always)
  mutating func next(_ sine: SineTable) -> Int32 {
    let value = (sine.value(phase) * peak) >> 15
    phase &+= step
    return value
  }
}

/// The nearest sample that fits 16 bits.
@inline(__always)
func saturated(_ value: Int32) -> Int16 { Int16(clamping: value) }
