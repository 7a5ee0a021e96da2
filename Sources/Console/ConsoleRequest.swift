public import Base

/// What a client of the console asks for.
public enum ConsoleRequest: Equatable, Sendable {
  /// A line to carry out; one that ends with `?` asks what may come next.
  case line(Text)
  /// A line to carry out, whose answer is for a machine.
  case machine(Text)
  /// The beginning of a line to complete.
  case completion(Text)
  /// A line above the limit, of which nothing was kept; its answer may be for a machine.
  case tooLong(isMachine: Bool)
  /// Ctrl-C where no line has begun: the end of an answer that goes on.
  case interrupt
  /// The user has logged in; `hasDelivered` with the password that every box is delivered with.
  case login(hasDelivered: Bool)
  /// Somebody has typed a wrong password, as a user or as a stranger; of the prompt only.
  case loginRefused(user: Text)
  /// The client is done.
  case close
}

/// The console's line protocol: a line in; text, the byte RS, a prompt and the byte EOT out.
public enum ConsoleProtocol {
  /// Ends an answer's text; the prompt follows, an empty one when the console is to be left.
  public static let endOfText: UInt8 = 0x1E
  /// Ends every answer; no answer contains it otherwise.
  public static let endOfAnswer: UInt8 = 0x04
  /// Stands in front of a line to complete; the first line of the answer is what to insert.
  public static let completionMark: UInt8 = 0x09
  /// Stands in front of a line whose answer is to be JSON (`MachineAnswer`).
  public static let machineMark: UInt8 = 0x02
  /// Stands in front of a prompt whose line must not be shown while it is typed.
  public static let hiddenMark: UInt8 = 0x0F
  /// A line of the shell, not of the user: somebody has logged in, behind it with which password.
  public static let loginMark: UInt8 = 0x01
  /// The word behind `loginMark` for the password that every box has.
  public static let deliveredPassword: StaticString = "delivered"
  /// The word behind `loginMark` for a wrong password; the user's name follows, if it is one.
  public static let refusedPassword: StaticString = "refused"
  /// Begins an answer that goes on: what happens is shown when it happens, no page is turned, and the
  /// next byte that the client sends should be `interrupt`.
  public static let liveMark: UInt8 = 0x0E
  /// Sent by a client to end an answer that goes on.
  public static let interrupt: UInt8 = 0x03
  /// The longest line, in bytes.
  public static let lineLimit = 512

  /// An answer as it is sent: what could move a cursor is made harmless.
  public static func frame(_ answer: Text, prompt: Text, isHidden: Bool = false) -> Text {
    var framed = printable(answer)
    if let last = framed.last, last != UInt8(ascii: "\n") { framed.append("\n") }
    return framed + end(prompt: prompt, isHidden: isHidden)
  }

  /// What stands behind the text of every answer.
  public static func end(prompt: Text, isHidden: Bool = false) -> Text {
    var framed = [endOfText]
    if isHidden { framed.append(hiddenMark) }
    framed += printable(prompt)
    framed.append(endOfAnswer)
    return framed
  }
}

/// Why a line was not carried out, and at which byte of it.
public struct LineRefusal: Error, Equatable {
  /// Where, in bytes from the line's beginning.
  public let offset: Int
  /// Why, as a sentence without a full stop.
  public let reason: Text
  /// Whether the line must not be repeated.
  public let isSecret: Bool

  /// Makes the refusal.
  public init(offset: Int, reason: Text, isSecret: Bool = false) {
    self.offset = offset
    self.reason = reason
    self.isSecret = isSecret
  }
}

extension CommandTree {
  /// Why a line of which nothing was kept is not carried out.
  public static var tooLong: StaticString { "the line is longer than 512 bytes and was not read" }

  /// Carries out a request.
  public func answer(_ request: ConsoleRequest, in context: inout Context) -> Text {
    var answer = Text()
    switch request {
    case .line(let line): run(line, in: &context, &answer)
    case .completion(let line): answer = completion(line)
    case .tooLong:
      answer.append(CommandTree.tooLong)
      answer.append("\n")
    case .close, .interrupt, .login, .loginRefused, .machine: break
    }
    return answer
  }

  private func run(_ line: Text, in context: inout Context, _ answer: inout Text) {
    do throws(LineRefusal) {
      try carryOut(line, in: &context, &answer)
    } catch {
      guard !error.isSecret else {
        answer += Text("  ") + error.reason
        return
      }
      Self.append(error.reason, pointingAt: error.offset, of: line, to: &answer)
    }
  }

  /// Carries out a line and appends what it answers; throws where and why it cannot.
  public func carryOut(
    _ line: Text, in context: inout Context, _ answer: inout Text
  ) throws(LineRefusal) {
    let words: [Word]
    do throws(WordsError) {
      words = try commandWords(line)
    } catch {
      throw LineRefusal(offset: error.offset, reason: error.reason.sentence)
    }
    do throws(CommandProblem) {
      if let asked = question(line, words) {
        answer.append(contentsOf: try help(asked))
      } else if !words.isEmpty {
        try run(words, in: &context, &answer)
      }
    } catch {
      throw LineRefusal(
        offset: error.place(in: words), reason: error.reason, isSecret: error.isSecret)
    }
  }

  /// The line before a closing `?`; `nil` when it does not end so.
  private func question(_ line: Text, _ words: [Word]) -> Text? {
    guard let last = words.last, !last.isQuoted, last.text.last == UInt8(ascii: "?") else {
      return nil
    }
    return Text(line[..<(last.range.upperBound - 1)])
  }

  private func run(
    _ words: [Word], in context: inout Context, _ answer: inout Text
  ) throws(CommandProblem) {
    let match = try match(words[...])
    guard let action = match.action else {
      let reason = Self.missing(match.children)
      throw CommandProblem(index: words.count, reason: reason)
    }
    try action(&context, match.arguments, &answer)
  }

  private static func missing(_ children: [Command<Context>]) -> Text {
    var reason = Text()
    if children.count == 1, let child = children.first, !child.isKeyword {
      reason += child.word
      reason.append(" is missing: ")
      reason += child.help
    } else {
      reason.append("a word is missing: one of ")
      reason.append(list: children.map { $0.word })
    }
    return reason
  }

  /// Repeats the line with a caret under the place and the reason beside it.
  private static func append(
    _ reason: Text, pointingAt offset: Int, of line: Text, to answer: inout Text
  ) {
    let shown = printable(line.map { $0 == UInt8(ascii: "\t") ? UInt8(ascii: " ") : $0 })
    answer.append("  ")
    answer.append(contentsOf: shown)
    answer.append("\n  ")
    for _ in 0..<displayWidth(printable(Text(line[..<offset]))) { answer.append(" ") }
    answer.append("^ ")
    answer.append(contentsOf: reason)
    answer.append("\n")
  }
}

extension CommandProblem {
  /// Where the problem is, in bytes from the line's beginning.
  fileprivate func place(in words: [Word]) -> Int {
    guard index < words.count else { return words.last?.range.upperBound ?? 0 }
    let word = words[index]
    return word.range.lowerBound + (word.isQuoted && offset > 0 ? 1 : 0) + offset
  }
}
