internal import CSpanDSP

/// Hears DTMF digits in the audio of the line (ITU-T Q.24); spandsp's receiver.
///
/// It is sure of a digit after two blocks of 12.75 ms, and takes digits of 40 ms, pauses of 40 ms,
/// 8 dB twist and 4 dB reverse twist.
@safe
public struct DTMFDetector: ~Copyable {
  /// Tones weaker than this are not digits; Q.24 asks for -25 dBm and a long line may cost more.
  public static let thresholdDBm0: CInt = -33

  private let state: UnsafeMutableRawPointer

  /// Makes a detector that has heard nothing.
  public init() {
    unsafe state = .allocate(byteCount: cspandsp_dtmf_size(), alignment: 16)
    reset()
  }

  deinit { unsafe state.deallocate() }

  /// Forgets what it heard.
  public mutating func reset() {
    unsafe cspandsp_dtmf_init(state, Self.thresholdDBm0, 8, 4)
  }

  /// Hears a frame; returns the digit (ASCII) that it became sure of, if any.
  public mutating func hear(_ frame: Span<Int16>) -> UInt8? {
    let digit = unsafe frame.withUnsafeBufferPointer { samples in
      unsafe cspandsp_dtmf_hear(state, samples.baseAddress, CInt(samples.count))
    }
    return digit > 0 ? UInt8(truncatingIfNeeded: digit) : nil
  }

  /// Whether a digit sounds now.
  public var isSounding: Bool {
    let status = unsafe cspandsp_dtmf_status(state)
    return status != 0 && status != CInt(UInt8(ascii: "x"))
  }

  /// Whether a digit sounds now or may have begun.
  public var isSuspicious: Bool { unsafe cspandsp_dtmf_status(state) != 0 }
}
