import Base
import Board
import Testing

extension Text {
  /// The bytes of a text of the test.
  init(_ string: String) { self = Array(string.utf8) }
}

/// What the reader says of a text, one mistake a line.
func report(_ text: String) -> String {
  let (board, mistakes) = BoardDescription.read(Text(text))
  var report = Text()
  report.append(mistakes)
  #expect((board != nil) == mistakes.isEmpty)
  return String(decoding: report, as: UTF8.self)
}

@Suite("Board description")
struct DescriptionTests {
  @Test(arguments: [
    ("name sim\ndriver simulator\nports 2", ""),
    (
      "", "name is missing\ndriver is missing\nports is missing\n"
    ),
    ("name sim\nports 2\n", "driver is missing\n"),
    (
      "name sim\ndriver simulater\nports 2",
      "line 2, column 8: driver: 'simulater' is not a line driver: did you mean 'simulator'?\n"
    ),
    (
      "name sim\ndriver slick\nports 33",
      """
      line 2, column 8: driver: 'slick' is not a line driver: did you mean 'slic'?
      line 3, column 7: ports: '33' is not a number from 1 to 32

      """
    ),
    (
      "name a\nname b\ndriver simulator\ndriver simulator\nports 1\nports 1",
      """
      line 2, column 1: name is already given in line 1
      line 4, column 1: driver is already given in line 3
      line 6, column 1: ports is already given in line 5

      """
    ),
    (
      "name sim\ndriver simulator\nports 2\nring limit 3",
      "line 4, column 12: ring limit: more than the 2 ports of the board\n"
    ),
    (
      "name sim\ndriver simulator\nports 1\ncard 1 rate 8000\nport 1 lamp led\nbutton reset b",
      """
      line 4, column 13: card 1 rate: the driver simulator has no wires
      line 5, column 13: port 1 lamp: the driver simulator has no wires
      line 6, column 14: button reset: the driver simulator has no wires

      """
    ),
  ])
  func theFileAsAWhole(text: String, expected: String) {
    #expect(report(text) == expected)
  }

  /// Each line stands alone; what else the file lacks is left out of the expectation.
  @Test(arguments: [
    ("name s!m", "column 6: name: 's!m' is not 1 to 32 letters, digits and hyphens"),
    ("name", "column 5: name: something is missing: 1 to 32 letters, digits and hyphens"),
    ("name a b", "column 8: name: 'b' is a word too many"),
    (
      "name a ! mine",
      "column 8: name: '!' is a word too many: a comment stands on a line of "
        + "its own"
    ),
    ("nme a", "column 1: 'nme' is not a command of a board description: did you mean 'name'?"),
    ("ports 0", "column 7: ports: '0' is not a number from 1 to 32"),
    ("ports two", "column 7: ports: 'two' is not a number from 1 to 32"),
    ("card", "column 5: card: something is missing: a number from 1 to 4"),
    ("card 5 rate 8000", "column 6: card: '5' is not a number from 1 to 4"),
    (
      "card 1",
      "column 7: card 1: something is missing: one of capture, playback, channels, "
        + "format, rate, buffer"
    ),
    (
      "card 1 chanels 2",
      "column 8: card 1: 'chanels' is not known here: did you mean "
        + "'channels'?"
    ),
    ("card 1 channels 33", "column 17: card 1 channels: '33' is not a number from 1 to 32"),
    (
      "card 1 format s32",
      "column 15: card 1 format: 's32' is not a sample format: one of "
        + "s16, a-law"
    ),
    (
      "card 1 rate 11025",
      "column 13: card 1 rate: '11025' is not a rate that is known: one of "
        + "8000, 16000, 48000"
    ),
    ("card 1 buffer 45", "column 15: card 1 buffer: '45' is not whole periods of 10 ms"),
    ("card 1 buffer 10", "column 15: card 1 buffer: '10' is not a number from 20 to 200"),
    (
      "card 1 capture",
      "column 15: card 1 capture: something is missing: the ALSA name of a PCM, "
        + "such as hw:0,0"
    ),
    (
      "card 1 capture \"\"",
      "column 16: card 1 capture: '' is not the name of a PCM: 1 to 63 "
        + "bytes"
    ),
    ("port 33 hook a", "column 6: port: '33' is not a number from 1 to 32"),
    ("port 1 hok a", "column 8: port 1: 'hok' is not known here: did you mean 'hook'?"),
    (
      "port 1 hook",
      "column 12: port 1 hook: something is missing: a GPIO line's name, or "
        + "CHIP:OFFSET"
    ),
    (
      "port 1 hook gpiochip0:x",
      "column 13: port 1 hook: 'gpiochip0:x': what follows the colon is "
        + "not an offset from 0 to 1023"
    ),
    (
      "port 1 hook gpiochip0:1024",
      "column 13: port 1 hook: 'gpiochip0:1024': what follows the "
        + "colon is not an offset from 0 to 1023"
    ),
    (
      "port 1 hook :4",
      "column 13: port 1 hook: ':4' is not a GPIO line's name of 1 to 31 bytes, "
        + "or CHIP:OFFSET"
    ),
    (
      "port 1 hook a active-lo",
      "column 15: port 1 hook: 'active-lo' does not belong here: did "
        + "you mean 'active-low'?"
    ),
    ("port 1 hook a active-low b", "column 26: port 1 hook: 'b' is a word too many"),
    ("port 1 card 1", "column 14: port 1 card: something is missing: one of channel"),
    (
      "port 1 card 1 chanel 2",
      "column 15: port 1 card: 'chanel' does not belong here: did you "
        + "mean 'channel'?"
    ),
    ("ring limit 0", "column 12: ring limit: '0' is not a number from 1 to 32"),
    ("ring", "column 5: ring: something is missing: one of limit"),
    ("hook debounce 16", "column 15: hook debounce: '16' is not a number from 1 to 15"),
    ("hook debounse 9", "column 6: hook: 'debounse' is not known here: did you mean 'debounce'?"),
    (
      "watchdog watchdog timeout 5",
      "column 10: watchdog: 'watchdog' is not the path of a device, "
        + "such as /dev/watchdog"
    ),
    ("button", "column 7: button: something is missing: one of reset, lamp"),
    ("button resett a", "column 8: button: 'resett' is not known here: did you mean 'reset'?"),
    (
      "button reset",
      "column 13: button reset: something is missing: a GPIO line's name, or CHIP:OFFSET"
    ),
    (
      "button reset a active-high",
      "column 16: button reset: 'active-high' does not belong here: one of active-low"
    ),
    ("watchdog /dev/watchdog", "column 23: watchdog: something is missing: one of timeout"),
    ("watchdog /dev/watchdog timeout 1", "column 32: watchdog: '1' is not a number from 2 to 120"),
  ])
  func everyLineIsRefusedWithItsPlace(line: String, expected: String) {
    let first = report(line).split(separator: "\n").first.map(String.init)
    #expect(first == "line 1, " + expected)
  }

  @Test func aFileThatIsTooLongIsNotRead() {
    let text = String(repeating: "name sim\n", count: 8_000)
    #expect(report(text) == "the file is longer than 65536 bytes and was not read\n")
  }
}
