internal import CLinux

/// A thread of the kernel that runs one object's work until it returns.
public struct RunningThread: ~Copyable {
  /// Whether the kernel schedules it in real time (SCHED_FIFO).
  public let isRealTime: Bool
  private let handle: pthread_t

  /// Starts a thread that calls `run` of the object, which the thread keeps alive.
  ///
  /// `priority` above 0 asks for SCHED_FIFO and is satisfied with less.
  public init(_ work: any ThreadWork, priority: Int) throws(Errno) {
    var realtime: CInt = 0
    var handle = pthread_t(bitPattern: 0)
    let box = unsafe Unmanaged.passRetained(WorkBox { work.run() })
    let result = unsafe clinux_start_thread(
      { context in
        guard let context = unsafe context else { return }
        unsafe Unmanaged<WorkBox>.fromOpaque(context).takeRetainedValue().body()
      }, unsafe box.toOpaque(), CInt(priority), &realtime, &handle)
    guard result == 0 else {
      unsafe box.release()
      throw Errno()
    }
    isRealTime = realtime != 0
    self.handle = handle
  }

  /// Waits until the work has returned.
  public consuming func join() { _ = clinux_join_thread(handle) }
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
