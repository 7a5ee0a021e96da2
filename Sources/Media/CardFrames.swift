internal import DSP
internal import MediaControl

/// A period of a card both ways: all channels interleaved, as the card wants them.
@safe
final class CardFrames {
  /// Samples of a channel in a period.
  let perPeriod: Int
  /// What was captured.
  let captured: UnsafeMutableRawPointer
  /// What will be played.
  let played: UnsafeMutableRawPointer

  private let form: CardForm
  private let codec: G711
  private var decimators: [Decimator] = []
  private var interpolators: [Interpolator] = []
  /// One channel at the card's rate.
  private let row: UnsafeMutableBufferPointer<Int16>

  init(_ form: CardForm, codec: G711) {
    self.form = form
    self.codec = codec
    perPeriod = form.hertz / 100
    let bytes = perPeriod * form.channels * (form.isALaw ? 1 : 2)
    unsafe captured = .allocate(byteCount: bytes, alignment: 8)
    unsafe played = .allocate(byteCount: bytes, alignment: 8)
    unsafe played.initializeMemory(as: UInt8.self, repeating: form.isALaw ? 0xD5 : 0, count: bytes)
    unsafe captured.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    unsafe row = .allocate(capacity: perPeriod)
    unsafe row.initialize(repeating: 0)
    let factor = perPeriod / Period.samples
    guard factor > 1 else { return }
    let filter = RateFilter(factor: factor)
    for _ in 0..<form.channels {
      decimators.append(Decimator(filter))
      interpolators.append(Interpolator(filter))
    }
  }

  deinit {
    unsafe captured.deallocate()
    unsafe played.deallocate()
    unsafe row.deallocate()
  }

  /// What a channel (from 0) captured, at 8 kHz.
  func take(_ channel: Int, into frame: inout Frame) {
    guard !decimators.isEmpty else {
      for i in 0..<Period.samples { frame[i] = sample(i, channel) }
      return
    }
    for i in 0..<perPeriod { unsafe row[i] = sample(i, channel) }
    var samples = frame.mutableSpan
    unsafe decimators[channel].convert(row.span, into: &samples)
  }

  /// What a channel (from 0) will play, from 8 kHz.
  func put(_ frame: borrowing Frame, _ channel: Int) {
    guard !interpolators.isEmpty else {
      for i in 0..<Period.samples { set(i, channel, frame[i]) }
      return
    }
    var samples = unsafe row.mutableSpan
    interpolators[channel].convert(frame.span, into: &samples)
    for i in 0..<perPeriod { set(i, channel, unsafe row[i]) }
  }

  /// A channel plays nothing from now on, and its past is forgotten.
  func silence(_ channel: Int) {
    for i in 0..<perPeriod { set(i, channel, 0) }
    guard !decimators.isEmpty else { return }
    decimators[channel].reset()
    interpolators[channel].reset()
  }

  @inline(__always)
  private func sample(_ i: Int, _ channel: Int) -> Int16 {
    let place = i * form.channels + channel
    if form.isALaw {
      return codec.decode(
        unsafe captured.load(fromByteOffset: place, as: UInt8.self), law: .aLaw)
    }
    return unsafe captured.load(fromByteOffset: place * 2, as: Int16.self)
  }

  @inline(__always)
  private func set(_ i: Int, _ channel: Int, _ sample: Int16) {
    let place = i * form.channels + channel
    if form.isALaw {
      let code = codec.encode(aLaw: sample)
      unsafe played.storeBytes(of: code, toByteOffset: place, as: UInt8.self)
    } else {
      unsafe played.storeBytes(of: sample, toByteOffset: place * 2, as: Int16.self)
    }
  }
}
