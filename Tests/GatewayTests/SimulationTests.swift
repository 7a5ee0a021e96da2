import Base
import Glibc
import Testing

@testable import Gateway

@Suite("Simulation")
struct SimulationTests {
  @Test("No line is stuck, no session is left, every call has its record", arguments: 1...200)
  func simulation(seed: Int) {
    Simulation(seed: seed, isRough: seed % 5 == 0).run(steps: 60)
  }

  /// `tools/bench simulation` runs it; each seed tells what it had behind it.
  @Test(
    "The same for days, with changing weather and boxes that lose their power",
    .enabled(if: LongRun.wanted != nil), arguments: LongRun.wanted?.seeds ?? 1...1)
  func long(seed: Int) {
    let simulation = Simulation(seed: seed, isRough: true)
    LongRun.tell("began \(seed)")
    simulation.run(steps: 60, for: .seconds(3_600 * (LongRun.wanted?.hours ?? 1)))
    LongRun.tell("ended \(seed) \(LongRun.line(of: simulation.totals))")
  }
}

/// The long simulation as the environment wants it: `SIMULATION="1 1000 24"`, seeds and hours.
private struct LongRun {
  let seeds: ClosedRange<Int>
  let hours: Int

  static let wanted: LongRun? = {
    guard let value = unsafe getenv("SIMULATION") else { return nil }
    let numbers = unsafe String(cString: value).split(separator: " ").compactMap { Int($0) }
    guard numbers.count == 3, numbers[0] <= numbers[1] else { return nil }
    return LongRun(seeds: numbers[0]...numbers[1], hours: numbers[2])
  }()

  /// Says a line at once: a trap must not take it along.
  static func tell(_ line: String) {
    print("simulation " + line)
    unsafe fflush(nil)
  }

  /// The totals as `name=number`.
  static func line(of totals: Simulation.Totals) -> String {
    var parts = [
      "steps=\(totals.steps)", "datagrams-lost=\(totals.lost)",
      "datagrams-repeated=\(totals.repeated)", "datagrams-overtaken=\(totals.overtaken)",
      "datagrams-broken=\(totals.brokenDatagrams)", "weathers=\(totals.weathers)",
      "sbc-silences=\(totals.silences)", "sbc-restarts=\(totals.serverRestarts)",
      "box-restarts=\(totals.boxRestarts)", "streams-silenced=\(totals.silentStreams)",
      "calls=\(totals.calls)", "answered=\(totals.answered)",
    ]
    for end in CallEndClass.allCases {
      parts.append("end-\(string(Text(end.label)))=\(totals.ends[Int(end.rawValue)])")
    }
    return parts.joined(separator: " ")
  }
}
