/// The command line.
struct Options: Equatable {
  /// Path of the port's socket.
  var socket = ""
  /// A file of commands; `nil` or `-` is the standard input.
  var script: String?
  /// Whether a person shall be talked to.
  var isInteractive = false
  /// Whose tones are tried first.
  var country = "cn"
  /// How long a script waits for the box to be there.
  var patienceMs = 10_000

  /// Whether commands come from a program or a file.
  var isScript: Bool { !isInteractive }

  /// Whether a refused command makes the exit status 1.
  var failsOnError: Bool { script != nil && script != "-" }

  static let usage = """
    usage: analog-phone SOCKET [--script FILE|-] [--interactive] [--country CC] [--patience MS]
      An analog telephone on a simulated line. SOCKET is the port's Unix socket.
      Commands come from the terminal, from the standard input or from FILE; help lists them.
      --country CC    whose tones are tried first: \(ToneTable.countries.joined(separator: " "))
      --patience MS   how long a script waits for the box to be there (10000)
    """

  /// Reads the arguments after the program's name.
  init(_ arguments: [String]) throws(CommandError) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--interactive": isInteractive = true
      case "--script": script = try Self.value(of: argument, &rest)
      case "--country": country = try Self.country(try Self.value(of: argument, &rest))
      case "--patience":
        patienceMs = try Self.milliseconds(try Self.value(of: argument, &rest))
      case _ where argument.hasPrefix("-"):
        throw CommandError(command: argument, reason: "is no option")
      case _ where socket.isEmpty: socket = argument
      default: throw CommandError(command: argument, reason: "comes after the socket")
      }
    }
    if socket.isEmpty { throw CommandError(command: "SOCKET", reason: "is missing") }
  }

  private static func value(
    of option: String, _ rest: inout ArraySlice<String>
  ) throws(CommandError) -> String {
    guard let value = rest.popFirst() else {
      throw CommandError(command: option, reason: "needs a value")
    }
    return value
  }

  private static func country(_ code: String) throws(CommandError) -> String {
    guard ToneTable.countries.contains(code) else {
      throw CommandError(command: "--country", reason: "\(code) has no tones here")
    }
    return code
  }

  private static func milliseconds(_ text: String) throws(CommandError) -> Int {
    guard let value = Int(text), (0...86_400_000).contains(value) else {
      throw CommandError(command: "--patience", reason: "\(text) is no number of milliseconds")
    }
    return value
  }
}
