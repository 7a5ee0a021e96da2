import Base
import Board
import Testing

@Suite("Board wiring")
struct WiringTests {
  static let wired = """
    name lab
    driver slic
    ports 2
    card 1 capture hw:0
    card 1 playback hw:0
    card 1 channels 2
    port 1 card 1 channel 1
    port 1 hook slic1-shk
    port 1 ring-mode slic1-rm
    port 1 reverse slic1-fr
    port 2 card 1 channel 2
    port 2 hook gpiochip0:4 active-low
    port 2 ring-enable gpiochip0:5

    """

  @Test func everythingIsRead() throws {
    let text =
      Self.wired + """
        card 1 format a-law
        card 1 rate 8000
        card 1 buffer 60
        port 1 power-down slic1-pd
        port 2 relay k2
        port 2 lamp led2
        ring limit 1
        hook debounce 12
        button lamp led3
        button reset gpiochip0:7 active-low
        watchdog /dev/watchdog0 timeout 20
        """
    #expect(report(text) == "")
    let board = try #require(BoardDescription.read(Text(text)).board)
    #expect((board.name, board.driver, board.ports) == (Text("lab"), .slic, 2))
    let card = try #require(board.cards.first)
    #expect(board.cards.count == 1)
    #expect((card.capture, card.playback) == (Text("hw:0"), Text("hw:0")))
    #expect((card.channels, card.format, card.hertz, card.bufferMs) == (2, .aLaw, 8_000, 60))
    #expect(card.line == 4)
    #expect(board.wiring.map(\.port) == [1, 2])
    #expect(board.wiring.map(\.channel) == [1, 2])
    let second = board.wiring[1]
    var hook = GPIOPin(place: .offset(chip: Text("gpiochip0"), 4), isActiveLow: true)
    hook.line = 12
    #expect(second[.hook] == hook)
    #expect(second[.relay]?.place == .name(Text("k2")))
    #expect(second[.relay]?.text == Text("k2"))
    #expect(hook.text == Text("gpiochip0:4"))
    #expect(second[.ringMode] == nil)
    #expect((board.ringLimit, board.hookDebounceMs) == (1, 12))
    let button = try #require(board.resetButton)
    #expect((button.pin.text, button.pin.isActiveLow) == (Text("gpiochip0:7"), true))
    #expect((button.lamp?.text, button.lamp?.isActiveLow) == (Text("led3"), false))
    #expect(board.watchdog?.device == Text("/dev/watchdog0"))
    #expect(board.watchdog?.timeoutSeconds == 20)
  }

  /// The wired board with some text replaced, and what is wrong then.
  @Test(arguments: [
    (["port 1 hook slic1-shk": ""], "line 7: port 1: hook is missing"),
    (
      ["port 2 ring-enable gpiochip0:5": ""],
      "line 11: port 2: ring-mode or ring-enable is missing: it cannot ring"
    ),
    (
      ["port 1 reverse slic1-fr": ""],
      "line 9, column 18: port 1 ring-mode: reverse is missing, which makes the ring current"
    ),
    (
      ["gpiochip0:5": "a\nport 2 ring-mode b\nport 2 reverse c"],
      "line 13, column 20: port 2 ring-enable: there is ring-mode too, and a port has one way of "
        + "ringing"
    ),
    (["port 1 card 1 channel 1": ""], "line 8: port 1: card is missing"),
    (
      ["port 2 card 1 channel 2": "port 2 card 1 channel 1"],
      "line 11, column 13: port 2 card: the same channel as port 1"
    ),
    (
      ["card 1 channels 2": ""], "line 11, column 13: port 2 card: card 1 has only channel 1"
    ),
    (
      ["channel 2": "channel 3"], "line 11, column 13: port 2 card: card 1 has channels 1 to 2"
    ),
    (
      ["port 2 card 1": "port 2 card 2"], "line 11, column 13: port 2 card: there is no card 2"
    ),
    (["card 1 capture hw:0": ""], "line 5: card 1: capture is missing"),
    (
      ["card 1 channels 2": "card 1 channels 2\ncard 2 capture hw:0\ncard 2 playback hw:1"],
      "line 7: card 2: no port uses it\nline 7, column 16: card 2 capture: the same PCM as card 1"
    ),
    (
      ["card 1 channels 2": "card 1 channels 2\ncard 1 format a-law\ncard 1 rate 16000"],
      "line 8, column 13: card 1 rate: A-law is 8000 samples a second"
    ),
    (
      ["slic1-fr": "slic1-shk"],
      "line 10, column 16: port 1 reverse: the same pin as port 1 hook"
    ),
    (
      ["gpiochip0:5": "gpiochip0:4"],
      "line 13, column 20: port 2 ring-enable: the same pin as port 2 hook"
    ),
    (
      ["ring-enable gpiochip0:5": "ring-enable gpiochip0:5\nbutton reset slic1-shk"],
      "line 14, column 14: button reset: the same pin as port 1 hook"
    ),
    (
      ["ports 2": "ports 2\nbutton reset a\nbutton lamp a"],
      "line 5, column 13: button lamp: the same pin as button reset"
    ),
    (
      ["ports 2": "ports 2\nbutton lamp a"],
      "line 4, column 13: button lamp: button reset is missing"
    ),
    (["ports 2": "ports 1"], "line 11: port 2: above the 1 port of the board"),
    (["ports 2": "ports 3"], "port 3: is not wired: give it a card and pins"),
  ])
  func contradictionsAreNamed(change: [String: String], expected: String) {
    var text = Self.wired
    for (old, new) in change {
      #expect(text.contains(old))
      text = text.replacing(old, with: new)
    }
    #expect(report(text) == expected + "\n")
  }
}
