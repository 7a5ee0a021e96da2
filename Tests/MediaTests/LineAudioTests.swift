import Foundation
import Testing

@testable import Media

@Suite("Samples of a simulated line")
struct LineAudioTests {
  /// One period of the box; returns the first sample heard, `nil` when the phone is gone.
  private func step(_ line: inout LineAudio, says value: Int16 = 0) -> Int16? {
    var heard = Frame(repeating: 77)
    let isThere = line.receive(into: &heard)
    line.send(Frame(repeating: value))
    return isThere ? heard[0] : nil
  }

  private func running(_ pair: LinePair) -> LineAudio {
    var line = LineAudio()
    line.attach(pair.box)
    line.begin()
    return line
  }

  @Test("Two frames go out ahead; then each answer is heard in its order")
  func order() {
    let pair = LinePair()
    var line = running(pair)
    for n in 0..<Int16(10) {
      let heard = step(&line, says: 100 + n)
      #expect(heard == (n < 2 ? 0 : n - 1))
      #expect(pair.take()?.first == 100 + n)
      pair.answer(n + 1)
    }
    #expect(line.lateFrames == 0 && line.droppedFrames == 0)
    close(pair.phone)
    line.detach()
  }

  @Test("A late answer is silence once, and no sample is lost")
  func late() {
    let pair = LinePair()
    var line = running(pair)
    var heard: [Int16] = []
    var next: Int16 = 1
    for n in 0..<12 {
      if let value = step(&line) { heard.append(value) }
      // The phone sleeps over periods 4 and 5 and then answers all at once.
      if n == 4 || n == 5 { continue }
      while pair.take() != nil {
        pair.answer(next)
        next += 1
      }
    }
    #expect(line.lateFrames == 1)
    #expect(heard.filter { $0 != 0 } == Array(1...Int16(heard.filter { $0 != 0 }.count)))
    close(pair.phone)
    line.detach()
  }

  @Test("A phone that slept long does not stay behind: its old answers are thrown away")
  func catchUp() {
    let pair = LinePair()
    var line = running(pair)
    for _ in 0..<30 { _ = step(&line) }
    for value in 1...30 { pair.answer(Int16(value)) }
    let heard = step(&line) ?? 0
    #expect(heard >= Int16(30 - LineAudio.limit - 1))
    #expect(line.droppedFrames >= 20)
    close(pair.phone)
    line.detach()
  }

  @Test("A packet of a wrong size is no frame")
  func wrongSize() {
    let pair = LinePair()
    var line = running(pair)
    _ = step(&line)
    _ = step(&line)
    pair.answer([1, 2, 3])
    pair.answer(9)
    #expect(step(&line) == 0)
    #expect(step(&line) == 9)
    #expect(line.droppedFrames == 1)
    close(pair.phone)
    line.detach()
  }

  @Test("A closed socket is told once")
  func closed() {
    let pair = LinePair()
    var line = running(pair)
    _ = step(&line)
    _ = step(&line)
    close(pair.phone)
    #expect(step(&line) == nil)
    #expect(!line.isAttached)
    #expect(step(&line) == 0)
  }

  @Test("Without a socket there is silence, and nothing is late")
  func detached() {
    var line = LineAudio()
    line.begin()
    for _ in 0..<5 { #expect(step(&line) == 0) }
    #expect(line.lateFrames == 0)
  }

  @Test("What was left from the last time is not heard")
  func leftovers() {
    let pair = LinePair()
    var line = running(pair)
    for _ in 0..<4 { _ = step(&line) }
    for _ in 0..<4 { pair.answer(5) }
    line.rest()
    line.begin()
    for _ in 0..<2 { #expect(step(&line) == 0) }
    pair.answer(6)
    #expect(step(&line) == 6)
    close(pair.phone)
    line.detach()
  }
}
