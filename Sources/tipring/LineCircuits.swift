import Base
import Board
import Config
import Hardware
import Line
import Linux

/// The drivers of the lines of every enabled port.
enum LineCircuits {
  /// Opens them; without a board, the simulated lines.
  static func open(
    _ configuration: Configuration, _ board: BoardDescription?, now: Instant
  ) throws(StartFailure) -> [any LineCircuit] {
    if let board, board.driver == .slic { return try circuits(configuration, board, now) }
    #if Simulator
      return try simulators(configuration)
    #else
      StandardStreams.complain(
        Text("tipring: this build has no simulated lines: name the board with --board FILE\n"))
      StandardStreams.exit(1)
    #endif
  }

  private static func circuits(
    _ configuration: Configuration, _ board: BoardDescription, _ now: Instant
  ) throws(StartFailure) -> [any LineCircuit] {
    let profile = CountryProfile.named(configuration.country) ?? .china
    var lines: [any LineCircuit] = []
    for port in configuration.enabledPorts {
      guard let wiring = board.wiring.first(where: { $0.port == port.number }) else { continue }
      do throws(PinFailure) {
        lines.append(
          try SLICLine(
            wiring, debounceMs: board.hookDebounceMs, ringHertz: port.ringHertz ?? profile.ringHz,
            now: now))
      } catch {
        throw failure(error, port.number)
      }
    }
    return lines
  }

  /// Names the pin as the board file does, and its line there.
  private static func failure(_ failure: PinFailure, _ port: UInt8) -> StartFailure {
    var what = Text("port ")
    what.append(decimal: port)
    what.append(" ")
    what.append(failure.role.word)
    what.append(" (line ")
    what.append(decimal: failure.pin.line)
    what.append(" of the board file): GPIO ")
    return StartFailure(what: what + failure.pin.text, failure.errno)
  }

  #if Simulator
    private static func simulators(
      _ configuration: Configuration
    ) throws(StartFailure) -> [any LineCircuit] {
      var lines: [any LineCircuit] = []
      for port in configuration.enabledPorts {
        let line = try opening("line simulator", port.lineSocket) { () throws(Errno) in
          try SimulatedLine(port: port.number, path: port.lineSocket)
        }
        lines.append(line)
      }
      return lines
    }
  #endif
}
