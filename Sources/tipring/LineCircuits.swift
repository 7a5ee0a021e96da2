import Base
import Config
import Hardware
import Linux

/// The drivers of the lines of every enabled port.
enum LineCircuits {
  /// Opens them; a build without a driver for the board says so and ends the program.
  static func open(_ configuration: Configuration) throws(StartFailure) -> [any LineCircuit] {
    #if Simulator
      var lines: [any LineCircuit] = []
      for port in configuration.enabledPorts {
        let line = try opening("line simulator", port.lineSocket) { () throws(Errno) in
          try SimulatedLine(port: port.number, path: port.lineSocket)
        }
        lines.append(line)
      }
      return lines
    #else
      StandardStreams.complain(
        Text("tipring: this build has no line driver: build it with the trait Simulator\n"))
      StandardStreams.exit(1)
    #endif
  }
}
