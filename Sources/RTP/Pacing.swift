/// When the delay may be lengthened or shortened by a frame.
struct Pacing: Sendable {
  /// From here on a gap is a pause and no longer loss: 200 ms, in frames.
  static let longGap = 20
  /// Lengthen in silence from this lack on, in any audio from `holdLoud` on (ns).
  static let holdQuiet: Int64 = 10_000_000
  static let holdLoud: Int64 = 20_000_000
  /// Shorten in silence from this excess on, in any audio from `dropLoud` on (ns).
  static let dropQuiet: Int64 = 20_000_000
  static let dropLoud: Int64 = 40_000_000
  /// A steady delay is corrected from this lack on (ns).
  static let steadySlack: Int64 = 40_000_000
  /// Sum of 80 magnitudes of the 14-bit scale below which a frame is silent: about -45 dBm0.
  static let quietSum = 80 * 20

  /// What late packets added to the aim (ns).
  private(set) var boost: Int64 = 0
  private var framesSinceLate = 0
  /// Stalls: how many, the highest (ns), and when the last one was.
  private var peaks = 0
  private var peakHeight: Int64 = 0
  private var framesSincePeak = 0
  /// Packets in a row that a stall held up, and the height of the highest.
  private var peakRun = 0
  private var runHeight: Int64 = 0
  private var framesSinceDrop = 0
  /// Frames in a row with an excess.
  private var framesOver = 0
  /// Whether a delay that shall be steady is not yet there.
  private var isSettling = true

  /// The delay is steady from now on: once it is what is aimed at.
  mutating func settle() { isSettling = true }

  /// A packet was late: 10 ms more at once, at most 60.
  mutating func noteLate() {
    boost = min(boost + 10_000_000, 60_000_000)
    framesSinceLate = 0
  }

  /// A packet came, so high above the lowest delay; two peaks in a row are a stall.
  mutating func notePacket(height: Int64, isPeak: Bool) {
    guard isPeak else {
      peakRun = 0
      return
    }
    peakRun += 1
    runHeight = peakRun == 1 ? height : max(runHeight, height)
    guard peakRun >= 2 else { return }
    if peakRun == 2 { peaks += 1 }
    peakHeight = max(peakHeight, runHeight)
    framesSincePeak = 0
  }

  /// What stalls ask for above the lowest delay (ns): one is an accident, two within 30 s are a
  /// habit of the network, and to shorten the delay between them would be heard each time.
  var peakAim: Int64 { peaks >= 2 ? peakHeight : 0 }

  /// Whether the reader holds for a frame; asked once a frame.
  mutating func holds(lack: Int64, isQuiet: Bool, isSteady: Bool) -> Bool {
    if peaks > 0 { forgetPeaks() }
    framesSinceLate += 1
    if framesSinceLate >= 1_000, boost > 0 {
      boost -= 10_000_000
      framesSinceLate = 0
    }
    if isSteady {
      // One disturbance that sets all right is less than one for each frame.
      if lack < Self.holdQuiet { isSettling = false }
      if lack >= Self.steadySlack { isSettling = true }
      return isSettling
    }
    return lack >= Self.holdLoud || (lack >= Self.holdQuiet && isQuiet)
  }

  private mutating func forgetPeaks() {
    framesSincePeak += 1
    guard framesSincePeak >= 3_000 else { return }
    peaks = 0
    peakHeight = 0
  }

  /// Whether the reader leaves a frame out; asked once a frame.
  mutating func drops(excess: Int64, isOver: Bool, isQuiet: Bool, isSteady: Bool) -> Bool {
    framesSinceDrop += 1
    framesOver = excess >= Self.dropQuiet ? framesOver + 1 : 0
    // Only an excess that lasts is one: two seconds; then one frame in 100 ms of silence, or in a
    // second of speech.
    let due =
      if isOver { framesSinceDrop >= 5 } else if isSteady { false } else if isQuiet {
        framesOver >= 200 && framesSinceDrop >= 10
      } else { excess >= Self.dropLoud && framesOver >= 200 && framesSinceDrop >= 100 }
    if due { framesSinceDrop = 0 }
    return due
  }
}
