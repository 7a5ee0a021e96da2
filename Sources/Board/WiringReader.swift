internal import Base

/// The commands about one card, one port or the button.
extension DescriptionDraft {
  // MARK: - Cards

  /// `card N capture|playback|channels|format|rate|buffer VALUE`.
  mutating func readCard(_ words: inout LineWords) throws(Refusal) {
    let number = try words.subjectNumber(upTo: CardDescription.limit)
    let known: [StaticString] = ["capture", "playback", "channels", "format", "rate", "buffer"]
    let command = try words.keyword(known, " is not known here")
    try give(words)
    var card = CardDescription(number: number, capture: [], playback: [])
    card.line = words.line.number
    let place = board.cards.firstIndex { $0.number >= number } ?? board.cards.count
    if place < board.cards.count, board.cards[place].number == number {
      card = board.cards[place]
    } else {
      board.cards.insert(card, at: place)
    }
    switch command {
    case 0: card.capture = try readPCM(&words)
    case 1: card.playback = try readPCM(&words)
    case 2: card.channels = UInt8(try words.number(1, Int(CardDescription.channelLimit)))
    case 3:
      let formats = CardDescription.SampleFormat.allCases
      card.format = formats[try words.choose(formats.map { $0.word }, " is not a sample format")]
    case 4:
      let place = try words.choose(["8000", "16000", "48000"], " is not a rate that is known")
      card.hertz = [8_000, 16_000, 48_000][place]
    default: card.bufferMs = try readBuffer(&words)
    }
    board.cards[place] = card
  }

  private func readPCM(_ words: inout LineWords) throws(Refusal) -> Text {
    let name = try words.take(Text("the ALSA name of a PCM, such as hw:0,0"))
    guard (1...CardDescription.nameLimit).contains(name.count) else {
      throw words.refusal(" is not the name of a PCM: 1 to 63 bytes")
    }
    return name
  }

  private func readBuffer(_ words: inout LineWords) throws(Refusal) -> UInt16 {
    let milliseconds = try words.number(20, 200)
    guard milliseconds % 10 == 0 else { throw words.refusal(" is not whole periods of 10 ms") }
    return UInt16(milliseconds)
  }

  // MARK: - Ports

  /// `port N card C channel K`, or `port N ROLE PIN [active-low]`.
  mutating func readPort(_ words: inout LineWords) throws(Refusal) {
    let number = try words.subjectNumber(upTo: BoardDescription.portLimit)
    let roles = PinRole.allCases
    let command = try words.keyword(["card"] + roles.map { $0.word }, " is not known here")
    try give(words)
    var port = PortWiring(port: number)
    port.line = words.line.number
    let place = board.wiring.firstIndex { $0.port >= number } ?? board.wiring.count
    if place < board.wiring.count, board.wiring[place].port == number {
      port = board.wiring[place]
    } else {
      board.wiring.insert(port, at: place)
    }
    if command == 0 {
      port.card = UInt8(try words.number(1, Int(CardDescription.limit)))
      try words.fixed("channel")
      port.channel = UInt8(try words.number(1, Int(CardDescription.channelLimit)))
    } else {
      port[roles[command - 1]] = try readPin(&words)
    }
    board.wiring[place] = port
  }

  // MARK: - The button

  /// `button reset|lamp PIN [active-low]`.
  mutating func readButton(_ words: inout LineWords) throws(Refusal) {
    let isLamp = try words.keyword(["reset", "lamp"], " is not known here") == 1
    try give(words)
    let pin = try readPin(&words)
    if isLamp { buttonLamp = pin } else { board.resetButton = ButtonWiring(pin: pin) }
    board.resetButton?.lamp = buttonLamp
  }

  private func readPin(_ words: inout LineWords) throws(Refusal) -> GPIOPin {
    let word = try words.take(Text("a GPIO line's name, or CHIP:OFFSET"))
    var pin = GPIOPin(place: .name(word))
    var name = word[...]
    if let colon = word.lastIndex(of: UInt8(ascii: ":")) {
      name = word[..<colon]
      guard let offset = word[(colon + 1)...].decimalValue, offset <= GPIOPin.offsetLimit else {
        throw words.refusal(": what follows the colon is not an offset from 0 to 1023")
      }
      pin.place = .offset(chip: Text(name), UInt32(offset))
    }
    guard (1...GPIOPin.nameLimit).contains(name.count) else {
      throw words.refusal(" is not a GPIO line's name of 1 to 31 bytes, or CHIP:OFFSET")
    }
    if !words.isAtEnd {
      pin.isActiveLow = true
      try words.fixed("active-low")
    }
    pin.line = words.line.number
    return pin
  }
}
