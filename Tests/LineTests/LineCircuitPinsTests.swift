import Base
import Line
import Testing

@Suite("Pins of a line circuit")
struct LineCircuitPinsTests {
  private static let rows: [(LineFeed, PinLevels)] = [
    (.open, .powerDown), (.standby, .relay), (.onHookTransmission, .relay),
    (.forwardActive, [.relay, .lamp]), (.reverseActive, [.relay, .lamp, .reverse]),
    (.ringing, [.relay, .lamp, .ringMode]),
  ]

  @Test("Every feed has its levels", arguments: rows)
  func levels(_ feed: LineFeed, _ levels: PinLevels) {
    var pins = LineCircuitPins(source: .reversals(hertz: 25))
    pins.set(feed, loop: .open, now: at(0))
    #expect(pins.levels == levels)
  }

  @Test("Ring current of 16, 25 and 50 Hz has its number of half waves", arguments: [16, 25, 50])
  func frequency(_ hertz: UInt8) {
    var pins = LineCircuitPins(source: .reversals(hertz: hertz))
    pins.set(.ringing, loop: .open, now: at(0))
    var reversals = 0
    var wasReversed = false
    while let deadline = pins.deadline, deadline <= at(1000) {
      pins.advance(to: deadline)
      #expect(pins.levels.contains(.ringMode))
      #expect(pins.levels.contains(.reverse) != wasReversed)
      wasReversed.toggle()
      reversals += 1
    }
    #expect(reversals == 2 * Int(hertz))
  }

  @Test("A turn that is 3 ms late shifts no other half wave")
  func lateTurn() {
    var pins = LineCircuitPins(source: .reversals(hertz: 25))
    pins.set(.ringing, loop: .open, now: at(0))
    pins.advance(to: at(23))
    #expect(pins.deadline == at(40))
    // After a long stop there is one half wave, not a burst of them.
    pins.advance(to: at(500))
    #expect(pins.deadline == at(520))
  }

  @Test("The end of a ring leaves normal polarity, and nothing more to do")
  func ringEnds() {
    var pins = LineCircuitPins(source: .reversals(hertz: 25))
    pins.set(.ringing, loop: .open, now: at(0))
    pins.advance(to: at(20))
    #expect(pins.levels.contains(.reverse))
    pins.set(.onHookTransmission, loop: .open, now: at(30))
    #expect(pins.levels == .relay)
    #expect(pins.deadline == nil)
  }

  @Test("A closed loop is never rung; when it opens, the ring begins")
  func blocked() {
    var pins = LineCircuitPins(source: .reversals(hertz: 25))
    pins.set(.ringing, loop: .closed, now: at(0))
    #expect(pins.levels == [.relay, .lamp])
    #expect(pins.deadline == nil)
    pins.loopOpened(now: at(5))
    #expect(pins.levels == [.relay, .lamp, .ringMode])
    #expect(pins.deadline == at(25))
  }

  @Test("A circuit that rings by itself is only told to")
  func ringEnable() {
    var pins = LineCircuitPins(source: .circuit)
    pins.set(.ringing, loop: .open, now: at(0))
    #expect(pins.levels == [.relay, .lamp, .ringEnable])
    #expect(pins.deadline == nil)
  }
}
