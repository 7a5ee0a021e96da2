/// Tells where sound begins and ends, to the sample.
///
/// ```
///   quiet --block 8 dB over the floor--> sounding
///     ^                                   |   |
///     +--3 blocks 18 dB under the loudest-+   +--block 12 dB over the mean: end and begin again
/// ```
struct SoundSegmenter {
  /// A border, as the number of the first sample on its far side.
  enum Edge: Equatable {
    case began(Int)
    case ended(Int)
  }

  /// Samples that are judged together: 5 ms.
  static let block = 40
  /// The quietest that counts as sound.
  static let thresholdDBm0 = -48.0
  /// Shorter dips belong to the sound: beats of two tones, modulation, a zero of the voice.
  private static let quietBlocks = 3

  private enum State {
    case quiet
    case sounding(loudest: Double, mean: Double, quiet: Int, lastLoud: Int)
  }

  private var state = State.quiet
  /// What came before this sample belongs to something else.
  private let first: Int
  private var floorDBm0 = Level.silenceDBm0

  init(from first: Int = 0) { self.first = first }

  /// Takes one block; `at` is the number of its first sample, `history` holds the block before too.
  mutating func receive(
    _ history: SampleHistory, at position: Int, into edges: inout [Edge]
  ) {
    let range = history.range(position, position + Self.block)
    let level = Level.dBm0(history.samples, range)
    switch state {
    case .quiet:
      let threshold = max(Self.thresholdDBm0, floorDBm0 + 8)
      guard level > threshold else {
        floorDBm0 = floorDBm0 < -90 ? level : floorDBm0 * 0.9 + level * 0.1
        return
      }
      begin(
        history, from: max(first, position - Self.block), at: position, level, threshold, &edges)
    case .sounding(let loudest, let mean, let quiet, let lastLoud):
      if level > mean + 12 && mean > Self.thresholdDBm0 + 3 {
        let threshold = mean + 6
        edges.append(.ended(position))
        begin(history, from: position, at: position, level, threshold, &edges)
      } else if level < max(Self.thresholdDBm0 - 2, loudest - 18) {
        fade(history, position, level, loudest, mean, quiet, lastLoud, &edges)
      } else {
        let limit = max(Self.thresholdDBm0 - 2, loudest - 18)
        state = .sounding(
          loudest: max(loudest, level), mean: mean * 0.8 + level * 0.2, quiet: 0,
          lastLoud: history.lastOver(limit, position, position + Self.block) ?? position)
      }
    }
  }

  private mutating func begin(
    _ history: SampleHistory, from: Int, at position: Int, _ level: Double, _ threshold: Double,
    _ edges: inout [Edge]
  ) {
    let end = position + Self.block
    edges.append(.began(history.firstOver(threshold, from, end) ?? position))
    state = .sounding(loudest: level, mean: level, quiet: 0, lastLoud: end)
  }

  private mutating func fade(
    _ history: SampleHistory, _ position: Int, _ level: Double, _ loudest: Double, _ mean: Double,
    _ quiet: Int, _ lastLoud: Int, _ edges: inout [Edge]
  ) {
    // The tail of the sound may reach into the first quiet block.
    let limit = max(Self.thresholdDBm0 - 2, loudest - 18)
    let tail = quiet == 0 ? history.lastOver(limit, position, position + Self.block) : nil
    let last = tail ?? lastLoud
    if quiet + 1 < Self.quietBlocks {
      state = .sounding(loudest: loudest, mean: mean, quiet: quiet + 1, lastLoud: last)
    } else {
      state = .quiet
      floorDBm0 = level
      edges.append(.ended(last + 1))
    }
  }
}
