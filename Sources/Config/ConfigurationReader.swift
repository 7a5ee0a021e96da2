public import Base
public import Board

extension Configuration {
  /// Reads a file of commands and notes every mistake in it.
  ///
  /// What was read without a mistake is in the configuration even when other lines are wrong; run
  /// it only when the list is empty. `board` limits the ports and their drivers. `running` is the
  /// configuration whose secrets `<hidden>` keeps. Of a part, unlike of a whole, nothing is missing
  /// and nothing contradicts.
  public static func read(
    _ text: Text, checks: ConfigurationChecks, board: BoardDescription? = nil,
    running: Configuration? = nil, isWhole: Bool = true
  ) -> (configuration: Configuration, mistakes: MistakeList) {
    var reader = ConfigurationReader(checks: checks, board: board, running: running)
    var mistakes = MistakeList()
    CommandFile.read(text, noting: &mistakes) { line, mistakes in
      if let mistake = reader.take(line) { mistakes.note(mistake) }
    }
    if isWhole, !reader.isOfLaterFirmware, text.count <= CommandFile.sizeLimit {
      reader.draft.crossCheck(&mistakes, driver: board?.driver)
    }
    mistakes.sortByLine()
    return (reader.draft.configuration, mistakes)
  }
}

/// Turns lines into values of a draft.
struct ConfigurationReader {
  let checks: ConfigurationChecks
  let board: BoardDescription?
  let running: Configuration?
  var draft = ConfigurationDraft()
  /// Nothing behind the line that says so is read.
  private(set) var isOfLaterFirmware = false
  private let names = ParameterNames()

  init(checks: ConfigurationChecks, board: BoardDescription?, running: Configuration?) {
    self.checks = checks
    self.board = board
    self.running = running
  }

  /// Reads one line into the draft, or says what is wrong with it.
  mutating func take(_ line: WrittenLine) -> Mistake? {
    if isOfLaterFirmware { return nil }
    do throws(LineProblem) {
      guard line.words[0].text.equals(ConfigurationFormat.word) else {
        try read(line)
        return nil
      }
      isOfLaterFirmware = try ConfigurationFormat.isLater(line)
      return isOfLaterFirmware ? ConfigurationFormat.refusal(of: line) : nil
    } catch {
      var mistake = line.mistake(at: error.index, offset: error.offset, reason: error.reason)
      if error.isSecret { mistake.word = [] }
      return mistake
    }
  }

  private mutating func read(_ line: WrittenLine) throws(LineProblem) {
    var port: UInt8 = 0
    var at = 0
    if line.words[0].text.equals("port") {
      port = try portNumber(line)
      at = 2
    }
    let (parameter, length) = try names.find(line.words[at...], port: port)
    at += length
    let place = ConfigurationDraft.Origin(
      parameter: parameter, port: port, line: line.number, column: line.column(of: at))
    draft.attempt(parameter, port)
    let value = try parameter.value(
      ofPort: port, line.words[at...], checks: checks, running: running)
    if let earlier = draft.origin(parameter, port: port) {
      throw LineProblem(index: 0, reason: Self.repeated(parameter, port, earlier.line))
    }
    draft.set(value, place)
  }

  private func portNumber(_ line: WrittenLine) throws(LineProblem) -> UInt8 {
    let limit = board?.ports ?? BoardDescription.portLimit
    guard line.words.count > 1 else {
      throw LineProblem(index: 1, reason: Text("port: a port number is missing"))
    }
    let word = line.words[1].text
    if isDigits(word), let number = word.decimalValue, (1...UInt64(limit)).contains(number) {
      return UInt8(number)
    }
    var reason = Text("port: ")
    reason.append(quoted: word)
    reason.append(" is not a port number: ")
    if let board {
      reason.append("the board ")
      reason.append(contentsOf: board.name)
      reason.append(" has ports 1 to ")
    } else {
      reason.append("1 to ")
    }
    reason.append(decimal: limit)
    throw LineProblem(index: 1, reason: reason)
  }

  private static func repeated(_ parameter: Parameter, _ port: UInt8, _ line: Int) -> Text {
    var reason = Text()
    reason.append(subject: parameter, port: port)
    reason.append(" is already set in line ")
    reason.append(decimal: line)
    return reason
  }
}

extension WrittenLine {
  /// The column of a word, or of the end of the line when there is no such word.
  func column(of index: Int) -> Int {
    let end = words.last?.range.upperBound ?? 0
    return column(index < words.count ? words[index].range.lowerBound : end)
  }
}
