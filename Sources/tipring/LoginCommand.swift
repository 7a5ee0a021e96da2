import Access
import Base
import Config
import Console
import Linux

/// `tipring login`: asks for name and password at a terminal, then goes on as the program that a
/// console is for.
///
/// Wrong passwords are told to the log, delayed, and after five in a row refused for minutes; a
/// minute of silence ends it.
enum LoginCommand {
  static func run(_ arguments: Arguments) -> Never {
    guard let stored = arguments.value(of: "--config"),
      let delivered = arguments.value(of: "--delivered"),
      let state = arguments.value(of: "--state"),
      let `operator` = arguments.value(of: "--operator-id")?.decimalValue,
      let program = arguments.rest(
        withValueOptions: [
          "--config", "--delivered", "--state", "--operator-id", "--banner", "--socket",
        ]
      ).first
    else {
      Entry.fail(
        """
        usage: tipring login --config STORED --delivered FILE --state FILE --operator-id ID
               [--banner FILE] [--socket PATH] PROGRAM
        """)
    }
    let gateway = arguments.value(of: "--socket") ?? socket(of: stored)
    guard StandardStreams.isTerminal else { Entry.fail("tipring login needs a terminal") }
    do throws(Errno) {
      let login = try Login(
        users: UserStore(beside: stored), delivered: delivered, state: state,
        banner: arguments.value(of: "--banner"),
        gateway: gateway)
      guard let user = try login.run() else { StandardStreams.exit(0) }
      if user.role == .operator {
        let id = UInt32(truncatingIfNeeded: `operator`)
        try ThisProcess.become(user: id, group: id)
      }
      let greeting: StaticString = user.hasDelivered ? "--delivered" : "--login"
      throw ThisProcess.execute([program, Text("--socket"), gateway, Text(greeting)])
    } catch {
      StandardStreams.complain(Text("login: ") + error.message + Text("\n"))
      StandardStreams.exit(1)
    }
  }

  /// Where the gateway listens, or will when it is up: as its configuration says, unless that waits
  /// for a restart.
  private static func socket(of stored: Text) -> Text {
    guard let configuration = try? ConfigurationFile.read(stored, board: nil) else {
      return ShellCommand.standardPath
    }
    let isElsewhere =
      !File.exists(configuration.consoleSocket) && File.exists(ShellCommand.standardPath)
    return isElsewhere ? ShellCommand.standardPath : configuration.consoleSocket
  }
}

/// The prompt at a terminal, and the files behind it.
private final class Login {
  struct User {
    let role: UserRole
    let hasDelivered: Bool
  }

  private static let patience = Duration.seconds(60)

  private let users: UserStore
  private let delivered: Text
  private let state: Text
  /// The console's socket of the gateway.
  private let gateway: Text
  private let log = SystemLog(path: Text("/dev/log"))
  private let terminal: RawTerminal
  private var loop: EventLoop
  private var outputs = Outbox<LoginPromptOutput>(limit: 64)
  private var prompt: LoginPrompt
  /// What wrong passwords cost; the file is its copy for the next program that asks.
  private var failures: LoginGuard
  /// When a refusal is over; `nil` while the prompt takes keys.
  private var opensAt: Instant?
  private var heardAt: Instant

  init(
    users: UserStore, delivered: Text, state: Text, banner: Text?, gateway: Text
  ) throws(Errno) {
    self.users = users
    self.delivered = delivered
    self.state = state
    self.gateway = gateway
    failures = LoginGuard((try? File.read(state, limit: LoginGuard.fileLimit)) ?? [])
    loop = try EventLoop()
    try loop.watch(0)
    heardAt = Clock.now
    prompt = LoginPrompt(banner: Self.lines(of: banner), into: &outputs)
    terminal = try RawTerminal()
  }

  private static func lines(of file: Text?) -> Text {
    guard let file, let text = try? File.read(file, limit: 1_024) else { return [] }
    return Text(text.flatMap { $0 == UInt8(ascii: "\n") ? Text("\r\n") : [$0] })
  }

  /// Asks until somebody is known; `nil` when nobody is there.
  func run() throws(Errno) -> User? {
    defer { terminal.restore() }
    if failures.wait(at: Clock.now) > .zero { refuse([]) }
    while true {
      let pending = outputs.drain()
      // What was said last must be read before anything is awaited.
      guard !pending.isEmpty || wait() else { return nil }
      for output in pending {
        switch output {
        case .screen(let bytes): StandardStreams.print(bytes)
        case .quit: return nil
        case .attempt(let name, let password):
          if let user = try check(name, password) { return user }
        }
      }
    }
  }

  /// Waits for keys or for the end of a refusal; `false` when nobody is there any more.
  private func wait() -> Bool {
    let deadline = opensAt ?? heardAt + Self.patience
    let ready = loop.wait(until: deadline, now: Clock.now)
    let now = Clock.now
    if !ready.isEmpty {
      let bytes = StandardStreams.read()
      if bytes.isEmpty { return false }
      heardAt = now
      prompt.type(bytes, into: &outputs)
    }
    guard now >= deadline else { return true }
    guard opensAt != nil else { return false }
    opensAt = nil
    heardAt = now
    prompt.open(into: &outputs)
    return true
  }

  private func check(_ name: Text, _ password: Text) throws(Errno) -> User? {
    let role = UserRole(loginName: name)
    var known: (hash: Text, isDelivered: Bool)?
    if let role { known = try users.hash(of: role, delivered: delivered) }
    // A stranger's name takes as long as a user's.
    let hash = known?.hash ?? Text("$6$nobody$")
    let isRight = try PasswordHash.matches(password, hash)
    if isRight, let role, let known {
      failures.succeed(role)
      keepFailures()
      tell(role, " has logged in", .informational)
      return User(role: role, hasDelivered: known.isDelivered)
    }
    failures.fail(role, at: Clock.now)
    keepFailures()
    tell(role, ": wrong name or password", .error)
    tellGateway(role)
    refuse(Text("Login incorrect"))
    return nil
  }

  /// Takes nothing for as long as the last wrong passwords cost.
  private func refuse(_ words: Text) {
    let now = Clock.now
    let wait = failures.wait(at: now)
    var words = words
    if failures.isLocked(at: now) {
      if !words.isEmpty { words.append("\r\n") }
      words.append("too many wrong passwords: nothing is taken for ")
      words.append(decimal: wait.inMilliseconds / 1_000 + 1)
      words.append(" s")
    } else if words.isEmpty {
      words.append("please wait")
    }
    prompt.refuse(words, into: &outputs)
    opensAt = now + wait
  }

  /// A stranger's name is not repeated: whoever types too early types a password there.
  private func tell(_ role: UserRole?, _ words: StaticString, _ severity: SystemLog.Severity) {
    let who = role.map { Text($0.loginName) } ?? Text("a stranger")
    log.write(Text("login: ") + who + Text(words), severity, now: Clock.now)
  }

  /// The gateway's own log is what `show log` and a collector show; without a gateway there is none.
  private func tellGateway(_ role: UserRole?) {
    guard let console = try? UnixConnection(connectingTo: gateway, waits: false) else {
      return
    }
    var words = [ConsoleProtocol.loginMark] + Text(ConsoleProtocol.refusedPassword)
    if let role { words += Text(" ") + Text(role.loginName) }
    _ = console.send(words + Text("\n"))
  }

  /// A file in memory; without it the next program that asks knows of nothing.
  private func keepFailures() {
    do throws(Errno) {
      try File.replace(state, with: failures.text)
    } catch {
      log.write(Text("login: ") + state + Text(": ") + error.message, .error, now: Clock.now)
    }
  }
}
