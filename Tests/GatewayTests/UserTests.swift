import Access
import Base
import Console
import Testing

@testable import Gateway

/// Who may do what, and how passwords change, letter by letter.
///
/// A prompt whose line is not shown stands in angle brackets.
@Suite("Users at the console")
struct UserTests {
  private static func shown(_ prompt: String) -> String {
    guard prompt.first == "\u{0F}" else { return prompt }
    return "<" + prompt.dropFirst() + ">"
  }

  /// Carries out requests and writes down prompts and answers.
  private func transcript(
    _ world: World, _ requests: [ConsoleRequest], console: UInt8 = 1
  ) -> String {
    var said = ""
    for request in requests {
      let (answer, prompt) = world.boxes[0].dialogue(request, number: console, now: world.now)
      said += answer + Self.shown(prompt) + "\n"
    }
    return said
  }

  private func lines(_ lines: String...) -> [ConsoleRequest] { lines.map { .line(Text($0.utf8)) } }

  @Test("The delivered password lets in, but to nothing else than a new one")
  func delivered() {
    let world = World.registered(boxes: 1)
    let requests =
      [.login(hasDelivered: true)]
      + lines("", "show ports", "Admin-2026", "Geheim-1", "Geheim-2", "Geheim-1", "Geheim-1", "")
    #expect(
      transcript(world, requests) == """
        every box is delivered with this password: a new one is needed
        <new password: >
        8 to 64 characters, please
        <new password: >
        of small letters, capitals, digits and others three kinds, or 16 characters
        <new password: >
        it contains the user's name
        <new password: >
        <once more: >
        not the same
        <new password: >
        <once more: >
        the password of admin is changed
        box1>\u{20}
        box1>\u{20}

        """)
    #expect(world.boxes[0].disk.passwords == [.administrator: "Geheim-1"])
    let log = world.boxes[0].console("show log", now: world.now)
    #expect(log.contains("console 1: admin has logged in\n"))
    #expect(log.contains("console 1: password of admin changed\n"))
    #expect(!log.contains("Geheim"))
  }

  @Test("A disk that takes nothing locks nobody out")
  func fullDisk() {
    let world = World.registered(boxes: 1)
    world.boxes[0].disk.failure = "x.users: No space left on device"
    #expect(
      transcript(world, [.login(hasDelivered: true)] + lines("Geheim-1", "Geheim-1")) == """
        every box is delivered with this password: a new one is needed
        <new password: >
        <once more: >
        x.users: No space left on device: nothing was changed
        box1>\u{20}

        """)
  }

  @Test("An operator looks and tests, changes only the own password, and finds no word for more")
  func operators() {
    let world = World.registered(boxes: 1)
    world.boxes[0].roles[2] = .operator
    for line in ["configure", "restart", "factory-reset confirm", "capture start", "password x"] {
      let said = transcript(world, lines(line), console: 2)
      #expect(said.contains("^"), "\(line): \(said)")
    }
    #expect(transcript(world, lines("help"), console: 2).contains("show status"))
    #expect(
      transcript(
        world, [.login(hasDelivered: false)] + lines("password", "Wort-2026", "Wort-2026"),
        console: 2) == """
          box1>\u{20}
          for operator; an empty line leaves it as it is
          <new password: >
          <once more: >
          the password of operator is changed
          box1>\u{20}

          """)
    #expect(world.boxes[0].disk.passwords == [.operator: "Wort-2026"])
    #expect(
      transcript(world, lines("password", "", "password operator", "")) == """
        for admin; an empty line leaves it as it is
        <new password: >
        left as it is
        box1>\u{20}
        for operator; an empty line leaves it as it is
        <new password: >
        left as it is
        box1>\u{20}

        """)
  }
}
