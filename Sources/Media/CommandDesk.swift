internal import Base
internal import Linux
internal import MediaControl

/// What every media thread does beside its periods: commands, packets and news, the end.
final class CommandDesk {
  let shared: MediaShared
  let drivers: [PortDriver]
  let batch = DatagramBatch()
  /// Whether the thread was asked to end.
  private(set) var isStopping = false

  init(_ shared: MediaShared, drivers: [PortDriver]) {
    self.shared = shared
    self.drivers = drivers
  }

  /// Does everything that the control loop has asked for.
  func takeCommands(_ now: Instant) {
    while let command = shared.commands.read() {
      guard let port = command.port else {
        isStopping = true
        return
      }
      guard let driver = drivers.first(where: { $0.port == port }) else { continue }
      driver.perform(command, now: now, batch)
    }
  }

  /// Lets the packets of all ports leave.
  func flush() { shared.meters.noteUnsent(shared.queue.flush()) }

  /// Ends a turn: what is left leaves, and the control loop is woken if it has news.
  func endTurn() {
    flush()
    tell()
  }

  private func tell() {
    guard shared.events.takeNews() else { return }
    shared.meters.note(lostEvents: shared.events.lost)
    shared.news.raise()
  }

  /// Periods were left out.
  func skip(periods: UInt32) {
    for driver in drivers { driver.skip(periods: periods) }
    shared.meters.noteMissed(periods)
  }

  /// Ends every stream and closes every socket.
  func close() {
    let now = Clock.now
    for driver in drivers { driver.close(now: now) }
    tell()
  }
}
