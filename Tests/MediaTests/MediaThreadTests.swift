import Base
import Foundation
import Linux
import Media
import MediaControl
import Testing

/// The thread in real time.
///
/// Loads of a shared machine may delay it, so counts have margins; what
/// must hold at any load has none.
@Suite("Media thread", .serialized)
struct MediaThreadTests {
  /// A box of ports with one telephone each, and the far party's socket.
  private final class Box {
    let media: MediaThread
    let far = LoopbackSocket()
    let own: [UInt16]
    private(set) var events: [MediaEvent] = []

    init(ports: Int) throws {
      var sockets: [MediaPortSockets] = []
      var own: [UInt16] = []
      for _ in 0..<ports {
        let (rtp, rtcp) = (LoopbackSocket(), LoopbackSocket())
        own.append(rtp.port)
        // The thread closes its own copies.
        sockets.append(MediaPortSockets(rtp: dup(rtp.descriptor), rtcp: dup(rtcp.descriptor)))
      }
      self.own = own
      media = try MediaThread(
        ports: sockets, settings: MediaSettings(canonicalName: Text("test")),
        random: RandomSource(testSeed: 1))
      _ = try media.start()
    }

    func command(_ commands: MediaCommand...) {
      for command in commands { #expect(media.submit(command)) }
      media.wake()
    }

    /// Reads events until one is as wanted or the time is over.
    func wait(ms: Int, until isWanted: (MediaEvent) -> Bool) -> MediaEvent? {
      let end = Clock.now + .milliseconds(ms)
      while Clock.now < end {
        guard readable(media.eventDescriptor, ms: CInt(max(1, (end - Clock.now).inMilliseconds)))
        else { return nil }
        media.acknowledge()
        while let event = media.nextEvent() {
          events.append(event)
          if isWanted(event) { return event }
        }
      }
      return nil
    }

    func parameters() -> StreamParameters {
      var parameters = stream()
      parameters.remote = far.endpoint
      return parameters
    }
  }

  @Test("The dial tone is on the wire within two periods of the command, and stops with it")
  func dialTone() throws {
    let box = try Box(ports: 1)
    let pair = LinePair()
    box.command(.attachAudio(1, descriptor: pair.box))
    #expect(pair.take(ms: 30) == nil)
    let asked = Clock.now
    box.command(.play(1, steadyTone(450)))
    let first = pair.take(ms: 500)
    let took = Clock.now - asked
    #expect(first?.contains { abs($0) > 5000 } == true)
    #expect(took < .milliseconds(20), "\(took.inNanoseconds / 1000) µs")
    box.command(.stopTone(1))
    while pair.take(ms: 50) != nil {}
    #expect(box.media.meters.isSleeping)
    box.media.stop()
    close(pair.phone)
  }

  @Test("An idle thread does not wake")
  func idle() throws {
    let box = try Box(ports: 2)
    #expect(!readable(box.media.eventDescriptor, ms: 100))
    #expect(box.media.meters.periods == 0 && box.media.meters.isSleeping)
    box.media.stop()
  }

  @Test("A second of a call: packets go out at their pace, packets that come are heard")
  func call() throws {
    let box = try Box(ports: 1)
    let pair = LinePair()
    box.command(.attachAudio(1, descriptor: pair.box), .openStream(1, box.parameters()))
    let speech = sines([1000], ms: 10)
    var heard: [Int16] = []
    var taken = 0
    for n in 0..<100 {
      guard let frame = pair.take(ms: 500) else { break }
      heard += frame
      taken += 1
      pair.answer(speech)
      if n % 2 == 0 {
        let payload = (0..<160).map { [0xD5, 0x85, 0xD5, 0x05][$0 % 4] as UInt8 }
        box.far.send(
          packet(number: UInt16(n / 2), timestamp: UInt32(n * 80), payload: payload),
          to: box.own[0])
      }
    }
    #expect(taken == 100)
    box.command(.closeStream(1))
    let closed = box.wait(ms: 1000) { if case .streamClosed = $0 { true } else { false } }
    guard case .streamClosed(1, let statistics) = closed else {
      Issue.record("the stream was not closed")
      return
    }
    #expect((48...60).contains(statistics.sentPackets), "\(statistics)")
    #expect((48...50).contains(statistics.receivedPackets))
    #expect(statistics.lostPackets == 0 && statistics.refusedPackets == 0)
    #expect(level(heard[4000...], 2000) > -20)
    var numbers: [UInt16] = []
    while let bytes = box.far.receive(ms: 0) { numbers.append(Header(bytes).number) }
    #expect(numbers.count == Int(statistics.sentPackets))
    for (a, b) in zip(numbers, numbers.dropFirst()) { #expect(b == a &+ 1) }
    box.media.stop()
    close(pair.phone)
  }

  @Test("A digit on the line is told, with the eventfd raised")
  func digit() throws {
    let box = try Box(ports: 2)
    let pair = LinePair()
    box.command(.attachAudio(2, descriptor: pair.box), .listenForDigits(2, true))
    let sound = sines([770, 1336], ms: 100)
    for n in 0..<20 {
      guard pair.take(ms: 500) != nil else { break }
      pair.answer(n < 10 ? Array(sound[n * 80..<n * 80 + 80]) : [Int16](repeating: 0, count: 80))
    }
    let event = box.wait(ms: 1000) { if case .digit = $0 { true } else { false } }
    #expect(event.map { "\($0)".hasPrefix("digit(2, 53,") } == true)
    box.media.stop()
    close(pair.phone)
  }

  @Test("The telephone that goes away is told, and the stream goes on")
  func detached() throws {
    let box = try Box(ports: 1)
    let pair = LinePair()
    box.command(.attachAudio(1, descriptor: pair.box), .openStream(1, box.parameters()))
    _ = pair.take(ms: 500)
    close(pair.phone)
    let event = box.wait(ms: 1000) { if case .audioDetached = $0 { true } else { false } }
    #expect(event != nil)
    while box.far.receive(ms: 0) != nil {}
    #expect(box.far.receive(ms: 500) != nil)
    box.media.stop()
  }

  @Test("Stopping closes streams with a goodbye and sockets, and the last events can be read")
  func stop() throws {
    let box = try Box(ports: 1)
    box.command(.openStream(1, box.parameters()))
    #expect(box.far.receive(ms: 500) != nil)
    box.media.stop()
    var last: [String] = []
    while let event = box.media.nextEvent() { last.append("\(event)") }
    #expect(last.contains { $0.hasPrefix("streamClosed(1") })
  }

  @Test("A command for a port that does not exist is ignored")
  func wrongPort() throws {
    let box = try Box(ports: 1)
    box.command(.play(0, steadyTone(450)), .play(9, steadyTone(450)))
    #expect(!readable(box.media.eventDescriptor, ms: 50))
    #expect(box.media.meters.periods == 0)
    box.media.stop()
  }
}
