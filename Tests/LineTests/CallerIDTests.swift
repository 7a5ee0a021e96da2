import Base
import Line
import MediaControl
import Testing

@Suite("Caller ID messages, GR-30")
struct CallerIDTests {
  let time = TimeOfDay(month: 3, day: 17, hour: 16, minute: 56)

  private func bytes(_ hex: String) -> Text {
    hex.split(separator: " ").compactMap { UInt8($0, radix: 16) }
  }

  @Test("The MDMF vector that Chinese integrators publish")
  func multipleData() {
    let expected = bytes(
      "80 16 01 08 30 33 31 37 31 36 35 36 02 0A 32 31 35 36 34 33 30 31 34 34 BA")
    #expect(CallerID(number: Text("2156430144")).multipleDataMessage(time) == expected)
  }

  @Test("The SDMF vector with its right checksum; the published BA is wrong")
  func singleData() throws {
    let expected = bytes(
      "04 12 30 33 31 37 31 36 35 36 32 31 35 36 34 33 30 31 34 34 4F")
    #expect(CallerID(number: Text("2156430144")).singleDataMessage(try #require(time)) == expected)
  }

  struct Row: Sendable {
    var number = ""
    var name = ""
    var isWithheld = false
    /// The parameters without the time.
    var parameters: String
  }

  static let rows: [Row] = [
    Row(number: "110", parameters: "02 03 31 31 30"),
    Row(number: "+8613800138000", parameters: "02 0D 38 36 31 33 38 30 30 31 33 38 30 30 30"),
    Row(number: "*57#", parameters: "02 04 2A 35 37 23"),
    Row(number: "110", name: "Li", parameters: "02 03 31 31 30 07 02 4C 69"),
    Row(number: "110", name: "李", parameters: "02 03 31 31 30"),
    Row(number: "110", name: "a\u{7}", parameters: "02 03 31 31 30"),
    Row(number: "", parameters: "04 01 4F"),
    Row(number: "+", parameters: "04 01 4F"),
    Row(number: "alice", name: "Alice", parameters: "04 01 4F 07 05 41 6C 69 63 65"),
    Row(number: "110", name: "Li", isWithheld: true, parameters: "04 01 50 08 01 50"),
    Row(
      number: "123456789012345678901234", name: "Bartholomew Nightingale",
      parameters: """
        02 14 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 36 37 38 39 30 \
        07 0F 42 61 72 74 68 6F 6C 6F 6D 65 77 20 4E 69 67
        """),
  ]

  @Test("Numbers, names and their absence", arguments: rows)
  func parameters(_ row: Row) {
    let caller = CallerID(
      number: Text(row.number.utf8), name: Text(row.name.utf8), isWithheld: row.isWithheld)
    let message = caller.multipleDataMessage(time)
    #expect(Text(message[2..<12]) == bytes("01 08 30 33 31 37 31 36 35 36"))
    #expect(Text(message[12..<(message.count - 1)]) == bytes(row.parameters))
    #expect(Int(message[1]) == message.count - 3)
    #expect(message.reduce(0, &+) == 0)
  }

  @Test("The older form is chosen by a port, and needs a clock")
  func singleDataScheme() throws {
    let caller = CallerID(number: Text("2156430144"))
    let profile = try #require(CountryProfile.named(Text("cn")))
    let dated = try #require(caller.signal(scheme: .bell202Single, profile: profile, time: time))
    #expect(dated.bytes[0] == 0x04)
    let dateless = try #require(caller.signal(scheme: .bell202Single, profile: profile, time: nil))
    #expect(dateless.bytes[0] == 0x80)
  }

  @Test("A box without a clock leaves the time out")
  func withoutTime() {
    #expect(CallerID(number: Text("1")).multipleDataMessage(nil) == bytes("80 03 02 01 31 49"))
  }

  @Test("DTMF digits between the country's codes")
  func digits() throws {
    let (a, c) = (UInt8(ascii: "A"), UInt8(ascii: "C"))
    #expect(CallerID(number: Text("123")).digitMessage(from: a, to: c) == Text("A123C"))
    let withheld = CallerID(number: Text("123"), isWithheld: true)
    #expect(withheld.digitMessage(from: a, to: c) == Text("B10C"))
    #expect(CallerID(number: []).digitMessage(from: a, to: c) == Text("B00C"))
    let signal = try #require(
      CallerID(number: Text("123")).signal(scheme: .dtmf, profile: .china, time: nil))
    #expect(signal.modulation == .dtmf)
    #expect((0..<Int(signal.count)).map { signal.bytes[$0] } == Text("D123C"))
  }

  /// Scheme, whether the lamp shall burn, message.
  static let lamps: [(CallerIDScheme, Bool, String)] = [
    (.bell202, true, "82 03 0B 01 FF 70"), (.bell202, false, "82 03 0B 01 00 6F"),
    (.v23, true, "82 03 0B 01 FF 70"), (.bell202Single, true, "06 03 42 42 42 31"),
    (.bell202Single, false, "06 03 6F 6F 6F AA"),
  ]

  @Test("The lamp of a telephone, in the form that the line's caller ID has", arguments: lamps)
  func lamp(_ scheme: CallerIDScheme, _ isLit: Bool, _ message: String) throws {
    let signal = try #require(scheme.lampSignal(isLit: isLit))
    #expect((0..<Int(signal.count)).map { signal.bytes[$0] } == bytes(message))
    #expect(signal.modulation == (scheme == .v23 ? .v23 : .bell202))
  }

  @Test("Where digits or nothing tell of callers, no lamp is told", arguments: [true, false])
  func noLamp(_ isLit: Bool) {
    #expect(CallerIDScheme.dtmf.lampSignal(isLit: isLit) == nil)
    #expect(CallerIDScheme.off.lampSignal(isLit: isLit) == nil)
  }

  @Test("A scheme that is off sends nothing")
  func off() {
    #expect(CallerID(number: Text("1")).signal(scheme: .off, profile: .china, time: nil) == nil)
  }

  @Test("Times that do not exist are refused")
  func times() {
    #expect(TimeOfDay(month: 0, day: 1, hour: 0, minute: 0) == nil)
    #expect(TimeOfDay(month: 13, day: 1, hour: 0, minute: 0) == nil)
    #expect(TimeOfDay(month: 1, day: 32, hour: 0, minute: 0) == nil)
    #expect(TimeOfDay(month: 1, day: 1, hour: 24, minute: 0) == nil)
    #expect(TimeOfDay(month: 1, day: 1, hour: 0, minute: 60) == nil)
    #expect(TimeOfDay(month: 12, day: 31, hour: 23, minute: 59) != nil)
  }
}
