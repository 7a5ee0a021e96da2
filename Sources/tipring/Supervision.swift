import Base
import Board
import Gateway
import Linux

/// The watchdog and the record of resets: what keeps the box alive, and what it remembers of deaths.
final class Supervision {
  private static let bootIDPath: StaticString = "/proc/sys/kernel/random/boot_id"
  /// Where the board's start script has put a panic's last words.
  private static let panicPath: StaticString = "/run/panic"
  /// How often the threads are looked at where no watchdog is: a record is kept all the same.
  private static let standardTimeout = Duration.seconds(20)

  /// Why this start was needed; `nil` when nothing is recorded.
  let reason: ResetReason?
  /// What could not be done; empty when all could.
  private(set) var failures: [Text] = []
  private let recordPath: Text?
  private let bootID: Text
  private let watchdog: Watchdog?
  private var health: HealthMonitor
  private var outputs = Outbox<HealthMonitor.Output>(limit: HealthMonitor.outputLimit)

  /// Arms the board's watchdog and reads in the folder `state`, if any, how the last process ended.
  init(_ description: WatchdogDescription?, state: Text?, threads: Int, now: Instant) {
    bootID = Self.trimmed(try? File.read(Text(Self.bootIDPath), limit: 64))
    recordPath = state.map { $0 + Text("/reset") }
    var timeout = Self.standardTimeout
    (watchdog, failures) = Self.arm(description)
    if let watchdog { timeout = .seconds(watchdog.timeoutSeconds) }
    health = HealthMonitor(threads: threads, timeout: timeout, now: now)
    if let recordPath {
      let last = (try? File.read(recordPath, limit: 128)).flatMap { ResetRecord(parsing: $0) }
      reason = ResetReason(
        last: last, bootID: bootID, watchdogBit: watchdog?.hasBitten ?? false,
        hasPanicRecord: (try? File.read(Text(Self.panicPath), limit: 1 << 20)) != nil)
    } else {
      reason = nil
    }
  }

  /// Notes that the process runs, which waits for the disk: call it when the SBC has been asked.
  func begin() { record(.running) }

  private static func arm(_ description: WatchdogDescription?) -> (Watchdog?, [Text]) {
    guard let description else { return (nil, []) }
    do throws(Errno) {
      let watchdog = try Watchdog(
        device: description.device, timeoutSeconds: Int(description.timeoutSeconds))
      return (watchdog, [])
    } catch {
      let words = Text("watchdog ") + description.device + Text(": ") + error.message
      return (nil, [words + Text(": nothing resets a board that hangs")])
    }
  }

  private static func trimmed(_ text: Text?) -> Text {
    Text((text ?? []).prefix { $0 != UInt8(ascii: "\n") })
  }

  /// When `advance` must be called next; never where nothing would be done about a dead thread.
  var deadline: Instant? {
    watchdog == nil && recordPath == nil ? nil : health.deadline
  }

  /// Feeds the watchdog if every media thread moves; returns whether they shall be asked again.
  func advance(to now: Instant, proofs: [UInt32]) -> Bool {
    guard let deadline, now >= deadline else { return false }
    health.advance(to: now, proofs: proofs, into: &outputs)
    var asks = false
    for output in outputs.drain() {
      switch output {
      case .askForProof: asks = true
      case .feed: watchdog?.feed()
      case .accuse(let thread): record(.hung(thread: thread))
      case .acquit: record(.running)
      }
    }
    return asks
  }

  /// The process ends in order: the watchdog is released.
  func stop() {
    record(.stopped)
    watchdog?.release()
  }

  private func record(_ state: ResetRecord.State) {
    guard let recordPath else { return }
    do throws(Errno) {
      try File.replace(recordPath, with: ResetRecord(bootID: bootID, state: state).text)
    } catch {
      failures.append(recordPath + Text(": ") + error.message)
    }
  }
}
