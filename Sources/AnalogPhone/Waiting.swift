/// A `wait` or `pause` that is not over yet.
struct Waiting: Equatable {
  /// Any of these ends it; none are there in a pause.
  let conditions: [Condition]
  /// As it was written.
  let text: String
  let ms: Int
  /// In the line's time.
  let deadline: Nanoseconds

  var isPause: Bool { conditions.isEmpty }
}

extension Phone {
  /// Ends the wait if what it waits for is there, or its time is over.
  mutating func settleWait(_ now: Nanoseconds) {
    guard let wait = waiting else { return }
    for condition in wait.conditions {
      guard let fields = fulfilment(condition) else { continue }
      if case .polarity = condition { notes.hasPolarityChanged = false }
      waiting = nil
      let report = Report(kind: .ok, words: "wait \(name(condition))", fields: fields)
      return tell(report, at: now)
    }
    guard clock.time >= wait.deadline else { return }
    waiting = nil
    if wait.isPause { return tell(.ok("pause"), at: now) }
    let reason = "timeout after \(wait.ms) ms; \(situation)"
    tell(.error("wait \(wait.text)", reason), at: now)
  }

  private func name(_ condition: Condition) -> String {
    switch condition {
    case .tone:
      if case .named(let tone) = ear.impression {
        return "tone \(tone.name) \(plainHertz(tone.hertz))"
      }
      return "tone"
    case .sound: return "sound"
    case .silence: return "silence"
    case .speech: return "speech"
    case .ring: return "ring"
    case .ringOff: return "ring-off"
    case .ringEnd: return "ring-end"
    case .callerID: return "caller-id"
    case .messageLamp(let isLit): return "message-lamp \(isLit ? "on" : "off")"
    case .polarity: return "polarity"
    case .feed(let feed): return "feed \(feed.rawValue)"
    case .digits(let digits): return "digits \(digits)"
    case .playDone: return "play-done"
    case .dialDone: return "dial-done"
    case .connected: return "connected"
    }
  }

  /// What to answer when the condition is met now, or `nil`.
  private func fulfilment(_ condition: Condition) -> [Report.Field]? {
    switch condition {
    case .tone(let name): return tone(named: name)
    case .sound: return ear.impression == .silence || !clock.isRunning ? nil : []
    case .silence: return ear.isSilent || !clock.isRunning ? [] : nil
    case .speech: return ear.impression == .speech ? [.init("level", ear.levelDBm0)] : nil
    case .ring: return ring.isOn ? [.init("count", ring.rings)] : nil
    case .ringOff: return ring.isOn ? nil : [.init("count", ring.rings)]
    case .ringEnd: return ring.isActive ? nil : [.init("rings", ring.rings)]
    case .callerID: return notes.callerID
    case .messageLamp(let isLit): return notes.lamp == isLit ? [] : nil
    case .polarity(let reversed): return polarity(reversed)
    case .feed(let feed): return notes.feed == feed ? [.init("since", notes.feedSince)] : nil
    case .digits(let wanted): return notes.digits.hasSuffix(wanted) ? [] : nil
    case .playDone: return mouth.isBusy(.play) ? nil : []
    case .dialDone: return mouth.isBusy(.dial) || hook.isBusy(at: clock.time) ? nil : []
    case .connected: return isConnected ? [] : nil
    }
  }

  private func tone(named wanted: String) -> [Report.Field]? {
    guard clock.isRunning, case .named(let tone) = ear.impression,
      wanted == "any" || wanted == tone.name || wanted == plainHertz(tone.hertz)
    else { return nil }
    return onsetFields(tone.onset) + toneFields(tone, notes.toneDBm0)
  }

  private func polarity(_ reversed: Bool?) -> [Report.Field]? {
    guard let reversed else { return notes.hasPolarityChanged ? [] : nil }
    return notes.polarity == (reversed ? .reverse : .forward) ? [] : nil
  }
}
