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
    let board = arguments.value(of: "--board")
    let configuration = ConfigurationFile.load(path, board: board)
    do throws(StartFailure) {
      let process = try GatewayProcess(
        configuration, board: board.map(ConfigurationFile.loadBoard))
      try process.run()
    } catch {
      StandardStreams.complain(error.sentence)
      StandardStreams.exit(1)
    }
    StandardStreams.exit(0)
  }
}
