import Base
import Provisioning
import Testing

/// A provisioning machine in virtual time, with the world around it played by hand.
private struct Bench {
  static let address = WebAddress(parsing: Text("https://192.0.2.1/box.conf"))
  var now = Instant.zero
  var address = Self.address
  var out = Outbox<ProvisioningMachine.Output>(limit: ProvisioningMachine.outputLimit)
  var machine: ProvisioningMachine

  init(
    key: Bool = false, interval: Duration? = .seconds(3_600), spread: Duration = .zero,
    record: ProvisioningRecord = ProvisioningRecord(), isOnTrial: Bool = false, seed: UInt64 = 1
  ) {
    machine = ProvisioningMachine(
      .init(
        credentials: Text("me:it"), wantsSignature: key, interval: interval, spread: spread),
      record: record, isOnTrial: isOnTrial, random: RandomSource(testSeed: seed), now: .zero)
  }

  /// Lets the time pass to the machine's own deadline; what it wants then.
  mutating func goOn() -> [ProvisioningMachine.Output] {
    guard let deadline = machine.deadline else { return [] }
    now = max(now, deadline)
    machine.advance(to: now, address: address, into: &out)
    return out.drain()
  }

  mutating func answer(
    _ status: UInt16, _ body: String = "", tag: String = "", location: String = "",
    retryAfter: Int? = nil
  ) -> [ProvisioningMachine.Output] {
    var response = HTTPResponse()
    response.status = status
    response.body = Text(body.utf8)
    response.entityTag = Text(tag.utf8)
    response.location = Text(location.utf8)
    response.retryAfter = retryAfter
    machine.answered(response, now: now, into: &out)
    return out.drain()
  }

  mutating func took(_ verdict: ProvisioningMachine.Verdict) -> [ProvisioningMachine.Output] {
    machine.took(verdict, now: now, into: &out)
    return out.drain()
  }

  mutating func fail(_ why: String) -> [ProvisioningMachine.Output] {
    machine.failed(Text(why.utf8), now: now, into: &out)
    return out.drain()
  }

  mutating func observe(_ registered: Int) -> [ProvisioningMachine.Output] {
    machine.observe(registered: registered, now: now, into: &out)
    return out.drain()
  }

  /// The seconds until the server is asked again.
  var pause: Int64? {
    machine.nextTry.map { Int64(($0 - now).components.seconds) }
  }
}

private func words(_ text: Text?) -> String {
  text.map { String(decoding: $0, as: UTF8.self) } ?? ""
}

/// When the configuration is fetched, and what becomes of it.
@Suite struct ProvisioningMachineTests {
  private func request(_ outputs: [ProvisioningMachine.Output]) -> FileRequest? {
    guard case .fetch(let request)? = outputs.first, outputs.count == 1 else { return nil }
    return request
  }

  @Test func aFileIsTriedAndKept() throws {
    var bench = Bench()
    #expect(request(bench.goOn())?.address == Bench.address)
    #expect(bench.answer(200, "a", tag: "\"1\"") == [.offer(Text("a"))])
    let remembered = bench.took(.onTrial(registered: 2))
    #expect(remembered == [.remember(bench.machine.record)])
    #expect(bench.machine.isOnTrial && !bench.machine.record.isKept)
    // Registered still, but the server has not been reached since.
    #expect(bench.observe(2).isEmpty)
    #expect(request(bench.goOn())?.entityTag == Text("\"1\""))
    #expect(bench.answer(304).isEmpty)
    #expect(bench.observe(1).isEmpty)
    let kept = bench.observe(2)
    #expect(kept == [.confirm, .remember(bench.machine.record)])
    #expect(bench.machine.record.isKept && !bench.machine.isOnTrial)
    #expect(bench.pause == 3_600)
  }

  @Test func theSameFileIsNotTakenAgain() {
    var bench = Bench()
    _ = bench.goOn()
    _ = bench.answer(200, "a", tag: "\"1\"")
    _ = bench.took(.same)
    #expect(request(bench.goOn())?.entityTag == Text("\"1\""))
    #expect(bench.answer(304).isEmpty)
    // A server that knows no tags sends it whole.
    _ = bench.goOn()
    #expect(bench.answer(200, "a").isEmpty)
    #expect(bench.machine.problem == nil)
    _ = bench.goOn()
    #expect(bench.answer(200, "b") == [.offer(Text("b"))])
  }

  @Test func aFileThatWentBackWaitsForAnother() {
    var bench = Bench()
    _ = bench.goOn()
    _ = bench.answer(200, "a", tag: "\"1\"")
    _ = bench.took(.onTrial(registered: 1))
    _ = bench.goOn()
    _ = bench.fail("no route")
    #expect(bench.observe(1).isEmpty, "the server cannot be reached any more")
    bench.machine.wentBack(now: bench.now, into: &bench.out)
    #expect(bench.out.drain().count == 1)
    #expect(words(bench.machine.problem).contains("went back"))
    var after = Bench(record: bench.machine.record)
    #expect(words(after.machine.problem).contains("went back"))
    _ = after.goOn()
    #expect(after.answer(304).isEmpty)
    #expect(after.machine.problem != nil)
    _ = after.goOn()
    #expect(after.answer(200, "b") == [.offer(Text("b"))])
    _ = after.took(.same)
    #expect(after.machine.problem == nil)
  }

