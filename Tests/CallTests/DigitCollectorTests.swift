import Base
import Call
import Testing

@Suite("Digit collector")
struct DigitCollectorTests {
  /// Keys that are pressed every 200 ms from 1 s on, what came of it and when.
  struct Row: Sendable {
    var map: String
    var keys: String
    var result: DialResult
    var atMs: Int64
  }

  static let rows: [Row] = [
    // A complete number fires with its last digit.
    Row(map: chinesePlan, keys: "110", result: .dialled(Text("110")), atMs: 1_400),
    Row(map: chinesePlan, keys: "88886666", result: .dialled(Text("88886666")), atMs: 2_400),
    Row(map: chinesePlan, keys: "13800138000", result: .dialled(Text("13800138000")), atMs: 3_000),
    Row(map: chinesePlan, keys: "*57#", result: .dialled(Text("*57#")), atMs: 1_600),
    // One that could be longer waits for the short timer, or for `#`.
    Row(map: chinesePlan, keys: "01088886666", result: .dialled(Text("01088886666")), atMs: 7_000),
    Row(map: chinesePlan, keys: "01088886666#", result: .dialled(Text("01088886666")), atMs: 3_200),
    Row(map: "xxxxxxx|x11", keys: "411", result: .dialled(Text("411")), atMs: 5_400),
    Row(map: "x.T", keys: "12", result: .dialled(Text("12")), atMs: 5_200),
    Row(map: "x.T", keys: "12#", result: .dialled(Text("12")), atMs: 1_400),
    Row(map: "0T|00T", keys: "0", result: .dialled(Text("0")), atMs: 5_000),
    Row(map: "0T|00T", keys: "00", result: .dialled(Text("00")), atMs: 5_200),
    Row(map: "0L|00", keys: "0", result: .dialled(Text("0")), atMs: 11_000),
    Row(map: "0|0T", keys: "0", result: .dialled(Text("0")), atMs: 1_000),
    Row(map: chinesePlan, keys: "A1D1z0", result: .dialled(Text("110")), atMs: 2_000),
    Row(map: "1A", keys: "1A", result: .dialled(Text("1A")), atMs: 1_200),
    Row(map: "xx.#", keys: "12#", result: .dialled(Text("12#")), atMs: 1_400),
    // Nothing, too little, wrong.
    Row(map: chinesePlan, keys: "", result: .nothing, atMs: 20_000),
    Row(map: chinesePlan, keys: "8888", result: .incomplete(Text("8888")), atMs: 11_600),
    Row(map: chinesePlan, keys: "00", result: .impossible(Text("00")), atMs: 1_200),
    Row(map: chinesePlan, keys: "88#", result: .impossible(Text("88#")), atMs: 1_400),
    Row(map: "x.T", keys: "#", result: .impossible(Text("#")), atMs: 1_000),
  ]

  @Test("When dialling ends, and how", arguments: rows)
  func dialling(_ row: Row) throws {
    let map = try DigitMap(parsing: Text(row.map.utf8))
    var collector = DigitCollector(map: map, timers: DialTimers(), now: .zero)
    var now: Int64 = 1_000
    for key in row.keys.utf8 {
      let early = collector.advance(to: at(now))
      #expect(early == nil)
      if let result = collector.press(key, now: at(now)) {
        #expect(result == row.result)
        #expect(now == row.atMs)
        return
      }
      now += 200
    }
    let early = collector.advance(to: at(row.atMs - 1))
    #expect(early == nil)
    #expect(collector.deadline == at(row.atMs))
    let result = collector.advance(to: at(row.atMs))
    #expect(result == row.result)
  }

  @Test("Anything, ended by a pause, is the map of a box that was told none")
  func anything() {
    var collector = DigitCollector(map: .anything, timers: DialTimers(), now: .zero)
    for key in Text("*98") {
      let result = collector.press(key, now: at(1))
      #expect(result == nil)
    }
    let result = collector.press(UInt8(ascii: "#"), now: at(2))
    #expect(result == .dialled(Text("*98")))
  }

  @Test("A dial string has an end")
  func limit() {
    var collector = DigitCollector(map: .anything, timers: DialTimers(), now: .zero)
    var last: DialResult?
    for _ in 0..<41 { last = collector.press(UInt8(ascii: "1"), now: at(1)) }
    #expect(last == .impossible(Text(repeating: UInt8(ascii: "1"), count: 41)))
  }
}
