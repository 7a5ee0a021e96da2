import Base
import Testing

@testable import Gateway

private let key = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"

@Suite("SRTP by the box's policy")
struct SecuredTests {
  private func world(_ policy: String, boxes: Int = 1) -> World {
    let world = World(boxes: boxes, settings: ["sip srtp \(policy)"])
    world.start()
    world.pass(.seconds(5))
    world.mark()
    return world
  }

  /// The far party's answer, with a key for a tag or without one.
  private func answer(_ transport: String, tag: Int? = nil) -> Text {
    let text = string(farDescription()).replacing("RTP/AVP", with: transport)
    let line = tag.map { "a=crypto:\($0) AES_CM_128_HMAC_SHA1_80 inline:\(key)\r\n" } ?? ""
    return Text((text + line).utf8)
  }

  private func called(_ world: World, _ description: Text) {
    world.sbc.scripts["9001"] = [
      SBC.Reply(after: .seconds(1), code: 200, description: description)
    ]
    world.lift(0)
    world.dial("9001", 0)
    world.pass(.seconds(2))
  }

  @Test(
    "Both boxes protect, and only their own keys open what they send",
    arguments: ["offered", "required"])
  func keys(_ policy: String) throws {
    let world = world(policy, boxes: 2)
    world.lift(0)
    world.dial("6003", 0)
    world.pass(.seconds(4))
    world.lift(1)
    world.pass(.seconds(2))
    let (a, b) = (world.boxes[0].media[1].stream?.keys, world.boxes[1].media[1].stream?.keys)
    let (ours, theirs) = (try #require(a), try #require(b))
    #expect(ours.send == theirs.receive && ours.receive == theirs.send)
    #expect(ours.send != ours.receive && ours.send.suite == .gcm256)
    #expect((world.boxes[0].media[1].stream?.firstSequenceNumber ?? .max) < 0x8000)
  }

  @Test(
    "What answers come to",
    arguments: [
      ("off", "RTP/AVP", nil, true, false), ("offered", "RTP/AVP", nil, true, false),
      ("offered", "RTP/AVP", 3, true, true), ("required", "RTP/SAVP", 3, true, true),
      ("required", "RTP/AVP", nil, false, false), ("required", "RTP/SAVP", nil, false, false),
      ("required", "RTP/SAVP", 1, false, false),
    ] as [(String, String, Int?, Bool, Bool)])
  func answers(
    _ policy: String, _ transport: String, _ tag: Int?, _ isCall: Bool, _ isSecured: Bool
  ) {
    let world = world(policy)
    called(world, answer(transport, tag: tag))
    #expect((world.boxes[0].stage(1) == .talking) == isCall)
    #expect((world.boxes[0].media[1].stream?.keys != nil) == isSecured)
    guard !isCall else { return }
    #expect(world.boxes[0].tone(1) == "congestion")
    #expect(world.console("show log").contains("for SRTP"))
  }

  @Test("No key in any answer of the console, but a word that SIP is in the clear")
  func words() {
    let world = world("required")
    called(world, answer("RTP/SAVP", tag: 3))
    let said = world.console("support-bundle") + world.console("show log")
    #expect(!said.contains(key) && !said.contains("inline:"))
    #expect(world.console("explain port 1").contains("keys of SRTP go in the clear"))
  }

  @Test("A capture has neither keys nor answers to challenges")
  func capture() {
    var capture = Capture(limit: 16_384)
    let far = Endpoint(.v4(0xC000_0209), 5_060)
    let message =
      "INVITE sip:a SIP/2.0\r\nAuthorization: Digest response=\"0123456789abcdef\"\r\n\r\n"
      + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(key)|2^31\r\na=sendrecv\r\n"
      + "a=crypto:2 AES_CM_128_HMAC_SHA1_32 INLINE:\(key)\r\n"
    capture.note(Text(message.utf8), from: far, to: far, utc: 0)
    let file = string(capture.take().filter { $0 < 0x80 })
    #expect(!file.contains(key.suffix(8)) && !file.contains("0123456789abcdef"))
    #expect(
      file.contains("inline:xxxx") && file.contains("xxxx|2^31") && file.contains("a=sendrecv"))
  }
}
