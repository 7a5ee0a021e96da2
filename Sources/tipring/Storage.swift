import Base
import Gateway
import Linux
import Provisioning

/// Where all goes that must be safe on the disk before somebody is told so.
///
/// A flash may take seconds for it, and calls go on meanwhile: a thread of its own does it, in the
/// order in which it was asked for.
final class Storage {
  /// Whom the result is for.
  enum Asker: Sendable {
    case console(UInt8)
    case provisioning
    /// A trial that nobody confirmed.
    case trial
    /// The reset button.
    case button
  }

  /// What has to be done.
  enum Job: Sendable {
    case errand(ConsoleErrand, for: Asker)
    case remember(ProvisioningRecord)
  }

  /// What came of it.
  enum Product: Sendable {
    case done(ConsoleErrand, ConsoleErrandResult, for: Asker)
    case remembered(failure: Text?)
  }

  /// Above what consoles, provisioning and a trial can want at a time.
  private static let limit: UInt8 = 16
  /// What takes longer is worth a line of the log.
  private static let patience = Duration.seconds(5)

  private struct Timed: Sendable {
    let product: Product
    let took: Duration
  }

  private let thread: WorkThread<Job, Timed>

  /// Prepares the thread.
  init(_ store: ConfigurationStore, _ users: UserStore) throws(Errno) {
    thread = try WorkThread(limit: Self.limit) { job in
      let began = Clock.now
      let product = Self.carryOut(job, store, users)
      return Timed(product: product, took: Clock.now - began)
    }
  }

  /// Readable while something is done.
  var rawValue: CInt { thread.rawValue }

  /// Begins with a job; why that is not possible, or `nil`.
  func begin(_ job: Job) -> Text? {
    do throws(Errno) {
      return try thread.submit(job) ? nil : Text("the disk has too much to do")
    } catch {
      return Text("storage thread: ") + error.message
    }
  }

  /// Takes what is done, and what the log has to be told of it.
  func takeProducts() -> (products: [Product], complaints: [Text]) {
    let done = thread.takeProducts()
    let slow = done.filter { $0.took > Self.patience }
    return (done.map { $0.product }, slow.map { Self.complaint(of: $0.took) })
  }

  /// Waits until all is done.
  func finish() { thread.finish() }

  private static func complaint(of duration: Duration) -> Text {
    var words = Text("storage: the disk took ")
    words.append(decimal: duration.inMilliseconds)
    words.append(" ms for a change")
    return words
  }

  private static func carryOut(
    _ job: Job, _ store: ConfigurationStore, _ users: UserStore
  ) -> Product {
    switch job {
    case .errand(let errand, let asker):
      return .done(errand, carryOut(errand, store, users), for: asker)
    case .remember(let record):
      do throws(FileComplaint) {
        try store.remember(record)
        return .remembered(failure: nil)
      } catch {
        return .remembered(failure: error.sentence)
      }
    }
  }

  private static func carryOut(
    _ errand: ConsoleErrand, _ store: ConfigurationStore, _ users: UserStore
  ) -> ConsoleErrandResult {
    if let result = users.carryOut(errand) { return result }
    let result = store.carryOut(errand)
    // The passwords last: a power cut on the way leaves a box without secrets that is still locked.
    guard errand == .factoryReset, case .done = result else { return result }
    return users.forget()
  }
}
