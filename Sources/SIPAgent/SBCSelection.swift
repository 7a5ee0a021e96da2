internal import Base

/// Which of the carrier's SBCs serves: RFC 3263 §4.3 for a list that is provisioned.
///
/// ```
///   each SBC:  well --heartbeats missed, a request unanswered, 503, no way to the registrar--> failed
///              failed --heartbeats answered--> well
/// ```
/// The first in the list that is well serves. One of higher rank takes over again only after it has
/// been well for a while: a way that flaps must not carry every registration to and fro. When none is
/// well, the one that served goes on, and whichever answers first takes over at once.
///
/// Heartbeats have a fixed pause and a phase by chance, so that what many boxes ask is spread evenly.
struct SBCSelection: Sendable {
  enum Output: Equatable, Sendable {
    /// Ask the SBC at this place whether it is there.
    case ask(Int)
    case failed(Int)
    case returned(Int)
    /// The one that serves is back, and nobody took over meanwhile.
    case resumed
    /// Another one serves from now on.
    case moved(from: Int, to: Int)
  }

  private struct Member: Sendable {
    var isWell = true
    /// Since when it has been well again.
    var wellSince: Instant?
    var misses = 0
    var answers = 0
    /// When it is asked next; `nil` while it is, or when nobody asks.
    var askAt: Instant?
    /// When it was asked last: who waits for an answer in vain keeps its phase among the others.
    var askedAt: Instant?
  }

  /// The place of the one that serves.
  private(set) var serving = 0
  private var members: [Member]
  private var isPaused = false
  private let settings: HeartbeatSettings
  /// Whether anybody is asked at all.
  let isActive: Bool

  /// Makes a selection among `count` SBCs, all of them well until they show otherwise.
  init(count: Int, settings: HeartbeatSettings) {
    members = [Member](repeating: Member(), count: max(1, count))
    self.settings = settings
    isActive = count > 1 || settings.isForOne
  }

  /// Begins with the heartbeats, at a moment by chance; what is known of anybody is forgotten.
  mutating func start(now: Instant, using random: inout RandomSource) {
    isPaused = false
    guard isActive else { return }
    for i in members.indices {
      let phase = Int64(random.next() % UInt64(max(1, settings.pause.inNanoseconds)))
      members[i] = Member(wellSince: now, askAt: now + .nanoseconds(phase))
    }
  }

  /// The selection among others: `places` says of each where it stood here, if it did.
  ///
  /// Who stays keeps what is known of it. The one that serves goes on if it stays and is well; else
  /// the first takes its place that has not failed.
  func replaced(
    by places: [Int?], now: Instant, using random: inout RandomSource
  ) -> SBCSelection {
    var new = SBCSelection(count: places.count, settings: settings)
    new.isPaused = isPaused
    for (i, place) in places.enumerated() {
      if let place {
        new.members[i] = members[place]
        if place == serving { new.serving = i }
      } else {
        new.members[i].wellSince = now
      }
      // Heartbeats that are on their way were sent for the old places, and nobody waits for them.
      if new.isActive, !isPaused, new.members[i].askAt == nil {
        let phase = Int64(random.next() % UInt64(max(1, settings.pause.inNanoseconds)))
        new.members[i].askAt = now + .nanoseconds(phase)
      } else if !new.isActive {
        new.members[i] = Member(wellSince: now)
      }
    }
    if !places.contains(serving) || !new.members[new.serving].isWell {
      new.serving = new.members.firstIndex { $0.isWell } ?? new.serving
    }
    return new
  }

  /// There is no way to anybody: silence means nothing until the next `start`.
  mutating func pause() {
    isPaused = true
    for i in members.indices { members[i].askAt = nil }
  }

  /// Whether the one at this place has failed.
  func hasFailed(_ i: Int) -> Bool { !members[i].isWell }

  var deadline: Instant? {
    if isPaused { return nil }
    var first: Instant?
    for i in members.indices {
      first = soonest(first, members[i].askAt)
      if i < serving { first = soonest(first, takeOverAt(i)) }
    }
    return first
  }

  mutating func advance(to now: Instant, into out: inout Outbox<Output>) {
    if isPaused { return }
    for i in members.indices {
      guard let due = members[i].askAt, now >= due else { continue }
      members[i].askAt = nil
      members[i].askedAt = now
      out.emit(.ask(i))
    }
    let heir = members.indices.first { i in
      i < serving && takeOverAt(i).map { now >= $0 } ?? false
    }
    if let heir { move(to: heir, into: &out) }
  }

  /// A heartbeat was answered.
  mutating func answered(_ i: Int, now: Instant, into out: inout Outbox<Output>) {
    members[i].askAt = now + settings.pause
    members[i].misses = 0
    guard !members[i].isWell else { return }
    members[i].answers += 1
    let isNeeded = members.allSatisfy { !$0.isWell }
    guard isNeeded || members[i].answers >= settings.answersWanted else { return }
    members[i].isWell = true
    members[i].wellSince = now
    out.emit(.returned(i))
    if i == serving {
      out.emit(.resumed)
    } else if isNeeded {
      move(to: i, into: &out)
    }
  }

  /// A heartbeat was not answered, or with 503.
  mutating func missed(_ i: Int, now: Instant, into out: inout Outbox<Output>) {
    guard !isPaused else { return }
    members[i].answers = 0
    members[i].misses += 1
    let isDoubtful = members[i].isWell && members[i].misses < settings.missesAllowed
    members[i].askAt =
      isDoubtful ? now + settings.patience : max(now, (members[i].askedAt ?? now) + settings.pause)
    if members[i].isWell, !isDoubtful { fail(i, now: now, into: &out) }
  }

  /// A request was not answered at all: with another one to go to, nobody waits any longer.
  mutating func silent(_ i: Int, now: Instant, into out: inout Outbox<Output>) {
    guard isActive, !isPaused, members[i].isWell else { return }
    if members[i].askAt != nil { members[i].askAt = now }
    if members.indices.contains(where: { $0 != i && members[$0].isWell }) {
      fail(i, now: now, into: &out)
    }
  }

  /// It refused with 503, or cannot reach the registrar: nobody goes there before `until`, if there
  /// is another one.
  mutating func refused(
    _ i: Int, until: Instant, now: Instant, into out: inout Outbox<Output>
  ) {
    guard isActive, !isPaused, members[i].isWell,
      members.indices.contains(where: { $0 != i && members[$0].isWell })
    else { return }
    members[i].askAt = until
    fail(i, now: now, into: &out)
  }

  private mutating func fail(_ i: Int, now: Instant, into out: inout Outbox<Output>) {
    members[i].isWell = false
    members[i].wellSince = nil
    members[i].answers = 0
    out.emit(.failed(i))
    guard let heir = members.indices.first(where: { members[$0].isWell }) else {
      // Nobody is left to wait at: who was to be left alone for longer is asked with the others.
      for j in members.indices where j != i {
        members[j].askAt = members[j].askAt.map { min($0, now + settings.pause) }
      }
      return
    }
    if i == serving { move(to: heir, into: &out) }
  }

  private mutating func move(to i: Int, into out: inout Outbox<Output>) {
    out.emit(.moved(from: serving, to: i))
    serving = i
  }

  private func takeOverAt(_ i: Int) -> Instant? {
    guard members[i].isWell, members[i].misses == 0 else { return nil }
    return members[i].wellSince.map { $0 + settings.holdTime }
  }
}
