internal import Base
internal import Linux
internal import MediaControl

/// The thread of an audio card: the card's own clock paces it.
///
/// ```
///   lost --opens--> running --xrun, suspend: starts again--> running
///    ^  \__ a second later, or a command __/       |
///    +------------- anything else -----------------+          stop: ended, from both
/// ```
/// The card runs all the time, so that its loss is noticed at once and a tone needs no start. A
/// period of a port that is not active costs the copy of its silence.
final class CardLoop: ThreadWork, @unchecked Sendable {
  /// How long to wait for a card that is gone before the next look.
  private static let patience = Duration.seconds(1)
  /// While the machine is suspended there is nothing to do.
  private static let suspendedMs: CInt = 100
  /// EIO: a card that is open and has stopped.
  private static let stopped = Errno(rawValue: 5)

  private let card: any AudioCard
  private let number: CardNumber
  private let ports: [CardPort]
  private let all: PortSet
  private let desk: CommandDesk
  private let shared: MediaShared
  private let meters: CardMeters
  private let frames: CardFrames
  private var heard = Frame(repeating: 0)
  private var played = Frame(repeating: 0)
  private var isRunning = false
  /// Whether the control loop believes that the card is gone.
  private var isToldLost = false
  /// When to look for the card again.
  private var nextTry = Instant.zero
  private var clock = CardClock()
  /// Periods that were run since the thread began.
  private var beat: UInt32 = 0
  /// When the present or last work began, and when the last one ended.
  private var workBegan = Instant.zero
  private var workEnded = Instant.zero
  private var isWorking = false

  init(
    _ desk: CommandDesk, card: any AudioCard, number: CardNumber, ports: [CardPort],
    meters: CardMeters, tools: Toolbox
  ) {
    self.desk = desk
    self.card = card
    self.number = number
    self.ports = ports
    self.meters = meters
    shared = desk.shared
    frames = CardFrames(card.form, codec: tools.codec)
    var all = PortSet()
    for port in ports { all.insert(port.driver.port) }
    self.all = all
  }

  func run() {
    while !desk.isStopping {
      shared.meters.noteProof()
      if isRunning { turn() } else { look() }
      desk.endTurn()
    }
    card.close()
    desk.close()
  }

  // MARK: Lost

  private func look() {
    let now = Clock.now
    if now >= nextTry { open(now) }
    guard !isRunning else { return }
    _ = shared.wake.lower(within: CInt((nextTry - now).inMilliseconds) + 1)
    desk.takeCommands(Clock.now)
  }

  private func open(_ now: Instant) {
    nextTry = now + Self.patience
    do throws(Errno) {
      try card.open()
      try card.start()
    } catch {
      return lose(error)
    }
    isRunning = true
    begin(at: Clock.now)
    for port in ports { frames.silence(port.channel) }
    meters.note(isLost: false)
    guard isToldLost else { return }
    isToldLost = false
    shared.events.emit(.cardReturned(number, all))
  }

  private func lose(_ reason: Errno) {
    card.close()
    isRunning = false
    guard !isToldLost else { return }
    isToldLost = true
    meters.note(isLost: true)
    shared.events.emit(.cardLost(number, all, errno: reason.rawValue))
  }

  // MARK: Running

  private func turn() {
    do throws(Errno) {
      let captured = try card.wait()
      guard captured > 0 else { throw Self.stopped }
      workBegan = Clock.now
      isWorking = true
      desk.takeCommands(workBegan)
      var left = captured / frames.perPeriod
      while left > 0, !desk.isStopping {
        left -= 1
        try runPeriod(before: left)
      }
      desk.flush()
      workEnded = Clock.now
      isWorking = false
      meters.note(lateNs: lateNs, workNs: workEnded.nanoseconds - workBegan.nanoseconds)
    } catch {
      mend(error)
    }
  }

  /// From the moment at which the card had a period to our waking (ns).
  private var lateNs: Int64 {
    card.readyAt == .zero ? 0 : max(0, workBegan.nanoseconds - card.readyAt.nanoseconds)
  }

  /// Runs one period, behind which `left` more are waiting.
  private func runPeriod(before left: Int) throws(Errno) {
    clock.tick(workBegan.nanoseconds - Int64(left) * CardClock.period)
    unsafe try card.read(frames.captured)
    let wall = ArrivalClock(now: Clock.now, realtime: Clock.realtimeNanoseconds)
    for port in ports {
      if port.driver.channel.isActive {
        frames.take(port.channel, into: &heard)
        port.driver.run(
          heard: heard, played: &played, now: clock.nominal, beat: beat, wall: wall, desk.batch)
        frames.put(played, port.channel)
        port.isSilent = false
      } else if !port.isSilent {
        frames.silence(port.channel)
        port.isSilent = true
      }
    }
    beat &+= 1
    if unsafe try !card.write(frames.played) { meters.noteSlip() }
    shared.meters.notePeriod()
  }

  private func mend(_ reason: Errno) {
    desk.flush()
    do throws(Errno) {
      if reason.isXrun {
        try restart()
      } else if reason.isSuspended {
        try card.resume()
        skip()
      } else {
        throw reason
      }
    } catch {
      guard error.wouldBlock else {
        nextTry = Clock.now
        return lose(error)
      }
      _ = shared.wake.lower(within: Self.suspendedMs)
      desk.takeCommands(Clock.now)
    }
  }

  /// Starts the card again after an xrun, and tells whose fault it was.
  private func restart() throws(Errno) {
    let seen = Clock.now
    let isCapture = card.hasOverrun
    let work = (isWorking ? seen : workEnded) - workBegan
    let away = isWorking ? workBegan - workEnded : seen - workEnded
    let isWithinWork = isWorking
    try card.start()
    let xrun = CardXrun(
      isCapture: isCapture, isWithinWork: isWithinWork, workUs: microseconds(work),
      awayUs: microseconds(away), missedPeriods: skip())
    meters.note(xrun)
    shared.events.emit(.xrun(number, xrun))
  }

  /// Goes on from now; returns how many periods were left out.
  @discardableResult
  private func skip() -> UInt32 {
    let missed = begin(at: Clock.now)
    if missed > 0 { desk.skip(periods: missed) }
    return missed
  }

  /// The periods begin anew; returns how many were left out.
  @discardableResult
  private func begin(at now: Instant) -> UInt32 {
    isWorking = false
    (workBegan, workEnded) = (now, now)
    return UInt32(clamping: clock.restart(at: now))
  }

  private func microseconds(_ duration: Duration) -> UInt32 {
    UInt32(clamping: duration.inNanoseconds / 1_000)
  }
}
