public import Base
public import Linux

/// How the samples of a card look.
public struct CardForm: Equatable, Sendable, BitwiseCopyable {
  /// Channels in a frame.
  public let channels: Int
  /// Samples a second: 8000, 16000 or 48000.
  public let hertz: Int
  /// Whether a sample is 8 bits of A-law; else it is 16 bits, signed.
  public let isALaw: Bool

  /// Describes them.
  public init(channels: Int, hertz: Int, isALaw: Bool) {
    self.channels = channels
    self.hertz = hertz
    self.isALaw = isALaw
  }
}

/// An audio card: it paces its media thread, and takes and gives 10 ms of every channel at a time.
///
/// All functions are for the media thread; between `open` and `close` none of them allocates. A
/// refusal that neither `isXrun` nor `isSuspended` means that the card is gone.
public protocol AudioCard: AnyObject, Sendable {
  /// How its samples look.
  var form: CardForm { get }
  /// When the card had the last period that `wait` waited for; `zero` if it does not say.
  var readyAt: Instant { get }
  /// Whether the xrun was the capture's.
  var hasOverrun: Bool { get }

  /// Opens both directions.
  func open() throws(Errno)
  /// Starts both directions, also after an xrun.
  func start() throws(Errno)
  /// Goes on after the machine was suspended; `wouldBlock` while it still is.
  func resume() throws(Errno)
  /// Waits until a period was captured; returns how many samples a channel has, 0 if none comes.
  func wait() throws(Errno) -> Int
  /// Takes the oldest period: all channels, interleaved.
  func read(_ frames: UnsafeMutableRawPointer) throws(Errno)
  /// Gives a period to be played; `false` when it did not fit.
  func write(_ frames: UnsafeRawPointer) throws(Errno) -> Bool
  /// Closes both directions.
  func close()
}
