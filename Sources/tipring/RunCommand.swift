import Base
import Board
import Config
import Hardware
import Linux

/// `tipring run --config FILE`: the gateway, until a signal ends it.
enum RunCommand {
  static func run(_ arguments: Arguments) -> Never {
    guard let path = arguments.value(of: "--config") else {
      Entry.fail(
        "usage: tipring run --config FILE [--board FILE] [--state FOLDER] [--console-group ID]\n")
    }
    let store = ConfigurationStore(
      path: path, board: arguments.value(of: "--board").map(ConfigurationFile.loadBoard))
    let (configuration, warning) = loadOrPrevious(store)
    let group = arguments.value(of: "--console-group")?.decimalValue
    do throws(StartFailure) {
      let process = try GatewayProcess(
        configuration, store: store, state: arguments.value(of: "--state"),
        consoleGroup: group.flatMap { UInt32(exactly: $0) })
      if let warning { process.note(failure: warning) }
      try process.run()
    } catch {
      StandardStreams.complain(error.sentence)
      StandardStreams.exit(1)
    }
    StandardStreams.exit(0)
  }

  /// The configuration, or the one before it and why: a broken file must not silence the phones.
  private static func loadOrPrevious(
    _ store: ConfigurationStore
  ) -> (Configuration, warning: Text?) {
    do throws(FileComplaint) {
      return (try store.read(0), nil)
    } catch {
      StandardStreams.complain(error.text)
      guard let configuration = try? store.read(1) else {
        StandardStreams.exit(1)
      }
      return (configuration, Text("running ") + store.path + Text(".1, because ") + error.sentence)
    }
  }
}
