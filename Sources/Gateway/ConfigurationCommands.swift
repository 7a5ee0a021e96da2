internal import Base
internal import Board
internal import Config
internal import Console

/// The command language while a configuration is edited: the schema's parameters, and what is done
/// with the candidate as a whole.
extension Gateway {
  var configurationCommands: CommandTree<Gateway> {
    let ports = 1...Int(board?.ports ?? BoardDescription.portLimit)
    let language = configuration.language
    let setting = { (parameter: Parameter, word: Text) in Self.setting(parameter, word, language) }
    let unsetting = { (parameter: Parameter, word: Text) in
      Self.unsetting(parameter, word, language)
    }
    return CommandTree(
      Self.parameters(ports: ports, leaf: setting)
        + [
          Command(
            Text("no"), Text("Go back to the standard value"), argument: nil,
            Self.parameters(ports: ports, leaf: unsetting), action: nil)
        ] + Self.candidateCommands, translate: translation)
  }

  private static var candidateCommands: [Command<Gateway>] {
    [
      Command("show", "The candidate configuration, secrets hidden") { box, _, answer in
        box.appendVerbatim(box.editing.candidate.text(secrets: .hidden), to: &answer)
      },
      Command("compare", "What commit would change") { box, _, answer in
        box.showChanges(&answer)
      },
      Command("check", "What is wrong with the candidate") { box, _, answer in
        if !box.appendMistakes(to: &answer) { answer.append("the candidate is sound\n") }
      },
      Command(
        "commit", "Store the candidate and use it",
        [
          Command(
            "confirm", "Go back by itself unless another commit follows",
            [
              Command("MINUTES", .number(ConfigurationEditing.trialRange), "Time to decide") {
                box, arguments, answer in
                guard case .number(let minutes) = arguments.first else { return }
                box.commit(trialMinutes: UInt8(minutes), &answer)
              }
            ])
        ]
      ) { box, _, answer in box.commit(trialMinutes: nil, &answer) },
      Command("save", "The same as commit") { box, _, answer in
        box.commit(trialMinutes: nil, &answer)
      },
      Command(
        "load", "Paste lines, all of them or none",
        [
          Command("merge", "Into the candidate") { box, _, answer in
            box.beginPaste(replaces: false, &answer)
          },
          Command("replace", "In place of the candidate") { box, _, answer in
            box.beginPaste(replaces: true, &answer)
          },
        ]),
      Command("discard", "Make the candidate what is stored") { box, _, answer in
        guard box.editing.storing == 0 else { return box.refuseWhileStoring(&answer) }
        box.editing.candidate = box.editing.stored
      },
      Command(
        "rollback", "Make the candidate an earlier configuration",
        [
          Command("COMMITS", .number(1...Int(ConsoleErrand.historyLimit)), "How far back") {
            box, arguments, _ in
            guard case .number(let commits) = arguments.first else { return }
            box.console.errand = .load(UInt8(commits))
          }
        ]),
      Command("do", "A command from outside of the configuration", commands),
      Command("exit", "Stop editing; the candidate stays") { box, _, answer in
        box.endConfiguring(&answer)
      },
    ]
  }

  // MARK: - Parameters as words

  private typealias Row = (words: ArraySlice<Text>, parameter: Parameter)
  private typealias Leaf = (Parameter, _ word: Text) -> Command<Gateway>

  private static func parameters(ports: ClosedRange<Int>, leaf: Leaf) -> [Command<Gateway>] {
    let port = Command<Gateway>(
      "PORT", .number(ports), "The port's number", commands(rows(.port), leaf: leaf), action: nil)
    return commands(rows(.box), leaf: leaf) + [Command("port", "One port", [port])]
  }

  private static func rows(_ scope: ParameterScope) -> [Row] {
    Parameter.allCases.filter { $0.row.scope == scope }.map { parameter in
      let words = Text(parameter.row.words).split(separator: UInt8(ascii: " "))
      return (words.map { Text($0) }[...], parameter)
    }
  }

  /// Gathers the rows that begin with the same word under one command.
  private static func commands(_ rows: [Row], leaf: Leaf) -> [Command<Gateway>] {
    var commands: [Command<Gateway>] = []
    var rest = rows[...]
    while let first = rest.first, let word = first.words.first {
      let group = rest.prefix { $0.words.first == word }
      rest = rest.dropFirst(group.count)
      if first.words.count == 1 {
        commands.append(leaf(first.parameter, word))
      } else {
        let children = Self.commands(
          group.map { ($0.words.dropFirst(), $0.parameter) }, leaf: leaf)
        commands.append(
          Command(word, groupHelp(children), argument: nil, children, action: nil))
      }
    }
    return commands
  }

  /// A group is explained by what is in it.
  private static func groupHelp(_ children: [Command<Gateway>]) -> Text {
    var text = Text()
    text.append(list: children.map { $0.word })
    return text
  }

  private static func setting(
    _ parameter: Parameter, _ word: Text, _ language: Language
  ) -> Command<Gateway> {
    let row = parameter.row
    let action: CommandAction<Gateway> = { box, arguments, _ throws(CommandProblem) in
      try box.set(parameter, arguments)
    }
    if case .flag = row.type {
      return Command(word, parameter.help(in: language), argument: nil, [], action: action)
    }
    let value = Command<Gateway>(
      Text("VALUE"), row.type.summary(in: language), argument: .words(choices: row.type.words), [],
      action: action)
    return Command(word, parameter.help(in: language), argument: nil, [value], action: nil)
  }

  private static func unsetting(
    _ parameter: Parameter, _ word: Text, _ language: Language
  ) -> Command<Gateway> {
    Command(word, parameter.help(in: language), argument: nil, []) { box, arguments, _ in
      box.editing.candidate.set(parameter, port: port(arguments), to: nil)
    }
  }

  /// The port's number that stands before the value; 0 for the box's own parameters.
  private static func port(_ arguments: [Argument]) -> UInt8 {
    if case .number(let port) = arguments.first { UInt8(port) } else { 0 }
  }

  private mutating func set(_ parameter: Parameter, _ arguments: [Argument]) throws(CommandProblem)
  {
    var words: ArraySlice<Word> = []
    if case .words(let typed) = arguments.last { words = typed }
    let port = Self.port(arguments)
    do throws(LineProblem) {
      let value = try parameter.value(
        ofPort: port, words, checks: .standard, running: editing.candidate)
      editing.candidate.set(parameter, port: port, to: value)
    } catch {
      throw CommandProblem(
        index: error.index, offset: error.offset, reason: error.reason, isSecret: error.isSecret)
    }
  }
}