  @Test func aTrialGoesOnAfterARestart() {
    var record = ProvisioningRecord()
    record.url = Text("https://192.0.2.1/box.conf")
    record.fingerprint = Text("x")
    record.registered = 1
    var bench = Bench(
      spread: .seconds(600), record: ProvisioningRecord(parsing: record.text), isOnTrial: true)
    #expect(bench.pause == 0, "no spread while a file is on trial")
    _ = bench.goOn()
    #expect(bench.answer(200, "another one").isEmpty, "one at a time")
    #expect(bench.observe(0).isEmpty)
    #expect(bench.observe(1).first == .confirm)
  }

  @Test func signatures() {
    var bench = Bench(key: true)
    bench.address = WebAddress(parsing: Text("https://192.0.2.1/box?mac=1"))
    _ = bench.goOn()
    let asked = request(bench.answer(200, "a"))
    #expect(asked?.address.target == Text("/box.sig?mac=1"))
    #expect(
      bench.answer(200, "s")
        == [.checkSignature(content: Text("a"), signature: Text("s"))])
    bench.machine.signatureChecked(Text("wrong"), now: bench.now, into: &bench.out)
    #expect(bench.out.drain() == [.note(Text("wrong"), isFailure: true)])
    #expect(bench.machine.problem == Text("wrong"))
    _ = bench.goOn()
    _ = bench.answer(200, "a")
    _ = bench.answer(200, "s")
    bench.machine.signatureChecked(nil, now: bench.now, into: &bench.out)
    #expect(bench.out.drain() == [.offer(Text("a"))])
  }

  @Test func pausesGrowAndAreSpread() {
    var pauses: Set<Int64> = []
    for seed in UInt64(1)...20 {
      var bench = Bench(seed: seed)
      for expected in [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600] as [Int64] {
        _ = bench.goOn()
        _ = bench.fail("refused")
        #expect((expected...expected * 5 / 4).contains(bench.pause ?? 0), "seed \(seed)")
      }
      pauses.insert(bench.pause ?? 0)
      _ = bench.goOn()
      _ = bench.answer(503, retryAfter: 7_200)
      #expect((bench.pause ?? 0) >= 7_200)
    }
    #expect(pauses.count > 10, "boxes do not ask together")
  }

  @Test func theStartIsSpread() {
    let starts = (UInt64(1)...200).compactMap { Bench(spread: .seconds(60), seed: $0).pause }
    #expect(starts.allSatisfy { (0...60).contains($0) })
    #expect(starts.contains { $0 < 10 } && starts.contains { $0 > 50 })
  }

  @Test func redirects() {
    var bench = Bench()
    _ = bench.goOn()
    let same = request(bench.answer(302, location: "/other"))
    #expect(same?.address.text == Text("https://192.0.2.1/other"))
    #expect(same?.credentials == Text("me:it"))
    let stranger = request(bench.answer(308, location: "https://other.example/x"))
    #expect(stranger?.credentials == [], "a password does not follow to another server")
    _ = bench.answer(302, location: "http://other.example/x")
    #expect(words(bench.machine.lastAnswer) == "the server sends us where https is not")
    _ = bench.goOn()
    for _ in 0..<4 { #expect(request(bench.answer(301, location: "/round")) != nil) }
    _ = bench.answer(301, location: "/round")
    #expect(words(bench.machine.lastAnswer).contains("circle"))
  }

  @Test func aSilentServerIsLeft() {
    var bench = Bench()
    _ = bench.goOn()
    let outputs = bench.goOn()
    #expect(outputs.first == .abandon)
    #expect(bench.now == .zero + .seconds(60))
    #expect(bench.fail("late").isEmpty, "what comes later does not count")
    // The same again is not noted again.
    _ = bench.goOn()
    #expect(bench.goOn() == [.abandon])
  }

  @Test func withoutAURLItLooksAgain() {
    var bench = Bench()
    bench.address = nil
    #expect(bench.goOn().isEmpty)
    #expect(bench.pause == 60)
    bench.address = Bench.address
    #expect(request(bench.goOn()) != nil)
  }

  @Test func busyAndRefused() {
    var bench = Bench(interval: nil)
    _ = bench.goOn()
    _ = bench.answer(200, "a")
    #expect(bench.took(.busy(Text("calls"))).isEmpty)
    #expect(bench.pause == 30)
    _ = bench.goOn()
    _ = bench.answer(200, "a")
    let refused = bench.took(.refused(Text("line 1: no")))
    #expect(refused == [.note(Text("line 1: no"), isFailure: true)])
    #expect(bench.machine.record == ProvisioningRecord(), "a file that is put right is taken")
    #expect(bench.pause == nil, "at the start only")
    bench.machine.fetchNow(now: bench.now)
    #expect(request(bench.goOn()) != nil)
    _ = bench.answer(404)
    #expect(words(bench.machine.problem) == "the server answered 404: there is no such file")
  }

  @Test func recordsAreRead() {
    var record = ProvisioningRecord()
    record.url = Text("https://a/b c")
    record.entityTag = Text("W/\"x y\"")
    record.registered = 3
    record.isKept = true
    #expect(ProvisioningRecord(parsing: record.text) == record)
    #expect(ProvisioningRecord(parsing: Text("url x\nsta")).url == Text("x"))
    let long = Text(repeating: 0x61, count: ProvisioningRecord.limit + 1)
    #expect(ProvisioningRecord(parsing: long) == ProvisioningRecord())
  }
}
