internal import Base
internal import MediaControl

/// Something that is wrong for as long as it lasts, and needs somebody.
enum Alarm: Equatable, Sendable {
  /// There is no way to the SBC.
  case networkDown
  /// No port can make a call.
  case noService
  /// An SBC that is asked by heartbeats does not answer.
  case serverLost(Endpoint)
  /// The SBC has refused a port, or does not answer it.
  case notRegistered(PortNumber)
  /// A port is registered still, but the SBC does not renew that.
  case notRefreshed(PortNumber)
  /// A port's handset lies beside its telephone, or its wires touch.
  case lockedOut(PortNumber)
  /// An audio card is gone.
  case cardLost(CardNumber)
  /// A pin of a port's line circuit cannot be had.
  case lineCircuitLost(PortNumber)
  /// Our own work for a card took too long.
  case tooSlow(CardNumber)
  /// No time server has answered.
  case clockNotSet
  /// A configuration cannot be fetched, or was refused: why.
  case provisioning(Text)
  /// The last change could not be stored.
  case storageFailed
  /// A change is on its way to the disk, which takes longer than a disk should.
  case storageWaits
}

/// Which alarms are raised, from when on.
///
///     quiet ──it is so──> soaking ──5 s──> raised ──it is not so──> quiet, cleared
///       ^                    └──it is not so──> quiet
/// What comes and goes within the soak time is in the log by itself.
struct AlarmList {
  /// A change of an alarm.
  struct Change: Equatable {
    let alarm: Alarm
    let isRaised: Bool
  }

  /// How long something must be so before it is an alarm.
  static let soak = Duration.seconds(5)

  /// What is so, the oldest first, and since when.
  private var entries: [(alarm: Alarm, since: Instant, isRaised: Bool)] = []

  /// The raised alarms, the oldest first, and since when it is so.
  var raised: [(alarm: Alarm, since: Instant)] {
    entries.filter { $0.isRaised }.map { ($0.alarm, $0.since) }
  }

  /// When `update` must be called next.
  var deadline: Instant? {
    entries.filter { !$0.isRaised }.map { $0.since + Self.soak }.min()
  }

  /// Takes all that is wrong now; returns what is raised or cleared by that.
  mutating func update(_ wrong: [Alarm], now: Instant) -> [Change] {
    var changes: [Change] = []
    entries.removeAll { entry in
      if wrong.contains(entry.alarm) { return false }
      if entry.isRaised { changes.append(Change(alarm: entry.alarm, isRaised: false)) }
      return true
    }
    for alarm in wrong where !entries.contains(where: { $0.alarm == alarm }) {
      entries.append((alarm, now, false))
    }
    for i in entries.indices where !entries[i].isRaised && now >= entries[i].since + Self.soak {
      entries[i].isRaised = true
      changes.append(Change(alarm: entries[i].alarm, isRaised: true))
    }
    return changes
  }
}
