internal import Base

/// A thread for work that may take long, such as making a file lasting: one job after the other.
///
/// `submit` hands a job over; when `rawValue` becomes readable, `takeProducts` gives what came of
/// those that are done, in their order. All of it is for one thread. The thread starts with the
/// first job.
public final class WorkThread<Job: Sendable, Product: Sendable> {
  private let desk: WorkDesk<Job, Product>
  private var thread: RunningThread?
  /// How many jobs were submitted and not taken back.
  public private(set) var open = 0

  /// Prepares a thread that does `work`; at most `limit` jobs, a power of two, wait at a time.
  public init(limit: UInt8, work: @escaping @Sendable (Job) -> Product) throws(Errno) {
    desk = try WorkDesk(limit: limit, work: work)
  }

  /// Readable while something is done that was not taken.
  public var rawValue: CInt { desk.news.rawValue }

  /// Hands a job over; `false` when as many wait as may.
  ///
  /// Throws why the kernel starts no thread.
  public func submit(_ job: Job) throws(Errno) -> Bool {
    guard let place = desk.slots.firstIndex(where: { $0.isFree }) else { return false }
    if thread == nil { thread = try RunningThread(desk, priority: 0) }
    desk.slots[place].isFree = false
    desk.slots[place].job = job
    open += 1
    hand(UInt8(place))
    return true
  }

  /// Takes what came of the jobs that are done.
  public func takeProducts() -> [Product] {
    desk.news.lower()
    var products: [Product] = []
    while let place = desk.done.read() {
      let slot = desk.slots[Int(place)]
      if let product = slot.product { products.append(product) }
      slot.product = nil
      slot.isFree = true
      open -= 1
    }
    return products
  }

  /// Waits until every job is done and ends the thread.
  public func finish() {
    guard let running = thread.take() else { return }
    hand(desk.end)
    running.join()
  }

  /// The ring has room for every slot and the end.
  private func hand(_ place: UInt8) {
    _ = desk.waiting.write(place)
    desk.wake.raise()
  }
}

/// What the two threads share: a slot belongs to whoever took its number out of a ring last.
private final class WorkDesk<Job: Sendable, Product: Sendable>: ThreadWork, @unchecked Sendable {
  final class Slot {
    /// Of the submitting thread alone.
    var isFree = true
    var job: Job?
    var product: Product?
  }

  let slots: [Slot]
  let waiting: MessageRing<UInt8>
  let done: MessageRing<UInt8>
  let wake: WakeSignal
  let news: WakeSignal
  /// The number that ends the thread, of no slot.
  let end: UInt8
  private let work: @Sendable (Job) -> Product

  init(limit: UInt8, work: @escaping @Sendable (Job) -> Product) throws(Errno) {
    slots = (0..<limit).map { _ in Slot() }
    end = limit
    waiting = MessageRing(capacity: UInt32(limit) * 2)
    done = MessageRing(capacity: UInt32(limit) * 2)
    wake = try WakeSignal(blocking: true)
    news = try WakeSignal(blocking: false)
    self.work = work
  }

  func run() {
    while true {
      wake.lower()
      while let place = waiting.read() {
        if place == end { return }
        let slot = slots[Int(place)]
        if let job = slot.job { slot.product = work(job) }
        slot.job = nil
        _ = done.write(place)
        news.raise()
      }
    }
  }
}
