/// The payload of a telephone-event packet (RFC 4733 §2.3).
public struct TelephoneEvent: Equatable, Sendable, BitwiseCopyable {
  /// Octets of the payload.
  public static let size = 4

  /// Which event: 0 to 9, 10 `*`, 11 `#`, 12 to 15 A to D, 16 flash (RFC 4733 §3.2).
  public var code: UInt8
  /// Whether the event is over.
  public var isEnd: Bool
  /// Power of the tone in dBm0 without its sign, 0 to 63.
  public var volume: UInt8
  /// How long the event has lasted, in samples.
  public var duration: UInt16

  /// Makes an event.
  public init(code: UInt8, isEnd: Bool, volume: UInt8, duration: UInt16) {
    self.code = code
    self.isEnd = isEnd
    self.volume = volume & 0x3F
    self.duration = duration
  }

  /// Reads a payload; more than four octets are redundant events and not looked at.
  public init(parsing payload: borrowing Span<UInt8>) throws(PacketError) {
    guard payload.count >= Self.size else { throw .truncated }
    self.init(
      code: payload[0], isEnd: payload[1] & 0x80 != 0, volume: payload[1],
      duration: word16(payload, 2))
  }

  /// Writes the payload at the front of `bytes`, which must have room for `size` octets.
  public func write(into bytes: inout MutableSpan<UInt8>) {
    bytes[0] = code
    bytes[1] = volume & 0x3F | (isEnd ? 0x80 : 0)
    put16(duration, into: &bytes, at: 2)
  }

  /// The event's code for a digit in ASCII, or `nil`.
  public static func code(digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "*"): 10
    case UInt8(ascii: "#"): 11
    case UInt8(ascii: "A")...UInt8(ascii: "D"): digit - UInt8(ascii: "A") + 12
    default: nil
    }
  }

  /// The digit in ASCII that the event stands for; `nil` for flash and everything beyond.
  public static func digit(code: UInt8) -> UInt8? {
    switch code {
    case 0...9: UInt8(ascii: "0") + code
    case 10: UInt8(ascii: "*")
    case 11: UInt8(ascii: "#")
    case 12...15: UInt8(ascii: "A") + code - 12
    default: nil
    }
  }
}
