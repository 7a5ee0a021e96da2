import Base
import Network
import Testing

private func text(_ string: String) -> Text { Array(string.utf8) }

@Suite("Lines for a collector by a stream")
struct LogStreamTests {
  private let start = Instant(nanoseconds: 1_000_000_000)

  private func open(_ stream: inout LogStream, at now: Instant) {
    #expect(stream.advance(to: now) == .connect)
    #expect(stream.opened() == 0)
  }

  /// What the stream gives when at most so many bytes are taken at a time.
  private func taken(_ stream: inout LogStream, _ step: Int) -> String {
    var bytes = Text()
    while let next = stream.next {
      bytes += next.prefix(step)
      stream.sent(min(step, next.count))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("Nobody is called before there is something to say; each line stands behind its length")
  func framing() {
    for step in [1, 7, 1_000] {
      var stream = LogStream(now: start)
      #expect(stream.deadline == nil)
      #expect(stream.advance(to: start) == .nothing)
      stream.add(text("<134>1 - a"))
      stream.add(text("电话"))
      #expect(stream.next == nil)
      open(&stream, at: start)
      #expect(taken(&stream, step) == "10 <134>1 - a6 电话")
      #expect(stream.deadline == nil)
    }
  }

  @Test("A line that was sent in part is sent again whole")
  func broken() {
    var stream = LogStream(now: start)
    stream.add(text("first"))
    stream.add(text("second"))
    open(&stream, at: start)
    stream.sent(7)
    stream.sent(3)
    stream.failed(now: start)
    #expect(stream.next == nil)
    open(&stream, at: start + .seconds(1))
    #expect(taken(&stream, 100) == "6 second")
  }

  @Test("Pauses double up to a minute, and a connection that stood forgets them")
  func pauses() {
    var stream = LogStream(now: start)
    var now = start
    stream.add(text("x"))
    for pause in [1, 2, 4, 8, 16, 32, 60, 60] {
      #expect(stream.advance(to: now) == .connect)
      stream.failed(now: now)
      #expect(stream.deadline == now + .seconds(pause))
      #expect(stream.advance(to: now) == .nothing)
      now = now + .seconds(pause)
    }
    open(&stream, at: now)
    stream.failed(now: now)
    #expect(stream.deadline == now + .seconds(1))
  }

  @Test("An attempt that nobody answers is given up after ten seconds")
  func silent() {
    var stream = LogStream(now: start)
    stream.add(text("x"))
    #expect(stream.advance(to: start) == .connect)
    #expect(stream.advance(to: start + .seconds(9)) == .nothing)
    #expect(stream.advance(to: start + .seconds(10)) == .giveUp)
  }

  @Test("What does not fit is left out and counted, and what fits is kept in order")
  func full() {
    var stream = LogStream(now: start)
    let line = Text(repeating: UInt8(ascii: "x"), count: 1_019)
    for _ in 0..<40 { stream.add(line) }
    #expect(stream.advance(to: start) == .connect)
    #expect(stream.opened() == 8)
    #expect(taken(&stream, 4_096).utf8.count == 32 * 1_024)
    stream.add(text("more"))
    #expect(taken(&stream, 4_096) == "4 more")
  }
}
