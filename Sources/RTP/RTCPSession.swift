public import Base

/// The RTCP of one stream between two parties: when to report, what to say, what was heard.
///
/// The clock in the reports is the monotonic one: RFC 3550 §4 allows elapsed time to a system
/// without a wall clock, and round trips need no more.
public struct RTCPSession: Sendable {
  /// The mean interval between two reports (§6.2).
  public static let interval = Duration.seconds(5)
  /// Octets of the longest packet that `report` and `goodbye` write.
  public static let largestPacket = 160
  /// Octets of the longest canonical name.
  public static let longestName = 64

  /// What we sent so far.
  public struct Sent: Equatable, Sendable, BitwiseCopyable {
    /// RTP packets.
    public var packets: UInt32
    /// Payload octets.
    public var octets: UInt32
    /// The stream's timestamp now.
    public var timestamp: UInt32

    /// Makes the figures.
    public init(packets: UInt32, octets: UInt32, timestamp: UInt32) {
      self.packets = packets
      self.octets = octets
      self.timestamp = timestamp
    }
  }

  /// When the next report is due.
  public private(set) var deadline: Instant?
  /// The round trip by the far party's last report; `nil` while unknown.
  public private(set) var roundTrip: Duration?
  /// Packets of ours that the far party reported lost.
  public private(set) var remoteLost: Int32 = 0
  /// The far party's interarrival jitter in timestamp units.
  public private(set) var remoteJitter: UInt32 = 0
  /// Whether the far party said goodbye.
  public private(set) var isRemoteGone = false
  /// Datagrams that were no RTCP.
  public private(set) var refusedPackets: UInt32 = 0

  private var source: UInt32
  private var name = InlineArray<64, UInt8>(repeating: 0)
  private let nameLength: Int
  private var random: UInt32
  private var lastReport: (clock: UInt32, arrival: Instant)?
  /// Packets that the far party reported lost of our sources before.
  private var lostBefore: Int32 = 0

  /// Begins; `source` is our own, `name` the canonical name (§6.5.1), cut at 64 octets.
  ///
  /// `random` spreads the intervals, it need not be secret.
  public init(source: UInt32, name text: Text, random: UInt32, now: Instant) {
    self.source = source
    nameLength = min(text.count, Self.longestName)
    for i in 0..<nameLength { name[i] = text[i] }
    self.random = random | 1
    schedule(now, half: true)
  }

  /// Our stream goes on as another source; what is reported of it begins at nothing.
  public mutating func speak(as source: UInt32) {
    guard source != self.source else { return }
    self.source = source
    lostBefore = remoteLost
  }

  /// Takes a datagram of the far party in.
  public mutating func receive(_ bytes: borrowing Span<UInt8>, arrival: Instant) {
    do throws(PacketError) {
      let report = try RTCPReport(parsing: bytes, ours: source)
      if let sender = report.sender {
        lastReport = (UInt32(truncatingIfNeeded: sender.clock >> 16), arrival)
      }
      if let block = report.block { measure(block, arrival) }
      if report.isGoodbye { isRemoteGone = true }
    } catch {
      refusedPackets &+= 1
    }
  }

  /// Writes a report and schedules the next one; the octets written.
  ///
  /// `sent` is `nil` while we only receive; `heard` the far party's source, `nil` before its first
  /// packet. `bytes` must have room for `largestPacket` octets.
  public mutating func report(
    into bytes: inout MutableSpan<UInt8>, sent: Sent?, heard: UInt32?,
    reception: inout ReceptionStatistics, now: Instant
  ) -> Int {
    schedule(now, half: false)
    let block = heard.map { blockAbout($0, &reception, now) }
    let end = writeReport(into: &bytes, sent, block, now)
    return writeName(into: &bytes, at: end)
  }

