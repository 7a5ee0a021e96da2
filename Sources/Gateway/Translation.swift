internal import Base
internal import Config
internal import Console

/// The console's words in the language of the configuration.
///
/// Answers are written in English and put into the operator's language where they leave for a
/// console; a machine's answers, the log and the records of calls stay English.
extension Gateway {
  /// The phrases of the language; none for English, and none for a machine.
  var phrasebook: Phrasebook {
    guard isChinese else { return Phrasebook() }
    return Phrasebook(
      sentences: [ChineseAnswers.page, ChineseMistakes.page, ChineseCommands.page],
      words: [ChineseWords.page])
  }

  /// A sentence of help in the language.
  var translation: @Sendable (Text) -> Text {
    let book = phrasebook
    return { book.phrase($0) }
  }

  /// What a person reads of an answer.
  ///
  /// What must go back into a box as it is, such as a configuration, is left alone; so are the
  /// letters that complete a word.
  func shown(_ answer: Text, to request: ConsoleRequest) -> Text {
    switch request {
    case .completion, .machine, .tooLong(isMachine: true): answer
    case .line, .tooLong, .close, .interrupt, .login, .loginRefused: shown(answer)
    }
  }

  /// Appends what must go back into a box as it is.
  mutating func appendVerbatim(_ text: Text, to answer: inout Text) {
    console.isVerbatim = true
    answer += text
  }

  func shown(_ answer: Text) -> Text {
    phrasebook.lines(answer)
  }

  /// A sentence in the language of the configuration.
  ///
  /// For what is put together of several values, in which a phrase would not be found again.
  func said(_ english: StaticString, _ chinese: StaticString) -> Text {
    Text(isChinese ? chinese : english)
  }

  private var isChinese: Bool {
    configuration.language == .chinese && tablePlaces == nil && !console.isVerbatim
  }
}
