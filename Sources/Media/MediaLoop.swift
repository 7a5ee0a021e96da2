internal import Base
internal import Linux
internal import MediaControl

/// The media thread's own side.
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

  private let shared: MediaShared
  private let drivers: [PortDriver]
  private let timer: PeriodicTimer
  private let batch = DatagramBatch()
  /// The nominal time of the period that was run last.
  private var nominal = Instant.zero
  private var isActive = false
  private var isStopping = false

  init(_ shared: MediaShared, drivers: [PortDriver]) throws(Errno) {
    self.shared = shared
    self.drivers = drivers
    timer = try PeriodicTimer()
  }

  func run() {
    while !isStopping {
      if isActive { pace() } else { waitForWork() }
    }
    let now = Clock.now
    for driver in drivers { driver.close(now: now) }
    tell()
  }

  private func waitForWork() {
    shared.meters.note(sleeping: true)
    shared.wake.lower()
    shared.meters.note(sleeping: false)
    shared.meters.noteProof()
    let now = Clock.now
    takeCommands(now)
    guard !isStopping, drivers.contains(where: { $0.channel.isActive }) else { return tell() }
    nominal = now
    runPeriod()
    start()
    tell()
  }

  private func pace() {
    let expired = timer.wait()
    guard expired > 0 else { return }
    shared.meters.noteProof()
    let missed = expired > Self.catchUp ? expired - Self.catchUp : 0
    if missed > 0 { skip(UInt32(clamping: missed)) }
    takeCommands(Clock.now)
    for _ in 0..<(expired - missed) where isActive && !isStopping {
      nominal = nominal + Period.length
      runPeriod()
    }
    if !isActive { rest() }
    tell()
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
    for driver in drivers { driver.skip(periods: periods) }
    shared.meters.noteMissed(periods)
    shared.events.emit(.periodsMissed(periods))
  }

  private func runPeriod() {
    let wall = ArrivalClock(now: Clock.now, realtime: Clock.realtimeNanoseconds)
    isActive = false
    for driver in drivers where driver.run(now: nominal, wall: wall, batch) { isActive = true }
    shared.meters.notePeriod()
  }

  private func takeCommands(_ now: Instant) {
    while let command = shared.commands.read() {
      guard let port = command.port else {
        isStopping = true
        return
      }
      let index = Int(port) - 1
      guard drivers.indices.contains(index) else { continue }
      drivers[index].perform(command, now: now, batch)
    }
  }

  /// Wakes the control loop if there is something for it.
  private func tell() {
    guard shared.events.takeNews() else { return }
    shared.meters.note(lostEvents: shared.events.lost)
    shared.news.raise()
  }
}

extension MediaCommand {
  /// The port that the command is for; `nil` for the whole thread.
  var port: PortNumber? {
    switch self {
    case .play(let port, _), .stopTone(let port), .sendCallerID(let port, _),
      .listenForDigits(let port, _), .openStream(let port, _), .updateStream(let port, _),
      .closeStream(let port), .reportStream(let port), .attachAudio(let port, _):
      port
    case .stop: nil
    }
  }
}
