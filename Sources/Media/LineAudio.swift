internal import Linux

/// The samples of one simulated line: a packet to the phone each period, its answer a period later.
///
/// ```
///   detached --attach--> resting --begin--> running --rest--> resting
///       ^___________________|__ the phone hangs its socket up __|
/// ```
/// Two packets are on their way at any time, so that an answer may be 10 ms late without a gap. A
/// later one is replaced by silence; the line is then one period slower, up to `limit`.
struct LineAudio {
  /// Packets that go out at once when the line begins to run.
  static let lead = 2
  /// More unanswered packets than this and an answer is thrown away to catch up.
  static let limit = 6

  private var socket: MediaSocket?
  private var unanswered = 0
  /// The kernel did not take the last packet: the phone hangs, or is gone.
  private var wasRefused = false
  private(set) var isRunning = false
  /// Periods for which no answer was there in time.
  private(set) var lateFrames: UInt32 = 0
  /// Answers thrown away, or of a wrong size.
  private(set) var droppedFrames: UInt32 = 0

  var isAttached: Bool { socket != nil }

  /// Takes over a connected socket; a former one is closed.
  mutating func attach(_ descriptor: CInt) {
    detach()
    socket = MediaSocket(descriptor)
  }

  /// Closes the socket.
  mutating func detach() {
    socket?.close()
    socket = nil
    isRunning = false
  }

  /// The port became active: forgets what was left over.
  mutating func begin() {
    unanswered = 0
    wasRefused = false
    isRunning = true
    guard let socket else { return }
    var frame = Frame(repeating: 0)
    for _ in 0..<64 {
      var span = frame.mutableSpan
      switch socket.receive(&span) {
      case .frame, .badSize: continue
      case .nothing, .closed: return
      }
    }
  }

  /// The port is idle again.
  mutating func rest() { isRunning = false }

  /// Fills the frame with what the phone sent, or with silence; returns `false` when the phone is
  /// gone.
  mutating func receive(into frame: inout Frame) -> Bool {
    guard let socket, unanswered >= Self.lead || wasRefused else { return silence(&frame) }
    let isFrame = take(socket, &frame)
    guard let isFrame else {
      _ = silence(&frame)
      detach()
      return false
    }
    guard isFrame else {
      lateFrames &+= 1
      return silence(&frame)
    }
    while unanswered > Self.limit, take(socket, &frame) == true { droppedFrames &+= 1 }
    return true
  }

  /// Sends the frame that the phone's earpiece plays.
  mutating func send(_ frame: borrowing Frame) {
    guard let socket else { return }
    wasRefused = !socket.send(frame.span)
    if !wasRefused { unanswered += 1 }
  }

  /// Whether an answer was taken; `nil` when the socket is closed.
  private mutating func take(_ socket: MediaSocket, _ frame: inout Frame) -> Bool? {
    var span = frame.mutableSpan
    switch socket.receive(&span) {
    case .frame:
      unanswered -= 1
      return true
    case .badSize:
      unanswered -= 1
      droppedFrames &+= 1
      return false
    case .nothing:
      return false
    case .closed:
      return nil
    }
  }

  private func silence(_ frame: inout Frame) -> Bool {
    frame = Frame(repeating: 0)
    return true
  }
}
