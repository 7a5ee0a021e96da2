import Base
import Call
import Line
import MediaControl
import SIPAgent
import Testing

@Suite("Emergency numbers")
struct EmergencyTests {
  private func bench(map: String = "(x.T|x.#)", registered: Bool = true) throws -> PortBench {
    var bench = try PortBench(map: map, registered: registered)
    var settings = PortSettings(
      number: 1, local: Endpoint(.v4(0xC000_0201), 30_000), profile: .telltale,
      digitMap: try DigitMap(parsing: Text(map.utf8)))
    settings.emergencyNumbers = EmergencyNumbers(
      CountryProfile.china.emergencyNumbers, further: [Text("112")])
    bench.port.update(settings)
    return bench
  }

  private func dial(_ number: String, _ bench: inout PortBench, from ms: Int64) -> [String] {
    var seen: [String] = []
    for (i, key) in number.enumerated() { seen += bench.digit(key, ms + 100 * Int64(i)) }
    return seen
  }

  @Test(
    "It goes out with its last digit, whatever the digit map thinks of it",
    arguments: ["(x.T|x.#)", "(6xxx|9xxx)", "(11|6xxx)", "(110x.T)"])
  func atOnce(map: String) throws {
    for (number, service) in [
      ("110", "sos.police"), ("119", "sos.fire"), ("120", "sos.ambulance"),
      ("122", "sos.country-specific.cn.122"), ("112", "sos"),
    ] {
      var bench = try bench(map: map)
      _ = bench.loop(.closed, 0)
      let seen = dial(number, &bench, from: 1_000)
      #expect(seen.contains("1200 invite \(number) \(service)"), "\(map): \(seen)")
      #expect(seen.contains("1200 note emergency"))
      _ = bench.invited(bench.newSession(), 1_200)
      _ = bench.loop(.open, 2_000)
      _ = bench.run(to: 5_000)
      #expect(bench.records.map(\.isEmergency) == [true])
    }
  }

  @Test("What only begins like one is what the digit map says, as soon as that is certain")
  func prefixes() throws {
    var bench = try bench(map: "(11|6xxx)")
    _ = bench.loop(.closed, 0)
    #expect(dial("11", &bench, from: 1_000).allSatisfy { !$0.contains("invite") })
    #expect(bench.run(to: 6_000).contains("5100 invite 11"))
    var other = try self.bench(map: "(11|6xxx)")
    _ = other.loop(.closed, 0)
    #expect(dial("115", &other, from: 1_000).contains("1200 note impossibleNumber"))
    #expect(other.tone == "vacant")
  }

  @Test("A port that is not registered, or barred, dials nothing else")
  func unregistered() throws {
    var bench = try bench(registered: false)
    _ = bench.loop(.closed, 0)
    #expect(bench.tone == "unregistered" && bench.isListening)
    #expect(dial("6", &bench, from: 1_000).isEmpty)
    #expect(dial("110", &bench, from: 2_000).isEmpty, "the rest of an ordinary number")
    _ = bench.loop(.open, 3_000)
    _ = bench.run(to: 4_000)
    _ = bench.loop(.closed, 5_000)
    #expect(dial("1", &bench, from: 6_000) == ["6000 stopTone"])
    #expect(dial("20", &bench, from: 7_000).contains("7100 invite 120 sos.ambulance"))
    _ = bench.invited(bench.newSession(), 7_100)
    #expect(bench.stage == .calling)
    bench.expectNothingLeft()
  }

  @Test("Digits from before the registration count when it comes")
  func registrationComes() throws {
    var bench = try bench(registered: false)
    _ = bench.loop(.closed, 0)
    _ = dial("11", &bench, from: 1_000)
    _ = bench.tell(.registration(1, .registered), 1_500)
    #expect(bench.stage == .dialling && bench.tone == nil)
    #expect(dial("9", &bench, from: 2_000).contains("2000 invite 119 sos.fire"))
  }

  @Test("The time for an answer is not up after a minute; a flash means nothing")
  func patience() throws {
    var bench = try bench()
    _ = bench.loop(.closed, 0)
    _ = dial("120", &bench, from: 1_000)
    let session = bench.newSession()
    _ = bench.invited(session, 1_200)
    _ = bench.tell(.progress(session, code: 180, description: []), 2_000)
    _ = bench.run(to: 600_000)
    #expect(bench.stage == .alerting)
    _ = bench.tell(.answered(session, description: remote()), 600_000)
    _ = bench.loop(.open, 601_000)
    #expect(bench.loop(.closed, 601_200) == ["601200 note flashIgnored"])
    #expect(bench.stage == .talking)
  }

  @Test("A call that the network knows as one waits as long")
  func learnt() throws {
    for isEmergency in [true, false] {
      var bench = try bench(map: "6xxx")
      _ = bench.loop(.closed, 0)
      _ = dial("6001", &bench, from: 1_000)
      let session = bench.newSession()
      _ = bench.invited(session, 1_400)
      #expect(bench.stage == .calling)
      if isEmergency { _ = bench.tell(.emergency(session), 1_500) }
      _ = bench.tell(.progress(session, code: 180, description: []), 2_000)
      _ = bench.run(to: 600_000)
      #expect((bench.stage == .alerting) == isEmergency)
    }
  }

  @Test(
    "It ends every test of the line",
    arguments: [PortTest.watch, .tone, .probe(.digits), .probe(.echo), .probe(.loopback)])
  func duringTest(test: PortTest) throws {
    var bench = try bench()
    _ = bench.test(test, 0)
    _ = bench.loop(.closed, 500)
    var seen: [String] = []
    for (i, key) in "119".enumerated() {
      let ms = 1_000 + 100 * Int64(i)
      let levels = DigitLevels(lowTenthsDBm0: -90, highTenthsDBm0: -70)
      seen +=
        test == .probe(.digits)
        ? bench.tell(.digitMeasured(1, key.asciiValue ?? 0, levels), ms) : bench.digit(key, ms)
    }
    #expect(seen.filter { $0.contains("dropped") }.count == 1, "\(seen)")
    #expect(seen.contains("1200 invite 119 sos.fire"), "\(seen)")
    _ = bench.invited(bench.newSession(), 1_200)
    bench.expectNothingLeft()
  }

  @Test("Any number ends a test in which no digit is wanted, and all its digits count")
  func ordinaryDuringTest() throws {
    for test in [PortTest.watch, .tone] {
      var bench = try bench(map: "(6xxx)")
      _ = bench.test(test, 0)
      _ = bench.loop(.closed, 500)
      let seen = dial("6002", &bench, from: 1_000)
      #expect(seen.contains("1000 test dropped"), "\(test): \(seen)")
      #expect(seen.contains("1300 invite 6002"), "\(test): \(seen)")
    }
    var bench = try bench(map: "(6xxx)")
    _ = bench.test(.probe(.loopback), 0)
    _ = bench.loop(.closed, 500)
    #expect(dial("6002", &bench, from: 1_000).isEmpty)
    #expect(bench.stage == .testing)
  }
}
