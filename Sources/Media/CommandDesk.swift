internal import Base
internal import Linux
internal import MediaControl

/// What every media thread does beside its periods: commands, news, the end.
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

  /// Wakes the control loop if there is something for it.
  func tell() {
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
