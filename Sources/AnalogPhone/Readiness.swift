import Glibc

/// Waits until descriptors have something to read, a time has come, or a signal says to end.
struct Readiness {
  private var set = fd_set()
  private var writers = fd_set()
  private var highest: CInt = -1

  /// Asks for a descriptor that is to be read; `nil` is none.
  mutating func add(_ descriptor: CInt?) { add(descriptor, to: \.set) }

  /// Ends the wait when a descriptor can be written to; `nil` is none.
  mutating func addWriter(_ descriptor: CInt?) { add(descriptor, to: \.writers) }

  private mutating func add(_ descriptor: CInt?, to set: WritableKeyPath<Self, fd_set>) {
    guard let descriptor, descriptor >= 0, descriptor < FD_SETSIZE else { return }
    withUnsafeMutableBytes(of: &self[keyPath: set]) {
      $0[Int(descriptor) / 8] |= 1 << UInt8(descriptor % 8)
    }
    highest = max(highest, descriptor)
  }

  /// Whether the descriptor was asked for and has something.
  func contains(_ descriptor: CInt?) -> Bool {
    guard let descriptor, descriptor >= 0, descriptor < FD_SETSIZE else { return false }
    return withUnsafeBytes(of: set) { $0[Int(descriptor) / 8] & 1 << UInt8(descriptor % 8) != 0 }
  }

  /// Waits and keeps those that have something; `false` when a signal came.
  ///
  /// Signals that are blocked elsewhere are let in here.
  mutating func wait(nanoseconds: Nanoseconds) -> Bool {
    var timeout = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    let count = pselect(highest + 1, &set, &writers, nil, &timeout, &noSignals)
    if count <= 0 { set = fd_set() }
    return count >= 0 || errno != EINTR
  }
}
