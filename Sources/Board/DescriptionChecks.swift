internal import Base

/// What is wrong between things that are right one by one.
extension DescriptionDraft {
  /// Notes what is missing and, when every line was right by itself, what contradicts.
  func check(_ mistakes: inout MistakeList) {
    let areLinesRight = mistakes.isEmpty
    for subject in ["name", "driver", "ports"] as [StaticString] where origin(Text(subject)) == nil
    {
      note(Text(), Text(subject) + Text(" is missing"), &mistakes)
    }
    guard areLinesRight, mistakes.isEmpty else { return }
    if board.ringLimit > board.ports, origin(Text("ring limit")) != nil {
      note(Text("ring limit"), portCount(Text("more than the ")), &mistakes)
    }
    if buttonLamp != nil, board.resetButton == nil {
      note(Text("button lamp"), Text("button reset is missing"), &mistakes)
    }
    switch board.driver {
    case .simulator: refuseWiring(&mistakes)
    case .slic:
      board.cards.forEach { check($0, &mistakes) }
      checkPorts(&mistakes)
      checkPins(&mistakes)
    }
  }

  /// Notes a mistake at the place of its subject, or of the whole file when there is none.
  private func note(_ subject: Text, _ why: Text, _ mistakes: inout MistakeList, line: Int = 0) {
    let place = origin(subject)
    var reason = subject
    if !reason.isEmpty { reason.append(": ") }
    reason.append(contentsOf: why)
    mistakes.note(
      Mistake(line: place?.line ?? line, column: place?.column ?? 0, reason: reason))
  }

  private func portCount(_ before: Text) -> Text {
    var text = before
    text.append(decimal: board.ports)
    text.append(board.ports == 1 ? " port of the board" : " ports of the board")
    return text
  }

  /// The simulator has neither pins nor cards.
  private func refuseWiring(_ mistakes: inout MistakeList) {
    for origin in origins {
      let isWiring =
        origin.subject.starts(with: Text("card ")) || origin.subject.starts(with: Text("port "))
        || origin.subject.starts(with: Text("button "))
      if isWiring { note(origin.subject, Text("the driver simulator has no wires"), &mistakes) }
    }
  }

  // MARK: - Cards

  private func check(_ card: CardDescription, _ mistakes: inout MistakeList) {
    let subject = numbered("card ", card.number)
    for (word, pcm) in [("capture", card.capture), ("playback", card.playback)]
      as [(
        StaticString, Text
      )]
    {
      if pcm.isEmpty { noteMissing(subject, word, card.line, &mistakes) }
    }
    if card.format == .aLaw, card.hertz != 8_000 {
      note(subject + Text(" rate"), Text("A-law is 8000 samples a second"), &mistakes)
    }
    for earlier in board.cards where earlier.number < card.number {
      for (word, isSame) in [
        ("capture", earlier.capture == card.capture && !card.capture.isEmpty),
        ("playback", earlier.playback == card.playback && !card.playback.isEmpty),
      ] as [(StaticString, Bool)] where isSame {
        var why = Text("the same PCM as card ")
        why.append(decimal: earlier.number)
        note(subject + Text(" ") + Text(word), why, &mistakes)
      }
    }
    if !board.wiring.contains(where: { $0.card == card.number }) {
      note(subject, Text("no port uses it"), &mistakes, line: card.line)
    }
  }

  // MARK: - Ports

  private func checkPorts(_ mistakes: inout MistakeList) {
    for number in 1...board.ports where !board.wiring.contains(where: { $0.port == number }) {
      note(numbered("port ", number), Text("is not wired: give it a card and pins"), &mistakes)
    }
    for port in board.wiring {
      let subject = numbered("port ", port.port)
      if port.port > board.ports {
        note(subject, portCount(Text("above the ")), &mistakes, line: port.line)
      }
      checkRinging(port, subject, &mistakes)
      checkChannel(port, subject, &mistakes)
      if port[.hook] == nil { noteMissing(subject, "hook", port.line, &mistakes) }
    }
  }

  private func checkRinging(
    _ port: PortWiring, _ subject: Text, _ mistakes: inout MistakeList
  ) {
    switch (port[.ringMode] != nil, port[.ringEnable] != nil) {
    case (true, true):
      let why = Text("there is ring-mode too, and a port has one way of ringing")
      note(subject + Text(" ring-enable"), why, &mistakes)
    case (false, false):
      note(
        subject, Text("ring-mode or ring-enable is missing: it cannot ring"), &mistakes,
        line: port.line)
    case (true, false):
      guard port[.reverse] == nil else { break }
      note(
        subject + Text(" ring-mode"), Text("reverse is missing, which makes the ring current"),
        &mistakes)
    case (false, true): break
    }
  }

  private func checkChannel(
    _ port: PortWiring, _ subject: Text, _ mistakes: inout MistakeList
  ) {
    let place = subject + Text(" card")
    guard origin(place) != nil else { return noteMissing(subject, "card", port.line, &mistakes) }
    guard let card = board.cards.first(where: { $0.number == port.card }) else {
      return note(place, numbered("there is no card ", port.card), &mistakes)
    }
    if port.channel > card.channels {
      var why = numbered("card ", card.number)
      why.append(card.channels == 1 ? " has only channel 1" : " has channels 1 to ")
      if card.channels > 1 { why.append(decimal: card.channels) }
      note(place, why, &mistakes)
    }
    let twin = board.wiring.first {
      $0.port < port.port && $0.card == port.card && $0.channel == port.channel
        && origin(numbered("port ", $0.port) + Text(" card")) != nil
    }
    guard let twin else { return }
    note(place, numbered("the same channel as port ", twin.port), &mistakes)
  }

  /// A pin does one thing; whoever names it later in the file is wrong.
  private func checkPins(_ mistakes: inout MistakeList) {
    var used: [(subject: Text, pin: GPIOPin)] = []
    for port in board.wiring {
      for role in PinRole.allCases {
        guard let pin = port[role] else { continue }
        used.append((numbered("port ", port.port) + Text(" ") + Text(role.word), pin))
      }
    }
    if let button = board.resetButton {
      used.append((Text("button reset"), button.pin))
      if let lamp = button.lamp { used.append((Text("button lamp"), lamp)) }
    }
    for (subject, pin) in used {
      let twin = used.first { $0.pin.place == pin.place && $0.pin.line < pin.line }
      guard let twin else { continue }
      note(subject, Text("the same pin as ") + twin.subject, &mistakes)
    }
  }

  // MARK: - Words

  private func noteMissing(
    _ subject: Text, _ word: StaticString, _ line: Int, _ mistakes: inout MistakeList
  ) {
    note(subject, Text(word) + Text(" is missing"), &mistakes, line: line)
  }

  private func numbered(_ what: StaticString, _ number: UInt8) -> Text {
    var text = Text(what)
    text.append(decimal: number)
    return text
  }
}
