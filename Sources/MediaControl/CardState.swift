/// Number of an audio card of the board; the first is 1.
public typealias CardNumber = UInt8

/// Some ports of the box.
public struct PortSet: Equatable, Sendable, BitwiseCopyable {
  /// The highest number that fits.
  public static let limit: PortNumber = 32

  private var bits: UInt32 = 0

  /// No port.
  public init() {}

  /// Adds a port, from 1 to `limit`.
  public mutating func insert(_ port: PortNumber) {
    precondition((1...Self.limit).contains(port), "no such port")
    bits |= 1 << UInt32(port - 1)
  }

  /// Whether the port is one of them.
  public func contains(_ port: PortNumber) -> Bool {
    (1...Self.limit).contains(port) && bits >> UInt32(port - 1) & 1 == 1
  }
}

/// A card's ring ran empty or full, and both directions were started again.
public struct CardXrun: Equatable, Sendable, BitwiseCopyable {
  /// The capture ring was full; else the playback ring was empty.
  public var isCapture: Bool
  /// Whether we saw it within our work; else when we waited for the next period.
  public var isWithinWork: Bool
  /// How long that work took so far, or the last one took, in microseconds.
  public var workUs: UInt32
  /// How long we were without work before that, or after it, in microseconds.
  public var awayUs: UInt32
  /// Periods that were left out.
  public var missedPeriods: UInt32

  /// Our own work took a period or longer; else the system woke us too late.
  public var isOurs: Bool { workUs >= Self.periodUs }

  private static let periodUs: UInt32 = 10_000

  /// Describes what happened.
  public init(
    isCapture: Bool, isWithinWork: Bool, workUs: UInt32, awayUs: UInt32, missedPeriods: UInt32
  ) {
    self.isCapture = isCapture
    self.isWithinWork = isWithinWork
    self.workUs = workUs
    self.awayUs = awayUs
    self.missedPeriods = missedPeriods
  }
}

/// What a card has counted since the start.
public struct CardStatistics: Equatable, Sendable, BitwiseCopyable {
  /// The card.
  public var number: CardNumber
  /// Whether it is gone.
  public var isLost = false
  /// How often it was lost.
  public var losses: UInt32 = 0
  /// Xruns whose cause was the capture ring.
  public var captureXruns: UInt32 = 0
  /// Xruns whose cause was the playback ring.
  public var playbackXruns: UInt32 = 0
  /// Of both, those that our own work caused.
  public var ownXruns: UInt32 = 0
  /// Periods that found the playback ring full: the two directions have two clocks.
  public var slippedPeriods: UInt32 = 0
  /// The longest time from a captured period to our waking, in microseconds.
  public var latestWakeUs: UInt32 = 0
  /// The longest work for one waking, in microseconds.
  public var longestWorkUs: UInt32 = 0

  /// Makes the statistics of a card that has just begun.
  public init(number: CardNumber) { self.number = number }
}
