internal import CLinux

/// A thread of the kernel that runs one object's work until it returns.
public struct RunningThread: ~Copyable {
  /// Why the kernel does not schedule it in real time; `nil` if it does, or was not asked to.
  public let refusal: Errno?
  private let handle: pthread_t

  /// Starts a thread that calls `run` of the object, which the thread keeps alive.
  ///
  /// `priority` above 0 asks for SCHED_FIFO and is satisfied with less.
  public init(_ work: any ThreadWork, priority: Int) throws(Errno) {
    var refusal: CInt = 0
    var handle = pthread_t(bitPattern: 0)
    let box = unsafe Unmanaged.passRetained(WorkBox { work.run() })
    let result = unsafe clinux_start_thread(
      { context in
        guard let context = unsafe context else { return }
        unsafe Unmanaged<WorkBox>.fromOpaque(context).takeRetainedValue().body()
      }, unsafe box.toOpaque(), CInt(priority), &refusal, &handle)
    guard result == 0 else {
      unsafe box.release()
      throw Errno()
    }
    self.refusal = refusal == 0 ? nil : Errno(rawValue: refusal)
    self.handle = handle
  }

  /// Waits until the work has returned.
  public consuming func join() { _ = clinux_join_thread(handle) }
}

/// The memory of the process.
public enum Memory {
  /// Keeps everything in memory that is touched from now on, so that no period waits for the flash.
  public static func lock() throws(Errno) {
    guard clinux_lock_memory() == 0 else { throw Errno() }
  }
}

/// What a thread can run.
public protocol ThreadWork: AnyObject, Sendable {
  /// Does the whole work of the thread.
  func run()
}

private final class WorkBox {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}
