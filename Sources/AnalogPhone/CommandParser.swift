/// Reads one line of the protocol.
struct CommandParser {
  private let verb: String
  private let words: [String]
  /// Everything after the verb, as it was written.
  private let rest: String

  /// The command of a line, or `nil` for an empty line or a comment.
  static func parse(_ line: String) throws(CommandError) -> Command? {
    let text = trimmed(line)
    guard let first = text.first, first != "#" else { return nil }
    return try CommandParser(text).command()
  }

  private init(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 1)
    verb = parts[0].lowercased()
    rest = parts.count > 1 ? trimmed(String(parts[1])) : ""
    words = rest.split(separator: " ").map(String.init)
  }

  private func command() throws(CommandError) -> Command {
    switch verb {
    case "lift", "off-hook": try alone(.lift)
    case "hang-up", "hangup", "on-hook": try alone(.hangUp)
    case "flash": .flash(ms: try number(0, "milliseconds", 1...5_000, default: 100))
    case "dial": try dial()
    case "pulse": try pulse()
    case "play": .play(unquoted(try text("a WAV file")))
    case "say": .say(unquoted(try text("what to say")))
    case "tone": try tone()
    case "stop": try alone(.stop)
    case "hybrid": try hybrid()
    case "record": try record()
    case "wait": try wait()
    case "pause": .pause(ms: try duration(try word(0, "how long")))
    case "hear": try alone(.hear)
    case "status": try alone(.status)
    case "help", "?": .help
    case "quit", "exit", "bye": try alone(.quit)
    default: throw CommandError(command: verb, reason: "no such command; help lists them")
    }
  }

  private func dial() throws(CommandError) -> Command {
    let keys = Array(try word(0, "the digits").uppercased())
    for key in keys where DTMF.hertz(of: key) == nil && key != "," {
      throw fail("\(key) is no key: use 0-9 * # A-D, and a comma for a second's pause")
    }
    var sending = DTMF.Sending()
    sending.onMs = try number(1, "on-ms", 10...10_000, default: sending.onMs)
    sending.gapMs = try number(2, "gap-ms", 0...10_000, default: sending.gapMs)
    if words.count > 3 {
      let levels = words[3].split(separator: "/").map(String.init)
      sending.lowDBm0 = try level(levels[0])
      sending.highDBm0 = levels.count > 1 ? try level(levels[1]) : sending.lowDBm0 + 2
    }
    return .dial(keys, sending)
  }

  private func pulse() throws(CommandError) -> Command {
    var digits: [Int] = []
    for key in try word(0, "the digits") {
      guard let digit = key.wholeNumberValue else { throw fail("\(key) is no digit") }
      digits.append(digit)
    }
    var timing = HookSwitch.PulseTiming()
    timing.breakMs = try number(1, "break-ms", 10...500, default: timing.breakMs)
    timing.makeMs = try number(2, "make-ms", 10...500, default: timing.makeMs)
    timing.betweenDigitsMs = try number(
      3, "between-ms", 100...5_000, default: timing.betweenDigitsMs)
    return .pulse(digits, timing)
  }

  private func tone() throws(CommandError) -> Command {
    var hertz: [Double] = []
    for part in try word(0, "the frequency").split(separator: "+") {
      guard let value = Double(part), (1...3_999).contains(value) else {
        throw fail("\(part) is no frequency between 1 and 3999 Hz")
      }
      hertz.append(value)
    }
    let ms = try number(1, "milliseconds", 1...3_600_000, default: 1_000)
    return .tone(hertz, ms: ms, dBm0: words.count > 2 ? try level(words[2]) : -10)
  }

  private func hybrid() throws(CommandError) -> Command {
    let text = try word(0, "a loss in dB, or off")
    guard text != "off" else { return .hybrid(lossDB: nil, delay: 0) }
    guard let loss = Double(text), (0...100).contains(loss) else {
      throw fail("a loss is 0 to 100 dB, not \(text)")
    }
    return .hybrid(lossDB: loss, delay: try number(1, "samples", 0...1_600, default: 8))
  }

  private func record() throws(CommandError) -> Command {
    let path = unquoted(try text("a WAV file, or stop"))
    return path == "stop" ? .recordStop : .record(path)
  }

  private func wait() throws(CommandError) -> Command {
    guard words.count >= 2, let last = words.last else {
      throw fail("needs what to wait for and how long: wait tone dial 5s")
    }
    let wanted = words.dropLast().joined(separator: " ")
    var conditions: [Condition] = []
    for alternative in wanted.split(separator: "|") {
      conditions.append(try condition(trimmed(String(alternative)), after: conditions.last))
    }
    return .wait(conditions, text: wanted, ms: try duration(last))
  }

  /// One condition; `tone busy|congestion` names the kind only once.
  private func condition(
    _ text: String, after previous: Condition?
  ) throws(CommandError) -> Condition {
    let parts = text.split(separator: " ").map(String.init)
    switch (parts.first ?? "", parts.count) {
    case ("tone", 2): return .tone(parts[1])
    case ("tone", 1): return .tone("any")
    case ("sound", 1): return .sound
    case ("silence", 1): return .silence
    case ("speech", 1): return .speech
    case ("ring", 1): return .ring
    case ("ring-off", 1): return .ringOff
    case ("ring-end", 1): return .ringEnd
    case ("caller-id", 1): return .callerID
    case ("message-lamp", 2) where parts[1] == "on": return .messageLamp(isLit: true)
    case ("message-lamp", 2) where parts[1] == "off": return .messageLamp(isLit: false)
    case ("polarity", 1): return .polarity(reversed: nil)
    case ("polarity", 2) where parts[1] == "reversed": return .polarity(reversed: true)
    case ("polarity", 2) where parts[1] == "normal": return .polarity(reversed: false)
    case ("feed", 2): if let feed = LineFeed(rawValue: parts[1]) { return .feed(feed) }
    case ("digits", 2): return .digits(parts[1])
    case ("play-done", 1): return .playDone
    case ("dial-done", 1): return .dialDone
    case ("connected", 1): return .connected
    case (_, 1): if case .tone = previous { return .tone(parts[0]) }
    default: break
    }
    throw fail("cannot wait for \"\(text)\"; help lists what can be waited for")
  }

  private func alone(_ command: Command) throws(CommandError) -> Command {
    guard words.isEmpty else { throw fail("takes nothing after it") }
    return command
  }

  private func word(_ index: Int, _ what: String) throws(CommandError) -> String {
    guard index < words.count else { throw fail("needs \(what)") }
    return words[index]
  }

  private func text(_ what: String) throws(CommandError) -> String {
    guard !rest.isEmpty else { throw fail("needs \(what)") }
    return rest
  }

  private func number(
    _ index: Int, _ what: String, _ range: ClosedRange<Int>, default value: Int
  ) throws(CommandError) -> Int {
    guard index < words.count else { return value }
    guard let number = Int(words[index]), range.contains(number) else {
      throw fail("\(what) must be \(range.lowerBound) to \(range.upperBound), not \(words[index])")
    }
    return number
  }

  private func level(_ text: String) throws(CommandError) -> Double {
    guard let level = Double(text), (-70...3.14).contains(level) else {
      throw fail("a level is -70 to 3.14 dBm0, not \(text)")
    }
    return level
  }

  /// `500` and `500ms` are milliseconds, `5s` seconds.
  private func duration(_ text: String) throws(CommandError) -> Int {
    var number = text[...]
    var scale = 1.0
    if number.hasSuffix("ms") {
      number.removeLast(2)
    } else if number.hasSuffix("s") {
      number.removeLast()
      scale = 1_000
    }
    guard let value = Double(number), value >= 0, value * scale <= 86_400_000 else {
      throw fail("\(text) is no time: write 500 or 500ms or 5s")
    }
    return Int(value * scale)
  }

  private func fail(_ reason: String) -> CommandError {
    CommandError(command: verb, reason: reason)
  }
}

/// The text without spaces at both ends.
func trimmed(_ text: String) -> String {
  let start = text.drop(while: \.isWhitespace)
  return String(String(start.reversed().drop(while: \.isWhitespace)).reversed())
}

private func unquoted(_ text: String) -> String {
  guard text.count >= 2, text.first == "\"", text.last == "\"" else { return text }
  return String(text.dropFirst().dropLast())
}
