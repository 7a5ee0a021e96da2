internal import CSpanDSP

/// Makes up what the network lost by repeating the last pitch period, fading out within 50 ms;
/// spandsp's concealer.
@safe
public struct PacketLossConcealer: ~Copyable {
  private let state: UnsafeMutableRawPointer

  /// Makes a concealer without a past.
  public init() {
    unsafe state = .allocate(byteCount: cspandsp_plc_size(), alignment: 16)
    reset()
  }

  deinit { unsafe state.deallocate() }

  /// Forgets what was played.
  public mutating func reset() { unsafe cspandsp_plc_init(state) }

  /// Learns from a frame that arrived; behind a gap its beginning is blended with what was made up.
  public mutating func learn(_ frame: inout MutableSpan<Int16>) {
    unsafe frame.withUnsafeMutableBufferPointer { samples in
      unsafe cspandsp_plc_good(state, samples.baseAddress, CInt(samples.count))
    }
  }

  /// Makes a frame up.
  public mutating func conceal(_ frame: inout MutableSpan<Int16>) {
    unsafe frame.withUnsafeMutableBufferPointer { samples in
      unsafe cspandsp_plc_missing(state, samples.baseAddress, CInt(samples.count))
    }
  }
}
