import Base
import Console
import Testing

@Suite("Login prompt")
struct LoginPromptTests {
  /// A prompt, what stands on its screen, and what it asked.
  private struct Terminal {
    var outbox = Outbox<LoginPromptOutput>(limit: 64)
    var prompt: LoginPrompt
    var screen = ""
    var asked: [LoginPromptOutput] = []

    init() {
      prompt = LoginPrompt(banner: Text("box\r\n"), into: &outbox)
      take()
    }

    mutating func take() {
      for output in outbox.drain() {
        if case .screen(let bytes) = output {
          screen += String(decoding: bytes, as: UTF8.self)
        } else {
          asked.append(output)
        }
      }
    }

    mutating func type(_ keys: String) {
      prompt.type(Array(keys.utf8), into: &outbox)
      take()
    }

    mutating func refuse(_ words: String) {
      prompt.refuse(Text(words.utf8), into: &outbox)
      take()
    }

    mutating func open() {
      prompt.open(into: &outbox)
      take()
    }
  }

  @Test("The name is shown, the password is not")
  func attempt() {
    var terminal = Terminal()
    terminal.type("admim\u{7F}n\rGeheim\u{7F}m-1\r")
    #expect(terminal.screen == "\r\nbox\r\nlogin: admim\u{8} \u{8}n\r\nPassword: \r\n")
    #expect(terminal.asked == [.attempt(name: Text("admin"), password: Text("Geheim-1"))])
  }

  @Test("What is typed ahead of a refusal is dropped")
  func refusal() {
    var terminal = Terminal()
    terminal.type("a\rb\rc\rd\r")
    terminal.refuse("wrong")
    terminal.type("e\rf\r")
    #expect(terminal.asked.count == 1)
    #expect(terminal.screen == "\r\nbox\r\nlogin: a\r\nPassword: \r\nwrong\r\n")
    terminal.open()
    terminal.type("g\rh\r")
    #expect(terminal.asked.last == .attempt(name: Text("g"), password: Text("h")))
  }

  @Test("Ctrl-U and Ctrl-C begin anew, Ctrl-D leaves only an empty line, nothing grows for ever")
  func keys() {
    var terminal = Terminal()
    terminal.type("xx\u{15}yy\u{3}电\u{7F}ok\u{4}\r" + String(repeating: "p", count: 500) + "\r")
    #expect(
      terminal.asked == [
        .attempt(name: Text("ok"), password: Text(repeating: UInt8(ascii: "p"), count: 64))
      ])
    var flood = Terminal()
    flood.outbox = Outbox(limit: 2)
    flood.type(String(repeating: "\r", count: 5_000) + "x\ry\rz\r")
    #expect(flood.asked == [.attempt(name: Text("x"), password: Text("y"))])
    var other = Terminal()
    other.type("\r\u{4}")
    #expect(other.asked == [.quit])
    #expect(other.screen == "\r\nbox\r\nlogin: \r\n\r\nbox\r\nlogin: ")
  }
}
