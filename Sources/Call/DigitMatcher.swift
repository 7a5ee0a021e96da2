internal import Base

/// How far a dial string has come in a digit map.
public struct DigitMatcher: Sendable {
  private let map: DigitMap
  /// For every alternative the places where it may be now, one bit each; bit `count` is its end.
  private var positions: [UInt64]

  /// Starts with an empty dial string.
  public init(map: DigitMap) {
    self.map = map
    positions = map.alternatives.map { Self.closed(1, $0) }
  }

  /// Whether the dial string is a perfect match of an alternative.
  public var isMatch: Bool {
    for (alternative, now) in zip(map.alternatives, positions)
    where now >> UInt64(alternative.count) & 1 == 1 { return true }
    return false
  }

  /// Whether another key could still lead to a match.
  public var canGoOn: Bool {
    acceptable.rawValue & ~DialSymbols.timers.rawValue != 0
  }

  /// Whether nothing that follows could lead to a match.
  public var isImpossible: Bool { !positions.contains { $0 != 0 } }

  /// Whether one of these timers alone would complete a match.
  func completes(with timer: DialSymbols) -> Bool {
    var after = self
    after.take(timer)
    return after.isMatch
  }

  /// Whether the key has a place in the map now.
  public func accepts(_ key: UInt8) -> Bool {
    guard let symbol = DialSymbols(key: key) else { return false }
    return !acceptable.isDisjoint(with: symbol)
  }

  /// Takes a key (ASCII); a byte that no key sends makes the match impossible.
  public mutating func press(_ key: UInt8) {
    take(DialSymbols(key: key) ?? [])
  }

  /// Takes a symbol: every place that knows it moves on, every other one ends.
  mutating func take(_ symbol: DialSymbols) {
    for i in positions.indices {
      positions[i] = Self.step(positions[i], symbol, map.alternatives[i])
    }
  }

  /// All symbols that some alternative can take now.
  private var acceptable: DialSymbols {
    var all: DialSymbols = []
    for (alternative, now) in zip(map.alternatives, positions) {
      for (i, place) in alternative.enumerated() where now >> UInt64(i) & 1 == 1 {
        all.formUnion(place.symbols)
      }
    }
    return all
  }

  private static func step(
    _ now: UInt64, _ symbol: DialSymbols, _ alternative: [DigitMap.Place]
  ) -> UInt64 {
    var after: UInt64 = 0
    for (i, place) in alternative.enumerated()
    where now >> UInt64(i) & 1 == 1 && !place.symbols.isDisjoint(with: symbol) {
      after |= 1 << UInt64(place.isRepeated ? i : i + 1)
    }
    return closed(after, alternative)
  }

  /// Adds what follows a repeated place, because it may occur no more.
  private static func closed(_ positions: UInt64, _ alternative: [DigitMap.Place]) -> UInt64 {
    var all = positions
    for (i, place) in alternative.enumerated() where place.isRepeated {
      all |= (all >> UInt64(i) & 1) << UInt64(i + 1)
    }
    return all
  }
}
