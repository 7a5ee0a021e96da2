public import Base

/// What an argument of a command may be.
public enum ArgumentType: Sendable {
  /// A whole number in a range.
  case number(ClosedRange<Int>)
  /// Any word.
  case text
  /// All the words that are left, none too; the words may be some of `choices`.
  case words(choices: [StaticString])
}

/// An argument that was typed.
public enum Argument: Equatable, Sendable {
  /// A whole number that lies in its range.
  case number(Int)
  /// A word.
  case text(Text)
  /// The words that were left, with their places in the line.
  case words(ArraySlice<Word>)
}

/// Why a line is not a command: at which word, and the reason.
public struct CommandProblem: Error {
  /// The place of the word at fault; behind the last: one is missing.
  public var index: Int
  /// Where in that word, in bytes.
  public var offset: Int
  /// What is wrong, as a sentence without a full stop.
  public var reason: Text
  /// Whether the line must not be repeated.
  public var isSecret: Bool

  /// Makes the problem at a place.
  public init(index: Int, offset: Int = 0, reason: Text, isSecret: Bool = false) {
    self.index = index
    self.offset = offset
    self.reason = reason
    self.isSecret = isSecret
  }
}

/// What a command does: it reads or changes the context and appends its answer.
///
/// The arguments stand in the order in which they were typed. What it throws points at a word.
public typealias CommandAction<Context> =
  @Sendable (
    _ context: inout Context, _ arguments: [Argument], _ answer: inout Text
  ) throws(CommandProblem) -> Void

/// One word of the command language, with the words that may follow it.
public struct Command<Context>: Sendable {
  /// The word; of an argument the name that stands for it in help, such as `PORT`.
  public let word: Text
  /// One sentence for `?` and `help`, without a full stop.
  public let help: Text
  /// What may follow.
  public let children: [Command<Context>]
  /// What stands in place of the word itself; `nil` when the word is typed as it is.
  public let argument: ArgumentType?
  /// What happens when the line ends here; `nil` when more must follow.
  public let action: CommandAction<Context>?

  /// Makes a word that needs another one behind it.
  public init(_ word: StaticString, _ help: StaticString, _ children: [Command<Context>]) {
    self.init(Text(word), Text(help), argument: nil, children, action: nil)
  }

  /// Makes a word that is typed as it is and does something; more may follow.
  public init(
    _ word: StaticString, _ help: StaticString, _ children: [Command<Context>] = [],
    action: @escaping CommandAction<Context>
  ) {
    self.init(Text(word), Text(help), argument: nil, children, action: action)
  }

  /// Makes a place for an argument.
  public init(
    _ word: StaticString, _ argument: ArgumentType, _ help: StaticString,
    _ children: [Command<Context>] = [], action: CommandAction<Context>?
  ) {
    self.init(Text(word), Text(help), argument: argument, children, action: action)
  }

  /// Makes any of these from words that are made at run time.
  public init(
    _ word: Text, _ help: Text, argument: ArgumentType? = nil,
    _ children: [Command<Context>], action: CommandAction<Context>?
  ) {
    self.word = word
    self.help = help
    self.argument = argument
    self.children = children
    self.action = action
  }
}

/// The command language: the words that a line may begin with, and `help`.
public struct CommandTree<Context>: Sendable {
  /// The words that a line may begin with.
  public let commands: [Command<Context>]

  /// Says a sentence of help in the reader's language.
  let translate: @Sendable (Text) -> Text

  /// Makes the language; `help`, which lists all of it, is added at the end.
  ///
  /// `translate` is asked for every sentence of help, `Self.hint` too.
  public init(
    _ commands: [Command<Context>],
    translate: @escaping @Sendable (Text) -> Text = { $0 }
  ) {
    self.translate = translate
    let help: StaticString = "List every command"
    let all = commands + [Command("help", help, [])]
    self.commands =
      commands
      + [
        Command("help", help) { _, _, answer in
          Self.appendList(all, translate, to: &answer)
          answer.append("\n")
          answer += translate(Text(Self.hint))
          answer.append("\n")
        }
      ]
  }

  /// What stands below the list of all commands.
  public static var hint: StaticString {
    "A word may be shortened as long as it is clear: sh ver. A ? lists what may come next."
  }
}
