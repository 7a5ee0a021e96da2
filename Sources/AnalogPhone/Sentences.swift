/// Frequencies as whole hertz, `350+440`.
func plainHertz(_ hertz: [Double]) -> String {
  hertz.map { fixed($0, 0) }.joined(separator: "+")
}

/// The fields that describe a tone.
func toneFields(_ tone: ToneNamer.Named, _ level: Double) -> [Report.Field] {
  let pieces = tone.cadence.map { fixed($0, 0) }.joined(separator: "/")
  return [
    .init("hz", tone.hertz.map { fixed($0, 1) }.joined(separator: "+")),
    .init("cadence", pieces.isEmpty ? "continuous" : pieces), .init("level", level),
  ]
}

/// `dial tone 450 Hz, -10.0 dBm0`.
func toneSentence(_ tone: ToneNamer.Named, _ level: Double) -> String {
  let name = tone.name == "unknown" ? "a tone of" : "\(tone.name) tone"
  return "\(name) \(plainHertz(tone.hertz)) Hz, \(fixed(level, 1)) dBm0"
}

/// `1 s on 4 s off`.
func cadenceSentence(_ pieces: [Double]) -> String {
  pieces.indices.map { i in
    let seconds = (pieces[i] / 10).rounded() / 100
    let text = seconds == seconds.rounded() ? fixed(seconds, 0) : fixed(seconds, 2)
    return "\(text) s \(i % 2 == 0 ? "on" : "off")"
  }.joined(separator: " ")
}

extension Phone {
  /// `ringing 1 s on 4 s off, caller 13800138000`.
  func callSentence() -> String {
    var parts = ring.isActive ? "ringing" : "a call"
    if ring.isActive && !ring.cadence.isEmpty { parts += " " + cadenceSentence(ring.cadence) }
    return notes.caller.map { "\(parts), caller \($0)" } ?? parts
  }

  /// What is heard or seen now, for a person.
  var situation: String {
    if !isConnected { return "the box is not there" }
    if !hook.isLifted { return ring.isActive ? callSentence() : "on hook" }
    guard clock.isRunning else { return "lifted, nothing on the line" }
    switch ear.impression {
    case .silence: return "silence"
    case .sound: return "some sound, \(fixed(ear.levelDBm0, 1)) dBm0"
    case .tones(let hertz): return "\(plainHertz(hertz)) Hz, \(fixed(ear.levelDBm0, 1)) dBm0"
    case .named(let tone): return toneSentence(tone, notes.toneDBm0)
    case .speech: return "speech"
    }
  }
}
