import Glibc

@main
enum AnalogPhone {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.contains("--help") || arguments.contains("-h") {
      print(Options.usage)
      return
    }
    do {
      exit(try start(try Options(arguments)))
    } catch {
      let text = "analog-phone: \(error.command) \(error.reason)\n\(Options.usage)\n"
      _ = writeAll(Array(text.utf8), to: 2)
      exit(2)
    }
  }

  private static func start(_ given: Options) throws(CommandError) -> CInt {
    var options = given
    let input = try openInput(options)
    if options.script == nil && isatty(0) == 1 { options.isInteractive = true }
    awaitEndingSignals()
    if options.isInteractive, let terminal = Terminal(input: input, output: 1) {
      defer { terminal.restore() }
      return Session(options: options, input: input, console: terminal).run()
    }
    let console = Console(output: 1)
    return Session(options: options, input: input, console: console).run()
  }

  private static func openInput(_ options: Options) throws(CommandError) -> CInt {
    guard let path = options.script, path != "-" else { return 0 }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandError(command: "--script", reason: "\(path): \(lastError())")
    }
    return descriptor
  }

  /// SIGINT and SIGTERM interrupt the wait for something to happen, and nothing else, so that a
  /// recording is kept.
  private static func awaitEndingSignals() {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    sigprocmask(SIG_BLOCK, &set, nil)
    signal(SIGINT) { _ in }
    signal(SIGTERM) { _ in }
    signal(SIGPIPE, SIG_IGN)
  }
}
