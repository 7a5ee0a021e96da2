internal import Access
internal import Base
internal import Board
internal import Console
internal import MediaControl

/// The commands that try something: `ping`, `resolve`, `call` and `monitor`.
extension Gateway {
  /// How long the parties of a test call may talk, in seconds, and how long they do.
  private static let talkRange = 1...600
  private static let talkSeconds = 10
  /// The longest number that is dialled.
  private static let numberLimit = 32

  static var monitorCommand: Command<Gateway> {
    Command("monitor", "Tell of lines, SIP and RTP while it happens") { box, _, _ in
      box.console.wish = .monitor
    }
  }

  static var pingCommand: Command<Gateway> {
    Command(
      "ping", "Ask a host whether it is there",
      [
        Command("ADDRESS", .text, "Its address, IPv4 or IPv6") {
          box, arguments, _ throws(CommandProblem) in
          guard case .text(let word) = arguments.first else { return }
          guard let target = IPAddress(parsing: word[...]) else {
            throw CommandProblem(
              index: 1, reason: Text("no address; one is 192.0.2.1 or 2001:db8::1"))
          }
          box.console.wish = .ping(target)
        }
      ])
  }

  static var resolveCommand: Command<Gateway> {
    Command(
      "resolve", "Ask DNS where the servers of a name are",
      [
        Command("NAME", .text, "A domain or a host, such as sbc.example.net") {
          box, arguments, _ throws(CommandProblem) in
          guard case .text(let word) = arguments.first else { return }
          guard isHostName(word) else {
            throw CommandProblem(index: 1, reason: Text("no name; one is sbc.example.net"))
          }
          box.console.wish = .resolve(word.map(lowercased))
        }
      ])
  }

  static var callCommand: Command<Gateway> {
    Command(
      "call", "Make a call from a port whose handset is on the hook",
      [
        Command(
          "PORT", .number(1...Int(BoardDescription.portLimit)), "The port that calls",
          [
            Command(
              "NUMBER", .text, "The digits to dial",
              [
                Command("SECONDS", .number(talkRange), "How long to talk, else 10") {
                  box, arguments, _ throws(CommandProblem) in
                  guard case .number(let seconds) = arguments.last else { return }
                  try box.wishForCall(arguments, seconds)
                }
              ]
            ) { box, arguments, _ throws(CommandProblem) in
              try box.wishForCall(arguments, talkSeconds)
            }
          ], action: nil)
      ])
  }

  private mutating func wishForCall(
    _ arguments: [Argument], _ seconds: Int
  ) throws(CommandProblem) {
    guard case .number(let port) = arguments[0], case .text(let number) = arguments[1] else {
      return
    }
    guard number.count <= Self.numberLimit, number.allSatisfy(Self.isDialled) else {
      throw CommandProblem(index: 2, reason: Text("no number: at most 32 of 0-9, * and #"))
    }
    // Codes with * and # change services of the line, which is not an operator's to do.
    guard console.role == .administrator || !number.contains(where: Self.isCode) else {
      throw CommandProblem(index: 2, reason: Text("an operator calls numbers without * and #"))
    }
    console.wish = .testCall(PortNumber(port), number, seconds: seconds)
  }

  private static func isDialled(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || isCode(byte)
  }

  private static func isCode(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "#")
  }
}
