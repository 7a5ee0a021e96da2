import Base
import Config
import Hardware
import Linux

/// `tipring run --config FILE`: the gateway, until a signal ends it.
enum RunCommand {
  static func run(_ arguments: Arguments) -> Never {
    guard let path = arguments.value(of: "--config") else {
      Entry.fail("usage: tipring run --config FILE")
    }
    let configuration = ConfigurationFile.load(path, board: arguments.value(of: "--board"))
    do throws(Errno) {
      let process = try GatewayProcess(configuration)
      try process.run()
    } catch {
      var words = Text("tipring: ")
      words += error.message
      words.append("\n")
      StandardStreams.complain(words)
      StandardStreams.exit(1)
    }
    StandardStreams.exit(0)
  }
}
