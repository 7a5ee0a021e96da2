import Foundation
import Testing

@testable import AnalogPhone

private let quiet = [Int16](repeating: 0, count: 80)

/// A box and a phone that are connected.
private func pair(_ options: String...) throws -> (FakeBox, WorkingPhone) {
  let box = try FakeBox(path: temporaryPath("line"))
  let phone = try WorkingPhone([box.path] + options)
  try box.accept()
  box.feed("standby")
  _ = try phone.line("event feed is=standby")
  return (box, phone)
}

@Suite("The telephone on its sockets", .serialized)
struct WireTests {
  @Test("Lifting closes the loop, dial tone is named, every frame is answered by one")
  func dialTone() throws {
    let (box, phone) = try pair()
    phone.give("lift")
    #expect(try box.loop() == "loop closed")
    box.feed("forward")
    phone.give("wait tone dial 5s")
    var tone = Sound()
    tone.tone([450], ms: 1_300)
    for frame in tone.frames { #expect(try box.exchange(frame) == quiet) }
    #expect(!box.hasUnaskedAudio)
    let named = try phone.line("ok wait tone dial 450")
    #expect(value("cadence", in: named) == "continuous")
    let onset = try #require(Int64(value("onset", in: named) ?? ""))
    let answered = try #require(Int64(value("t", in: named) ?? ""))
    #expect(onset < answered)
    phone.give("hang-up")
    #expect(try box.loop() == "loop open")
  }

  @Test("Digits are sent with exactly their samples")
  func dialling() throws {
    let (box, phone) = try pair()
    phone.give("lift")
    phone.give("dial 19 60 40")
    _ = try phone.line("ok dial")
    let heard = try (0..<30).flatMap { _ in try box.exchange(quiet) }
    _ = try phone.line("event dial-done")
    let loud = heard.indices.filter { heard[$0] != 0 }
    #expect(loud.allSatisfy { (0..<480).contains($0) || (800..<1_280).contains($0) })
    #expect(loud.count > 900)
  }

  @Test("A recording has every sample from its beginning to its end, and no other")
  func recording() throws {
    let (box, phone) = try pair()
    let path = temporaryPath("heard.wav")
    defer { unlink(path) }
    phone.give("lift")
    _ = try phone.line("ok lift")
    let frames = (0..<30).map { k in (0..<80).map { Int16(k * 80 + $0 + 1) } }
    for frame in frames[..<10] { _ = try box.exchange(frame) }
    phone.give("record \(path)")
    _ = try phone.line("ok record")
    for frame in frames[10..<25] { _ = try box.exchange(frame) }
    phone.give("record stop")
    #expect(value("samples", in: try phone.line("ok record stop")) == "1200")
    for frame in frames[25...] { _ = try box.exchange(frame) }
    #expect(try WAVFile.read(path).samples == frames[10..<25].flatMap(\.self))
  }

  @Test("What is played arrives sample for sample, and the end is told")
  func playing() throws {
    let (box, phone) = try pair()
    let path = temporaryPath("said.wav")
    defer { unlink(path) }
    let samples = (0..<1_000).map { Int16(truncatingIfNeeded: ($0 + 1) * 31) }
    try WAVFile.write(samples, to: path)
    phone.give("lift")
    phone.give("play \(path)")
    _ = try phone.line("ok play samples=1000")
    phone.give("wait play-done 2s")
    let heard = try (0..<13).flatMap { _ in try box.exchange(quiet) }
    #expect(Array(heard[..<1_000]) == samples)
    #expect(heard[1_000...].allSatisfy { $0 == 0 })
    _ = try phone.line("ok wait play-done")
  }

  @Test("A flash without audio lasts its time by the clock")
  func flash() throws {
    let (box, phone) = try pair()
    phone.give("lift")
    #expect(try box.loop() == "loop closed")
    let start = monotonicNow()
    phone.give("flash 120")
    #expect(try box.loop() == "loop open")
    let open = monotonicNow()
    #expect(try box.loop() == "loop closed")
    // The machine may be late at any of these points, but never early.
    #expect(monotonicNow() - start >= 119_000_000)
    #expect(monotonicNow() - open < 2_000_000_000)
  }

  @Test("Ringing and caller ID on hook")
  func callerID() throws {
    let (box, phone) = try pair()
    phone.give("wait ring 5s")
    box.feed("ringing")
    _ = try phone.line("ok wait ring count=1")
    box.feed("standby")
    _ = try phone.line("event ring-off")
    phone.give("wait caller-id 5s")
    let message = withChecksum([0x80, 0x05, 0x02, 0x03, 0x31, 0x31, 0x30])
    for frame in FSKSignal().sound(message).frames { _ = try box.exchange(frame) }
    for _ in 0..<5 { _ = try box.exchange(quiet) }
    let answer = try phone.line("ok wait caller-id")
    #expect(value("number", in: answer) == "110")
  }

  @Test("A program that does not read the answers stops no audio")
  func slowReader() throws {
    let (box, phone) = try pair()
    for i in 0..<3_000 {
      box.sendLine("nonsense \(i)"); if i % 10 == 0 { _ = try box.exchange(quiet) }
    }
    for _ in 0..<10 { _ = try box.exchange(quiet) }
    _ = try phone.line("event bad-line-packet text=\"nonsense 2999\"")
  }

  @Test("A box that dies is told; when it comes back the handset is where it was")
  func reconnects() throws {
    let (box, phone) = try pair()
    phone.give("lift")
    #expect(try box.loop() == "loop closed")
    box.hangUp()
    _ = try phone.line("event disconnected")
    phone.give("dial 1")
    _ = try phone.line("error dial the box is not there")
    phone.give("wait connected 10s")
    try box.accept()
    _ = try phone.line("ok wait connected")
    #expect(try box.loop() == "loop closed")
    #expect(try box.exchange(quiet) == quiet)
  }

  @Test("Packets that are none are told and not answered")
  func badPackets() throws {
    let (box, phone) = try pair()
    box.sendLine("feed sideways")
    _ = try phone.line("event bad-line-packet text=\"feed sideways\"")
    box.sendAudio([1, 2, 3])
    _ = try phone.line("event bad-audio-packet bytes=3")
    #expect(!box.hasUnaskedAudio)
    #expect(try box.exchange(quiet) == quiet)
  }

  @Test("The end of the commands puts the handset down and keeps the recording")
  func endOfInput() throws {
    let (box, phone) = try pair()
    let path = temporaryPath("kept.wav")
    defer { unlink(path) }
    phone.give("lift")
    phone.give("record \(path)")
    _ = try phone.line("ok record")
    #expect(try box.loop() == "loop closed")
    for _ in 0..<4 { _ = try box.exchange(quiet) }
    phone.endInput()
    #expect(try box.loop() == "loop open")
    #expect(try phone.exitStatus() == 0)
    #expect(try WAVFile.read(path).samples.count == 320)
  }

  @Test("Without a box a script ends with a message and status 1")
  func noBox() throws {
    let phone = try WorkingPhone([temporaryPath("nobody"), "--patience", "50"])
    phone.give("lift")
    #expect(try phone.line("error connect no box").contains("No such file"))
    #expect(try phone.exitStatus() == 1)
  }

  @Test("A script with a refused command ends with status 1")
  func failingScript() throws {
    let box = try FakeBox(path: temporaryPath("line"))
    let phone = try WorkingPhone([box.path, "--script", "commands"])
    try box.accept()
    phone.give("dial 1")
    _ = try phone.line("error dial lift the handset first")
    phone.endInput()
    #expect(try phone.exitStatus() == 1)
  }
}

private let hasSpeech = access("/usr/bin/espeak-ng", X_OK) == 0

@Suite("Real speech")
struct SpeechTests {
  /// What espeak-ng says, at 8 kHz.
  private func speech(_ text: String) throws -> Sound {
    var synthesizer = try Synthesizer(text: text)
    var result: Result<Recording, FileError>?
    while result == nil {
      var waiting = pollfd(fd: synthesizer.descriptor, events: Int16(POLLIN), revents: 0)
      guard uninterrupted({ Int(poll(&waiting, 1, 10_000)) }) > 0 else {
        throw FakeBox.Failure(what: "no speech")
      }
      result = synthesizer.receive()
    }
    let recording = try #require(result).get()
    var source = Resampler(recording, gain: Talker.gain(recording.samples))
    var sound = Sound()
    while !source.isDone { sound.samples.append(Double(source.next())) }
    return sound
  }

  @Test(
    "Speech is speech: no tone, no digit, no caller ID", .enabled(if: hasSpeech),
    arguments: [
      "Hello, this is the far party. The quick brown fox jumps over the lazy dog.",
      "one two three four five six seven eight nine zero", "你好，我是对方，今天天气很好。",
    ])
  func speechIsNoTone(text: String) throws {
    let sound = try speech(text)
    let heard = listen(sound)
    for event in heard {
      switch event {
      case .speech, .audioStart, .silence: break
      default: Issue.record("heard \(event)")
      }
    }
    #expect(heard.contains { if case .speech = $0 { true } else { false } })
    let mean = Level.dBm0(sound.linear, 0..<sound.samples.count)
    #expect(abs(mean + 20) < 1, "said at \(mean) dBm0")
  }

  @Test("Busy tone right after speech is named", .enabled(if: hasSpeech))
  func busyAfterSpeech() throws {
    var sound = try speech("Goodbye, and thank you for calling us today.")
    sound.cadence([450], [350, 350], periods: 4)
    let names = listen(sound).compactMap {
      if case .tone(let tone, _) = $0 { tone.name } else { nil }
    }
    #expect(names == ["busy"])
  }
}
