public import Base

/// What a client of the console asks for.
public enum ConsoleRequest: Equatable, Sendable {
  /// A line to carry out; one that ends with `?` asks what may come next.
  case line(Text)
  /// The beginning of a line to complete.
  case completion(Text)
  /// A line above the limit, of which nothing was kept.
  case tooLong
  /// The client is done.
  case close
}

/// The console's line protocol: a line in, text and the byte EOT out.
public enum ConsoleProtocol {
  /// Ends every answer; no answer contains it otherwise.
  public static let endOfAnswer: UInt8 = 0x04
  /// Stands in front of a line to complete; the first line of the answer is what to insert.
  public static let completionMark: UInt8 = 0x09
  /// The longest line, in bytes.
  public static let lineLimit = 512
}

extension CommandTree {
  /// Carries out a request; the answer ends with the byte EOT.
  public func answer(_ request: ConsoleRequest, in context: inout Context) -> Text {
    var answer = Text()
    switch request {
    case .line(let line): run(line, in: &context, &answer)
    case .completion(let line): answer = completion(line)
    case .tooLong: answer.append("the line is longer than 512 bytes and was not read\n")
    case .close: break
    }
    answer = printable(answer)
    if let last = answer.last, last != UInt8(ascii: "\n") { answer.append("\n") }
    answer.append(ConsoleProtocol.endOfAnswer)
    return answer
  }

  private func run(_ line: Text, in context: inout Context, _ answer: inout Text) {
    let words: [Word]
    do throws(WordsError) {
      words = try commandWords(line)
    } catch {
      Self.append(error.reason.sentence, pointingAt: error.offset, of: line, to: &answer)
      return
    }
    do throws(CommandProblem) {
      if let asked = question(line, words) {
        answer.append(contentsOf: try help(asked))
      } else if !words.isEmpty {
        try run(words, in: &context, &answer)
      }
    } catch {
      let end = words.last?.range.upperBound ?? 0
      let offset = error.index < words.count ? words[error.index].range.lowerBound : end
      Self.append(error.reason, pointingAt: offset, of: line, to: &answer)
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
      var reason = Text("a word is missing: one of ")
      reason.append(list: match.children.map { Text($0.word) })
      throw CommandProblem(index: words.count, reason: reason)
    }
    action(&context, match.arguments, &answer)
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
