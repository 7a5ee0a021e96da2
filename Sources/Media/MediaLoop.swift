internal import Base
internal import Linux
internal import MediaControl

/// The thread of simulated lines: a timer paces it.
///
/// ```
///   sleeping --a command makes a port active--> pacing --no port is active--> sleeping
///       |                                         |
///       +------------------ stop -----------------+--> ended
/// ```
/// While it paces, it makes one blocking call a period; commands are taken at every period. While
/// it sleeps, nothing but a raised signal wakes it.
final class MediaLoop: ThreadWork, @unchecked Sendable {
  /// Periods that are run one after another to catch up; more are left out and counted.
  static let catchUp: UInt64 = 5

  private let desk: CommandDesk
  private let shared: MediaShared
  private let timer: PeriodicTimer
  /// The nominal time of the period that was run last.
  private var nominal = Instant.zero
  /// Periods that were run since the thread began.
  private var beat: UInt32 = 0
  private var isActive = false

  init(_ desk: CommandDesk) throws(Errno) {
    self.desk = desk
    shared = desk.shared
    timer = try PeriodicTimer()
  }

  func run() {
    while !desk.isStopping {
      shared.meters.noteProof()
      if isActive { pace() } else { waitForWork() }
    }
    desk.close()
  }

  private func waitForWork() {
    shared.meters.note(sleeping: true)
    shared.wake.lower()
    shared.meters.note(sleeping: false)
    let now = Clock.now
    desk.takeCommands(now)
    guard !desk.isStopping, desk.drivers.contains(where: { $0.channel.isActive }) else {
      return desk.endTurn()
    }
    nominal = now
    runPeriod()
    start()
    desk.endTurn()
  }

  private func pace() {
    let expired = timer.wait()
    guard expired > 0 else { return }
    let missed = expired > Self.catchUp ? expired - Self.catchUp : 0
    if missed > 0 { skip(UInt32(clamping: missed)) }
    desk.takeCommands(Clock.now)
    for _ in 0..<(expired - missed) where isActive && !desk.isStopping {
      nominal = nominal + Period.length
      runPeriod()
    }
    if !isActive { rest() }
    desk.endTurn()
  }

  private func start() {
    guard isActive else { return }
    do throws(Errno) {
      try timer.start(first: nominal + Period.length, period: Period.length)
    } catch {
      // The kernel refuses only a bad time: without a pace there is no media.
      preconditionFailure("the media timer was refused")
    }
  }

  /// Stops the timer, so that a sleeping thread is left alone.
  private func rest() {
    do throws(Errno) { try timer.stop() } catch { isActive = false }
  }

  private func skip(_ periods: UInt32) {
    nominal = nominal + Period.length * Int(periods)
    desk.skip(periods: periods)
    shared.events.emit(.periodsMissed(periods))
  }

  private func runPeriod() {
    let wall = ArrivalClock(now: Clock.now, realtime: Clock.realtimeNanoseconds)
    isActive = false
    for driver in desk.drivers
    where driver.run(now: nominal, beat: beat, wall: wall, desk.batch) {
      isActive = true
    }
    beat &+= 1
    shared.meters.notePeriod()
  }
}
