import Testing

/// A console of the first box, followed letter by letter.
extension World {
  /// Types every line behind a prompt and compares prompts and answers.
  func follow(
    _ transcript: String, console: UInt8 = 1,
    _ place: SourceLocation = #_sourceLocation
  ) {
    var said = ""
    var prompt = boxes[0].dialogue("", number: console, now: now).prompt
    for line in transcript.split(separator: "\n") where Self.isTyped(line) {
      let typed = line.drop { $0 != ">" && $0 != "#" }.dropFirst(2)
      let (answer, next) = boxes[0].dialogue(
        String(typed), number: console, now: now)
      said += prompt + typed + "\n" + answer
      prompt = next
    }
    #expect(said == transcript + "\n", sourceLocation: place)
  }

  private static func isTyped(_ line: Substring) -> Bool {
    ["box1", "hall", "load> "].contains { line.hasPrefix($0) }
  }
}
