import Base
import Console
import Testing

/// A box as small as a test needs.
private struct Box {
  var reads = 0
}

private let tree = CommandTree<Box>([
  Command(
    "show", "Show state",
    [
      Command("version", "Firmware and time since start") { _, _, answer in
        answer.append("tipring 1\n")
      },
      Command(
        "ports", "Hook and state of every port",
        [
          Command("PORT", .number(1...2), "One port") { _, arguments, answer in
            guard case .number(let port) = arguments[0] else { return }
            answer.append("port ")
            answer.append(decimal: port)
            answer.append("\n")
          }
        ]
      ) { box, _, answer in
        box.reads += 1
        answer.append("ports read ")
        answer.append(decimal: box.reads)
        answer.append(" times\n")
      },
      Command("log", "Recent events") { _, _, answer in
        answer += Text("from \u{1B}[2J\u{04}\r\u{9B}\u{202E}电话\n".utf8) + [0xC3, 0x28, 0x0A]
      },
      Command("license", "Licence of the firmware") { _, _, answer in
        answer.append("Apache-2.0\n")
      },
    ]),
  Command(
    "echo", "Repeat a word",
    [
      Command("WORD", .text, "The word") { _, arguments, answer in
        guard case .text(let word) = arguments[0] else { return }
        answer += word + Text("\n")
      }
    ]),
  Command(
    Text("order"), Text("Order drinks"), argument: nil,
    [
      Command(
        Text("DRINK"), Text("tea or coffee"), argument: .words(choices: ["tea", "coffee"]), []
      ) { _, arguments, answer throws(CommandProblem) in
        guard case .words(let words) = arguments[0] else { return }
        for (index, word) in zip(words.indices, words) where word.text != Text("tea") {
          throw CommandProblem(
            index: index, offset: 1, reason: Text("not tea"), isSecret: word.text == Text("gin"))
        }
        answer.append(decimal: words.count)
      }
    ], action: nil),
])

@Suite("Console transcripts")
struct TranscriptTests {
  /// What an operator types and sees; kept as one text so that a change shows up as a diff.
  static let transcript = """
    > show version
    tipring 1
    > show ports
    ports read 1 times
    > SH PO
    ports read 2 times
    > sh p 2
    port 2
    >   show   log\t
    from ?[2J????电话
    ?(
    >
    > sh l
      sh l
         ^ 'l' may be log, license
    > show
      show
          ^ a word is missing: one of version, ports, log, license
    > reboot now
      reboot now
      ^ 'reboot' is not known: one of show, echo, order, help
    > show pots
      show pots
           ^ 'pots' is not known: did you mean 'ports'?
    > show ports 3
      show ports 3
                 ^ '3' is not PORT: a number from 1 to 2
    > show ports 99999999999999999999
      show ports 99999999999999999999
                 ^ '99999999999999999999' is not PORT: a number from 1 to 2
    > show version all
      show version all
                   ^ 'all' is a word too many
    > echo "two words"
    two words
    > echo "电话" 电
      echo "电话" 电
                  ^ '电' is a word too many
    > echo "open
      echo "open
           ^ the quote is never closed
    > echo "what?"
    what?
    > order tea tea
    2
    > order tea "rum" tea
      order tea "rum" tea
                  ^ not tea
    > order gin
      not tea
    > order
      order
           ^ DRINK is missing: tea or coffee
    > order tea ?
      <enter>  Do it
      DRINK    tea or coffee
    > ?
      show   Show state
      echo   Repeat a word
      order  Order drinks
      help   List every command
    > sh?
      show  Show state
    > show ?
      version  Firmware and time since start
      ports    Hook and state of every port
      log      Recent events
      license  Licence of the firmware
    > show l?
      log      Recent events
      license  Licence of the firmware
    > show ports ?
      <enter>  Do it
      PORT     One port
    > show version ?
      <enter>  Do it
    > show version a?
      show version a?
                   ^ nothing begins with 'a'
    > show x?
      show x?
           ^ nothing begins with 'x'
    > nothing ?
      nothing ?
      ^ 'nothing' is not known: one of show, echo, order, help
    > help
      show version     Firmware and time since start
      show ports       Hook and state of every port
      show ports PORT  One port
      show log         Recent events
      show license     Licence of the firmware
      echo WORD        The word
      order DRINK      tea or coffee
      help             List every command

    A word may be shortened as long as it is clear: sh ver. A ? lists what may come next.

    """

  @Test func everyLineAnswersAsWritten() {
    var box = Box()
    var decoder = RequestDecoder()
    var replay = ""
    for line in Self.transcript.split(separator: "\n", omittingEmptySubsequences: false)
    where line.hasPrefix(">") {
      replay += "\(line)\n"
      for request in decoder.receive(line.dropFirst(2).utf8) + decoder.receive([0x0A]) {
        let answer = ConsoleProtocol.frame(tree.answer(request, in: &box), prompt: Text("> "))
        #expect(answer.suffix(4) == [0x1E, 0x3E, 0x20, 0x04])
        #expect(!answer.dropLast(4).contains { $0 == 0x04 || $0 == 0x1E })
        replay += String(decoding: answer.dropLast(4), as: UTF8.self)
      }
    }
    #expect(replay == Self.transcript)
  }

  @Test(arguments: [
    (
      "",
      "\n  show   Show state\n  echo   Repeat a word\n  order  Order drinks\n"
        + "  help   List every command\n"
    ),
    ("order ", "\n  tea\n  coffee\n"),
    ("order tea co", "ffee \n"),
    ("s", "how \n"),
    ("show", " \n"),
    ("show l", "\n  log      Recent events\n  license  Licence of the firmware\n"),
    ("show lo", "g \n"),
    ("show ports ", "\n"),
    ("nothing ", "\n"),
    ("sh \"", "\n"),
    ("SH VE", "rsion \n"),
  ])
  func tabCompletes(line: String, expected: String) {
    var box = Box()
    var decoder = RequestDecoder()
    let requests = decoder.receive([0x09] + line.utf8 + [0x0A])
    #expect(requests == [.completion(Array(line.utf8))])
    let answer = tree.answer(requests[0], in: &box)
    #expect(String(decoding: answer, as: UTF8.self) == expected)
  }
}