  /// Writes the last report with a goodbye behind it (§6.6); the octets written.
  public mutating func goodbye(
    into bytes: inout MutableSpan<UInt8>, sent: Sent?, heard: UInt32?,
    reception: inout ReceptionStatistics, now: Instant
  ) -> Int {
    let end = report(into: &bytes, sent: sent, heard: heard, reception: &reception, now: now)
    deadline = nil
    put32(0x81CB_0001, into: &bytes, at: end)
    put32(source, into: &bytes, at: end + 4)
    return end + 8
  }

  /// An instant as 32.32 bits of seconds.
  static func clock(_ now: Instant) -> UInt64 {
    let nanoseconds = UInt64(max(0, now.nanoseconds))
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return seconds << 32 | (rest << 32) / 1_000_000_000
  }

  /// 0.5 to 1.5 times the interval, divided by e - 3/2 (§6.3.1); the first one half of that (§6.2).
  private mutating func schedule(_ now: Instant, half: Bool) {
    random = random &* 1_664_525 &+ 1_013_904_223
    let share = Int64(random >> 16)
    let mean = Self.interval.inNanoseconds * (half ? 500 : 1_000) / 1_218
    deadline = now + .nanoseconds(mean / 2 + mean * share / 65_536)
  }

  private mutating func measure(_ block: ReportBlock, _ arrival: Instant) {
    remoteLost = lostBefore &+ block.lost
    remoteJitter = block.jitter
    guard block.lastReport != 0 else { return }
    let now = UInt32(truncatingIfNeeded: Self.clock(arrival) >> 16)
    let units = Int32(bitPattern: now &- block.lastReport &- block.delay)
    // Less than nothing or more than a minute: the far party's figures are wrong.
    guard units >= -655, units < 60 * 65_536 else { return }
    roundTrip = .nanoseconds(Int64(max(0, units)) * 1_000_000_000 / 65_536)
  }

  private func blockAbout(
    _ heard: UInt32, _ reception: inout ReceptionStatistics, _ now: Instant
  ) -> ReportBlock {
    let age = lastReport.map { (now - $0.arrival).inNanoseconds } ?? 0
    return ReportBlock(
      source: heard, fractionLost: reception.takeFractionLost(), lost: reception.lost,
      highest: reception.extendedHighest, jitter: reception.jitter,
      lastReport: lastReport?.clock ?? 0,
      delay: UInt32(clamping: max(0, age) / 1_000 * 65_536 / 1_000_000))
  }

  private func writeReport(
    into bytes: inout MutableSpan<UInt8>, _ sent: Sent?, _ block: ReportBlock?, _ now: Instant
  ) -> Int {
    var end = 8
    if let sent {
      let clock = Self.clock(now)
      put32(UInt32(truncatingIfNeeded: clock >> 32), into: &bytes, at: 8)
      put32(UInt32(truncatingIfNeeded: clock), into: &bytes, at: 12)
      put32(sent.timestamp, into: &bytes, at: 16)
      put32(sent.packets, into: &bytes, at: 20)
      put32(sent.octets, into: &bytes, at: 24)
      end = 28
    }
    if let block {
      block.write(into: &bytes, at: end)
      end += ReportBlock.size
    }
    bytes[0] = 0x80 | (block == nil ? 0 : 1)
    bytes[1] = sent == nil ? 201 : 200
    put16(UInt16(end / 4 - 1), into: &bytes, at: 2)
    put32(source, into: &bytes, at: 4)
    return end
  }

  /// One chunk with the canonical name, ended by one to four zero octets (§6.5).
  private func writeName(into bytes: inout MutableSpan<UInt8>, at start: Int) -> Int {
    let size = (8 + 2 + nameLength + 4) & ~3
    bytes[start] = 0x81
    bytes[start + 1] = 202
    put16(UInt16(size / 4 - 1), into: &bytes, at: start + 2)
    put32(source, into: &bytes, at: start + 4)
    bytes[start + 8] = 1
    bytes[start + 9] = UInt8(nameLength)
    for i in 0..<nameLength { bytes[start + 10 + i] = name[i] }
    for i in (start + 10 + nameLength)..<(start + size) { bytes[i] = 0 }
    return start + size
  }
}
