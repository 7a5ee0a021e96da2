public import Base

/// An echo request or its answer, of ICMP (RFC 792) or of ICMPv6 (RFC 4443 §4).
public struct EchoPacket: Equatable, Sendable {
  /// Whose it is.
  public let identifier: UInt16
  /// Which one it is.
  public let number: UInt16

  /// What is sent behind the header, as other programs do it.
  private static let payload = 32
  private static let headerLength = 8

  /// Makes a packet.
  public init(identifier: UInt16, number: UInt16) {
    self.identifier = identifier
    self.number = number
  }

  /// Reads an answer as a raw socket gives it: of IPv4 behind its header, of IPv6 without; `nil` when
  /// it is something else.
  public init?(replyIn datagram: Text, isIPv6: Bool) {
    var message = datagram[...]
    if !isIPv6 {
      guard let first = message.first, first >> 4 == 4 else { return nil }
      message = message.dropFirst(Int(first & 15) * 4)
    }
    let start = message.startIndex
    guard message.count >= Self.headerLength, message[start] == (isIPv6 ? 129 : 0),
      message[start + 1] == 0
    else { return nil }
    identifier = UInt16(message[start + 4]) << 8 | UInt16(message[start + 5])
    number = UInt16(message[start + 6]) << 8 | UInt16(message[start + 7])
  }

  /// The request as bytes; the checksum of IPv6, which covers addresses too, is the kernel's task.
  public func request(isIPv6: Bool) -> Text {
    var bytes: Text = [
      isIPv6 ? 128 : 8, 0, 0, 0, UInt8(identifier >> 8), UInt8(identifier & 0xFF),
      UInt8(number >> 8), UInt8(number & 0xFF),
    ]
    for i in 0..<Self.payload { bytes.append(UInt8(i)) }
    if !isIPv6 {
      let sum = internetChecksum(bytes)
      bytes[2] = UInt8(sum >> 8)
      bytes[3] = UInt8(sum & 0xFF)
    }
    return bytes
  }
}
