/// Keeps what the earpiece gives, sample for sample, until it is written to a file.
struct Recorder {
  /// One hour.
  static let limit = 8_000 * 3_600

  let path: String
  private(set) var samples: [Int16] = []
  /// Samples that came after the limit.
  private(set) var lost = 0

  init(path: String) { self.path = path }

  mutating func append(_ frame: [Int16]) {
    if samples.count + frame.count <= Self.limit {
      samples += frame
    } else {
      lost += frame.count
    }
  }
}
