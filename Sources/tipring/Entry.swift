import Base
import Linux

/// The program's only entry: it hands the words of the command line to a subcommand.
@main
enum Entry {
  static func main() {
    let words: [Text]
    do throws(Errno) {
      words = try StandardStreams.arguments()
    } catch {
      fail("the command line cannot be read")
    }
    let arguments = Arguments(words.dropFirst(2))
    let subcommand = words.count > 1 ? words[1] : []
    if subcommand.equals("run") { RunCommand.run(arguments) }
    if subcommand.equals("check") { CheckCommand.run(arguments) }
    if subcommand.equals("install") { InstallCommand.run(arguments) }
    if subcommand.equals("check-board") { CheckBoardCommand.run(arguments) }
    if subcommand.equals("login") { LoginCommand.run(arguments) }
    if subcommand.equals("shell") { ShellCommand.run(arguments) }
    guard subcommand.equals("version") else { fail(usage) }
    StandardStreams.print(Version.text)
  }

  /// Says what is wrong and ends the program with status 2, as shells expect of a wrong call.
  static func fail(_ words: StaticString) -> Never {
    StandardStreams.complain(Text(words) + Text("\n"))
    StandardStreams.exit(2)
  }

  private static let usage: StaticString = """
    usage: tipring run --config FILE     run the gateway
           tipring check FILE            say every mistake of a configuration
           tipring install FILE --config STORED
                                         check a configuration and store it
           tipring check-board FILE      the same of a board description
           tipring shell [--socket PATH] talk to a running gateway
           tipring login …               ask who is there, then run a program
           tipring version               say what this is
    """
}
