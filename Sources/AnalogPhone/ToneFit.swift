import Glibc

/// The sines of given frequencies that explain some samples best (least squares).
///
/// Unlike a bank of filters it separates frequencies that are closer than the reciprocal of the
/// window, and it tells how much of the power they leave unexplained.
struct ToneFit {
  /// Peak value of each sine, in the order of the frequencies.
  let amplitudes: [Double]
  /// Share of the power that the sines explain: 1 for pure tones, near 0 for noise.
  let purity: Double

  init(_ samples: [Int16], _ range: Range<Int>, hertz: [Double]) {
    var system = NormalEquations(unknowns: hertz.count * 2)
    var oscillators = hertz.map(Oscillator.init)
    var row = [Double](repeating: 0, count: hertz.count * 2)
    for i in range {
      for k in oscillators.indices {
        row[2 * k] = oscillators[k].cosine
        row[2 * k + 1] = oscillators[k].sine
        oscillators[k].step()
      }
      system.add(row, value: Double(samples[i]))
    }
    let solution = system.solve()
    amplitudes = hertz.indices.map { hypot(solution[2 * $0], solution[2 * $0 + 1]) }
    purity = system.explainedShare(solution)
  }
}

/// A unit phasor that turns by one sample at a time.
private struct Oscillator {
  var cosine = 1.0
  var sine = 0.0
  private let turnCosine: Double
  private let turnSine: Double

  init(hertz: Double) {
    let turn = 2 * Double.pi * hertz / 8_000
    turnCosine = cos(turn)
    turnSine = Glibc.sin(turn)
  }

  mutating func step() {
    let next = cosine * turnCosine - sine * turnSine
    sine = sine * turnCosine + cosine * turnSine
    cosine = next
  }
}

/// Collects the normal equations of a least-squares problem and solves them.
private struct NormalEquations {
  private var matrix: [[Double]]
  private var right: [Double]
  private var power = 0.0

  init(unknowns: Int) {
    matrix = Array(repeating: Array(repeating: 0, count: unknowns), count: unknowns)
    right = Array(repeating: 0, count: unknowns)
  }

  mutating func add(_ row: [Double], value: Double) {
    for i in row.indices {
      right[i] += row[i] * value
      for j in i..<row.count { matrix[i][j] += row[i] * row[j] }
    }
    power += value * value
  }

  func explainedShare(_ solution: [Double]) -> Double {
    guard power > 0 else { return 0 }
    var explained = 0.0
    for i in right.indices { explained += right[i] * solution[i] }
    return max(0, min(1, explained / power))
  }

  /// Cholesky's way; a matrix that is nearly singular gives zeros where it cannot decide.
  func solve() -> [Double] {
    let count = right.count
    var lower = Array(repeating: Array(repeating: 0.0, count: count), count: count)
    for i in 0..<count {
      for j in 0...i {
        var sum = matrix[j][i]
        for k in 0..<j { sum -= lower[i][k] * lower[j][k] }
        if i == j {
          lower[i][i] = sum > 1e-9 ? sum.squareRoot() : .infinity
        } else {
          lower[i][j] = sum / lower[j][j]
        }
      }
    }
    var middle = right
    for i in 0..<count {
      for k in 0..<i { middle[i] -= lower[i][k] * middle[k] }
      middle[i] /= lower[i][i]
    }
    for i in stride(from: count - 1, through: 0, by: -1) {
      for k in (i + 1)..<max(count, i + 1) { middle[i] -= lower[k][i] * middle[k] }
      middle[i] /= lower[i][i]
    }
    return middle
  }
}
