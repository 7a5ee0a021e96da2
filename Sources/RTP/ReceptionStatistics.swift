public import Base

/// What a receiver reports about one source (RFC 3550 §6.4.1, appendices A.1, A.3 and A.8).
public struct ReceptionStatistics: Sendable {
  /// Packets that must follow each other before a source is believed (A.1).
  public static let minimumSequential: UInt16 = 2
  /// A gap up to here is loss (A.1).
  static let maximumDropout: UInt16 = 3_000
  /// A step back up to here is reordering (A.1).
  static let maximumMisorder: UInt16 = 100

  private var highest: UInt16 = 0
  private var cycles: UInt32 = 0
  private var base: UInt32 = 0
  /// The sequence number after a big jump, where a restarted source goes on.
  private var bad: UInt32 = 1 << 16 + 1
  private var probation: UInt16
  private var isStarted = false
  private var priorReceived: UInt32 = 0
  private var priorExpected: UInt32 = 0
  private var transit: UInt32 = 0
  private var hasTransit = false
  private var scaledJitter: UInt32 = 0

  /// Packets that count, duplicates too (A.3).
  public private(set) var received: UInt32 = 0

  /// Makes the statistics of a source that is not heard yet.
  ///
  /// A source that signalling named and a latch let in needs no probation; `probation: 1` believes
  /// the first packet, as RFC 3550 A.1 allows.
  public init(probation: UInt16 = ReceptionStatistics.minimumSequential) {
    self.probation = max(probation, 1)
  }

  /// Takes a packet in; `false` if the source is on probation or its number makes no sense (A.1).
  public mutating func receive(sequenceNumber number: UInt16) -> Bool {
    guard isStarted else {
      isStarted = true
      restart(number)
      highest = number &- 1
      return update(number)
    }
    return update(number)
  }

  /// Measures the interarrival jitter (A.8); not for packets that repeat a timestamp, like events.
  public mutating func measure(timestamp: UInt32, arrival: Instant) {
    let present = UInt32(truncatingIfNeeded: arrival.nanoseconds / 125_000) &- timestamp
    defer {
      transit = present
      hasTransit = true
    }
    guard hasTransit else { return }
    let step = Int32(bitPattern: present &- transit).magnitude
    // A jump of the timestamps is a new beginning and not a jitter of seconds.
    guard step < 8_000 else { return }
    scaledJitter = scaledJitter &+ step &- (scaledJitter &+ 8) >> 4
  }

  /// Interarrival jitter in timestamp units.
  public var jitter: UInt32 { scaledJitter >> 4 }

  /// The highest sequence number with its cycles in the upper half.
  public var extendedHighest: UInt32 { cycles &+ UInt32(highest) }

  /// How many packets should have come.
  public var expected: UInt32 {
    received == 0 ? 0 : extendedHighest &- base &+ 1
  }

  /// Packets lost since the beginning (A.3); negative with duplicates, 24 bits.
  public var lost: Int32 {
    let difference = Int32(bitPattern: expected &- received)
    return min(max(difference, -0x80_0000), 0x7F_FFFF)
  }

  /// The share lost since the last call, in 1/256 (A.3).
  public mutating func takeFractionLost() -> UInt8 {
    let expectedInterval = expected &- priorExpected
    let lostInterval = Int32(bitPattern: expectedInterval &- (received &- priorReceived))
    priorExpected = expected
    priorReceived = received
    guard expectedInterval > 0, lostInterval > 0 else { return 0 }
    return UInt8(clamping: UInt64(lostInterval) << 8 / UInt64(expectedInterval))
  }

  private mutating func restart(_ number: UInt16) {
    base = UInt32(number)
    highest = number
    bad = 1 << 16 + 1
    cycles = 0
    received = 0
    priorReceived = 0
    priorExpected = 0
    hasTransit = false
  }

  private mutating func update(_ number: UInt16) -> Bool {
    let step = number &- highest
    if probation > 0 { return prove(number, step) }
    if step < Self.maximumDropout {
      if number < highest { cycles &+= 1 << 16 }
      highest = number
    } else if step <= UInt16.max - Self.maximumMisorder {
      guard UInt32(number) == bad else {
        bad = UInt32(number &+ 1)
        return false
      }
      // Two in a row: the source restarted without telling.
      restart(number)
    }
    received &+= 1
    return true
  }

  private mutating func prove(_ number: UInt16, _ step: UInt16) -> Bool {
    if step == 1 {
      probation -= 1
      highest = number
      guard probation == 0 else { return false }
      restart(number)
      received = 1
      return true
    }
    probation = Self.minimumSequential - 1
    highest = number
    return false
  }
}
