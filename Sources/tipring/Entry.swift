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
    switch words.count > 1 ? words[1] : [] {
    case Text("version"): StandardStreams.print(Version.text)
    default: fail(usage)
    }
  }

  /// Says what is wrong and ends the program with status 2, as shells expect of a wrong call.
  static func fail(_ words: StaticString) -> Never {
    StandardStreams.complain(Text(words) + Text("\n"))
    StandardStreams.exit(2)
  }

  private static let usage: StaticString = """
    usage: tipring run --config FILE     run the gateway
           tipring check FILE            say every mistake of a configuration
           tipring shell [--socket PATH] talk to a running gateway
           tipring version               say what this is
    """
}
