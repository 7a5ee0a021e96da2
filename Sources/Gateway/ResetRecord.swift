public import Base

/// What one start of the process leaves for the next one: how far it came, and on which boot.
///
/// One line of text: `BOOT-ID WORD [NUMBER]`.
public struct ResetRecord: Equatable, Sendable {
  /// How the process stands, or stood.
  public enum State: Equatable, Sendable {
    /// It runs, or ended without a word.
    case running
    /// It was stopped in order.
    case stopped
    /// A media thread stood still; its number, from 0.
    case hung(thread: Int)
  }

  /// The kernel's name of the boot (`/proc/sys/kernel/random/boot_id`).
  public var bootID: Text
  /// How the process stands, or stood.
  public var state: State

  /// Makes a record.
  public init(bootID: Text, state: State) {
    self.bootID = bootID
    self.state = state
  }

  /// Reads a record; `nil` when the text is not one.
  public init?(parsing text: Text) {
    let line = text.prefix { $0 != UInt8(ascii: "\n") }
    let words = line.split(separator: UInt8(ascii: " ")).map { Text($0) }
    guard line.count <= 128, words.count >= 2 else { return nil }
    bootID = words[0]
    if words.count == 2, words[1].equals("running") {
      state = .running
    } else if words.count == 2, words[1].equals("stopped") {
      state = .stopped
    } else if words.count == 3, words[1].equals("hung"), let number = words[2].decimalValue,
      number < 256
    {
      state = .hung(thread: Int(number))
    } else {
      return nil
    }
  }

  /// The record as text, with a line end.
  public var text: Text {
    var text = bootID
    switch state {
    case .running: text.append(" running")
    case .stopped: text.append(" stopped")
    case .hung(let thread):
      text.append(" hung ")
      text.append(decimal: thread)
    }
    text.append("\n")
    return text
  }
}

/// Why the process had to start.
public enum ResetReason: Equatable, Sendable {
  /// Nothing was recorded before.
  case firstStart
  /// The process was stopped in order and started again; the board did not reset.
  case restarted
  /// The process ended without a word and was started again; the board did not reset.
  case processDied
  /// The board was shut down or rebooted in order.
  case rebooted
  /// The watchdog reset the board because a media thread stood still.
  case watchdogMedia(thread: Int)
  /// The watchdog reset the board: the control loop or the kernel stood still.
  case watchdog
  /// The kernel kept a record of a panic.
  case panic
  /// Power was cut, or something reset the board without a trace.
  case powerLost

  /// Judges by the last start's record and what the kernel says.
  ///
  /// `watchdogBit` is WDIOF_CARDRESET of the boot status; `hasPanicRecord` says that pstore holds
  /// one.
  public init(
    last: ResetRecord?, bootID: Text, watchdogBit: Bool, hasPanicRecord: Bool
  ) {
    let isSameBoot = last?.bootID == bootID
    switch (last?.state, isSameBoot) {
    case (nil, _): self = hasPanicRecord ? .panic : watchdogBit ? .watchdog : .firstStart
    case (.stopped, true): self = .restarted
    case (.running, true), (.hung, true): self = .processDied
    case (.some(let state), false):
      self = Self.ofBoard(state, watchdogBit: watchdogBit, hasPanicRecord: hasPanicRecord)
    }
  }

  private static func ofBoard(
    _ state: ResetRecord.State, watchdogBit: Bool, hasPanicRecord: Bool
  ) -> ResetReason {
    if hasPanicRecord { return .panic }
    switch (state, watchdogBit) {
    case (.hung(let thread), true): return .watchdogMedia(thread: thread)
    case (.running, true), (.stopped, true): return .watchdog
    case (.stopped, false): return .rebooted
    case (.running, false), (.hung, false): return .powerLost
    }
  }
}

extension Array where Element == UInt8 {
  /// Appends the reason as a sentence without a full stop.
  public mutating func append(_ reason: ResetReason) {
    switch reason {
    case .firstStart: append("first start: nothing was recorded before")
    case .restarted: append("restart in order: the process was stopped and started again")
    case .processDied:
      append("the process ended without a word and was started again; the board kept running")
    case .rebooted: append("reboot in order")
    case .watchdogMedia(let thread):
      append("watchdog: the media thread of card ")
      append(decimal: thread + 1)
      append(" stood still")
    case .watchdog: append("watchdog: the control loop or the kernel stood still")
    case .panic: append("kernel panic")
    case .powerLost: append("power lost, or a reset without a trace")
    }
  }
}
