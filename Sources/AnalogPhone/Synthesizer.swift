import Glibc

/// A run of espeak-ng that turns a text into speech.
struct Synthesizer: ~Copyable {
  /// Becomes readable with the speech, and at its end.
  let descriptor: CInt
  private let process: pid_t
  private var bytes: [UInt8] = []

  /// Starts the program.
  init(text: String) throws(FileError) {
    var ends: [CInt] = [0, 0]
    guard pipe(&ends) == 0 else { throw FileError(reason: lastError()) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[1]) }
    let arguments = ["espeak-ng", "-v", Self.voice(for: text), "-b", "1", "--stdout", "--", text]
    do {
      process = try run(arguments, output: ends[1])
      descriptor = ends[0]
    } catch {
      close(ends[0])
      throw error
    }
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
  }

  deinit {
    close(descriptor)
    var status: CInt = 0
    _ = kill(process, SIGKILL)
    _ = waitpid(process, &status, 0)
  }

  /// Takes what is there; gives the speech when the program is done.
  mutating func receive() -> Result<Recording, FileError>? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = read(descriptor, &buffer, buffer.count)
    if count > 0 {
      bytes += buffer[..<count]
      return nil
    }
    if count < 0 && (errno == EAGAIN || errno == EINTR) { return nil }
    do {
      return .success(try WAVFile.decode(bytes))
    } catch {
      return .failure(FileError(reason: "espeak-ng gave no speech: \(error.reason)"))
    }
  }

  /// Mandarin for Chinese characters, English for the rest.
  private static func voice(for text: String) -> String {
    text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) } ? "cmn" : "en"
  }
}

/// Starts a program with its output on a descriptor; it has no input and no messages.
private func run(_ arguments: [String], output: CInt) throws(FileError) -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  posix_spawn_file_actions_adddup2(&actions, output, 1)
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
  var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
  defer { for word in words { free(word) } }
  var process: pid_t = 0
  var environment: [UnsafeMutablePointer<CChar>?] = [nil]
  let result = posix_spawnp(&process, arguments[0], &actions, nil, &words, &environment)
  guard result == 0 else {
    throw FileError(reason: "\(arguments[0]): \(String(cString: strerror(result)))")
  }
  return process
}
