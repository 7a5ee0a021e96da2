internal import Base
internal import Linux
internal import MediaControl

/// One port of the thread: its channel, its sockets, the line's samples.
final class PortDriver {
  /// Periods between two looks at the RTCP socket.
  private static let controlPeriods: UInt32 = 500
  /// Periods between two looks at the RTP socket while the buffer is full enough.
  private static let mediaPeriods: UInt32 = 4
  /// Batches taken from a socket in one period at the most.
  private static let batches = 3

  let channel: PortChannel
  let port: PortNumber
  private let media: MediaSocket
  private let control: MediaSocket
  private let events: EventSink
  private let meters: Meters
  private let queue: DatagramQueue
  private var line = LineAudio()
  private var heard = Frame(repeating: 0)
  private var played = Frame(repeating: 0)
  private var period: UInt32 = 0
  private var lastRead: UInt32 = 0

  init(
    port: PortNumber, sockets: MediaPortSockets, channel: PortChannel, events: EventSink,
    meters: Meters, queue: DatagramQueue
  ) {
    self.port = port
    self.channel = channel
    self.events = events
    self.meters = meters
    self.queue = queue
    media = MediaSocket(sockets.rtp)
    control = MediaSocket(sockets.rtcp)
    // Spread the looks of several ports over the periods.
    period = UInt32(port)
  }

  /// Does what the control loop asks.
  func perform(_ command: MediaCommand, now: Instant, _ batch: DatagramBatch) {
    switch command {
    case .attachAudio(_, let descriptor):
      line.attach(descriptor)
    case .openStream:
      if !channel.isStreaming { flush(batch) }
      channel.perform(command, now: now, send: send)
    case .play, .stopTone, .sendCallerID, .listenForDigits, .probe, .updateStream, .closeStream,
      .reportStream, .stop:
      channel.perform(command, now: now, send: send)
    }
  }

  /// Runs the thread's period `beat` of a line whose samples come from a card.
  func run(
    heard: borrowing Frame, played: inout Frame, now: Instant, beat: UInt32, wall: ArrivalClock,
    _ batch: DatagramBatch
  ) {
    receive(wall, batch)
    channel.run(heard: heard, played: &played, now: now, beat: beat, send: send)
    period &+= 1
  }

  /// Runs the thread's period `beat` of a simulated line if it needs one; returns whether it does.
  func run(now: Instant, beat: UInt32, wall: ArrivalClock, _ batch: DatagramBatch) -> Bool {
    guard channel.isActive else {
      line.rest()
      return false
    }
    if !line.isRunning, line.isAttached { lead(now, beat) }
    receive(wall, batch)
    step(now, beat)
    return true
  }

  /// The thread left periods out.
  func skip(periods: UInt32) { channel.skip(periods: periods) }

  /// Ends the stream and closes every socket, after what waits there was sent.
  func close(now: Instant) {
    channel.perform(.closeStream(port), now: now, send: send)
    meters.noteUnsent(queue.flush())
    line.detach()
    media.close()
    control.close()
  }

  private func lead(_ now: Instant, _ beat: UInt32) {
    line.begin()
    for _ in 1..<LineAudio.lead { step(now, beat) }
  }

  private func step(_ now: Instant, _ beat: UInt32) {
    let late = line.lateFrames
    let dropped = line.droppedFrames
    if !line.receive(into: &heard) { events.emit(.audioDetached(port)) }
    meters.noteLine(late: line.lateFrames &- late, dropped: line.droppedFrames &- dropped)
    channel.run(heard: heard, played: &played, now: now, beat: beat, send: send)
    line.send(played)
    period &+= 1
  }

  private func receive(_ wall: ArrivalClock, _ batch: DatagramBatch) {
    guard channel.isStreaming else { return }
    if channel.wantsPackets || period &- lastRead >= Self.mediaPeriods {
      lastRead = period
      take(.media, from: media, wall, batch)
    }
    if period % Self.controlPeriods == 0 { take(.control, from: control, wall, batch) }
  }

  private func take(
    _ kind: MediaKind, from socket: MediaSocket, _ wall: ArrivalClock, _ batch: DatagramBatch
  ) {
    for _ in 0..<Self.batches {
      batch.receive(from: socket)
      batch.forEach(now: wall.now, realtime: wall.realtime) { bytes, peer, arrived in
        channel.receive(kind, bytes, from: peer, arrived: arrived)
      }
      if kind == .media, batch.oversized > 0 { channel.countOversized(batch.oversized) }
      if batch.count < DatagramBatch.limit { return }
    }
  }

  /// Throws away what came before the stream was opened.
  private func flush(_ batch: DatagramBatch) {
    for socket in [media, control] {
      for _ in 0..<32 {
        batch.receive(from: socket)
        if batch.count < DatagramBatch.limit { break }
      }
    }
  }

  private func send(_ kind: MediaKind, _ bytes: Span<UInt8>, _ peer: Endpoint) {
    queue.add(bytes, from: kind == .media ? media : control, to: peer)
  }
}

/// Both of the kernel's clocks at one moment, to date a stamp of the one on the other.
struct ArrivalClock {
  let now: Instant
  let realtime: Int64
}
