import Base
import Call
import Line
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

  /// The keys so far, one a character; what each of them ended, or `-`.
  private func verdicts(_ keys: String, map: String, further: [Text] = []) throws -> [String] {
    let emergency = EmergencyNumbers(CountryProfile.china.emergencyNumbers, further: further)
    var collector = DigitCollector(
      map: try DigitMap(parsing: Text(map.utf8)), timers: DialTimers(), emergency: emergency,
      now: .zero)
    return keys.utf8.map { key in
      switch collector.press(key, now: at(1_000)) {
      case nil: "-"
      case .emergency(let digits, let service):
        "\(String(decoding: digits, as: UTF8.self)) \(String(decoding: service, as: UTF8.self))"
      case .dialled(let digits): "dialled \(String(decoding: digits, as: UTF8.self))"
      case .impossible: "impossible"
      case .incomplete, .nothing: "too early"
      }
    }
  }

  @Test("An emergency number fires with its last digit, and the map waits while one may come")
  func emergency() throws {
    for map in ["6xxx", "x.T", "1|11|6xxx", "110x"] {
      #expect(try verdicts("110", map: map) == ["-", "-", "110 sos.police"], "\(map)")
      #expect(try verdicts("120", map: map) == ["-", "-", "120 sos.ambulance"], "\(map)")
    }
    // What it can be no longer is the map's again, with the digit that shows so and not before.
    #expect(try verdicts("13", map: "13|6xxx") == ["-", "dialled 13"])
    #expect(try verdicts("17", map: "6xxx") == ["-", "impossible"])
    #expect(try verdicts("115", map: "11|6xxx") == ["-", "-", "impossible"])
    #expect(try verdicts("6110", map: "6xxx") == ["-", "-", "-", "dialled 6110"])
    #expect(try verdicts("11", map: "6xxx", further: [Text("11".utf8)]) == ["-", "11 sos"])
    #expect(try verdicts("1#", map: "6xxx").last == "impossible")
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
