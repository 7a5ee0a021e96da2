public import Base
public import Board
internal import CHardware
public import Linux

/// An audio card of the board: a capture and a playback PCM of libasound that run together.
///
/// Both directions move a period of 10 ms at a time, all channels interleaved, in the card's own
/// format and rate. Used by one thread. A refused call throws the kernel's reason: `isXrun` and
/// `isSuspended` are mended by `start` and `resume`; after anything else the card must be closed.
@safe
public final class ALSACard: @unchecked Sendable {
  /// Longer than any period: a card that says nothing for so long has stopped.
  private static let patienceMs: CInt = 500

  /// What the board description says of the card.
  public let description: CardDescription
  /// When the card said that the last period was there; `zero` if it does not say.
  public private(set) var readyAt = Instant.zero
  private let card: OpaquePointer

  /// Makes a closed card; `nil` when there is no memory.
  public init?(_ description: CardDescription) {
    guard let card = unsafe chardware_card_new() else { return nil }
    self.description = description
    unsafe self.card = card
  }

  deinit { unsafe chardware_card_free(card) }

  /// Opens both directions in the described form.
  public func open() throws(Errno) {
    var capture = description.capture
    var playback = description.playback
    capture.append(0)
    playback.append(0)
    let result = unsafe capture.withUnsafeBytes { captureName in
      unsafe playback.withUnsafeBytes { playbackName in
        var form = unsafe chardware_card_form(
          capture: captureName.baseAddress?.assumingMemoryBound(to: CChar.self),
          playback: playbackName.baseAddress?.assumingMemoryBound(to: CChar.self),
          channels: UInt32(description.channels), hertz: description.hertz,
          is_a_law: description.format == .aLaw ? 1 : 0, buffer_ms: UInt32(description.bufferMs))
        return unsafe chardware_card_open(card, &form)
      }
    }
    try check(Int(result))
  }

  /// Closes both directions.
  public func close() { unsafe chardware_card_close(card) }

  /// Starts both directions with silence in the playback ring, also after an xrun.
  public func start() throws(Errno) { try check(Int(unsafe chardware_card_start(card))) }

  /// Goes on after the machine was suspended; `wouldBlock` while it still is.
  public func resume() throws(Errno) { try check(Int(unsafe chardware_card_resume(card))) }

  /// Waits until a period was captured; returns how many samples a channel has to be read.
  public func wait() throws(Errno) -> Int {
    var ready: Int64 = 0
    let frames = unsafe chardware_card_wait(card, Self.patienceMs, &ready)
    try check(frames)
    readyAt = Instant(nanoseconds: ready)
    return frames
  }

  /// Reads the oldest period of every channel.
  public func read(_ frames: UnsafeMutableRawPointer) throws(Errno) {
    try check(unsafe chardware_card_read(card, frames))
  }

  /// Adds a period of every channel to the playback ring; `false` when it did not fit whole.
  public func write(_ frames: UnsafeRawPointer) throws(Errno) -> Bool {
    let count = unsafe chardware_card_write(card, frames)
    try check(count)
    return count >= Int(description.hertz / 100)
  }

  /// Whether the xrun was the capture's: nobody read in time; else nobody wrote in time.
  public var hasOverrun: Bool { unsafe chardware_card_overran(card) != 0 }

  private func check(_ result: Int) throws(Errno) {
    if result < 0 { throw Errno(rawValue: CInt(truncatingIfNeeded: -result)) }
  }
}
