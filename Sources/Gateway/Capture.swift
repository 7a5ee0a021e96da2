internal import Base

/// A capture in the making: SIP as it left and came, what the lines did, and RTP where it is wanted,
/// on one clock.
///
/// The file is pcapng (draft-ietf-opsawg-pcapng) with one interface of raw IP (LINKTYPE_RAW). An
/// event of the box is a syslog line (RFC 5424) from the box to itself, so that a reader decodes it.
/// The answers to digest challenges are masked: they would let a password be guessed at leisure. So
/// are the keys of SRTP.
struct Capture {
  /// The port of syslog (RFC 5426 §3.3).
  private static let syslogPort: UInt16 = 514

  /// How large the file may become, in bytes.
  let limit: Int
  /// How large it is.
  private(set) var size = 0
  /// How many packets are in it.
  private(set) var packets = 0
  /// Whether no packet of the media is taken any more.
  private(set) var isFullOfPackets = false
  /// How many packets had no room.
  private(set) var omitted = 0
  /// What waits to be written.
  private var pending = Text()

  init(limit: Int) {
    self.limit = limit
    append(Self.header)
  }

  /// What has to be written since the last call.
  mutating func take() -> Text {
    defer { pending = [] }
    return pending
  }

  /// Notes a SIP message; `utc` in nanoseconds since 1970.
  mutating func note(_ message: Text, from: Endpoint, to: Endpoint, utc: Int64) {
    var message = message
    message.mask(after: "response=\"")
    message.mask(after: "inline:")
    add(datagram(message, from, to), utc)
  }

  /// Notes a packet as it passed, unless the packets have filled three quarters of the room: the rest
  /// is for SIP and events.
  mutating func note(_ packet: Text, utc: Int64) {
    guard size + packet.count <= limit / 4 * 3 else {
      omitted += 1
      return isFullOfPackets = true
    }
    add(packet, utc)
  }

  /// Whether a packet's IP header names an address.
  static func concerns(_ packet: Text, _ address: IPAddress) -> Bool {
    var octets = Text()
    octets.append(address)
    let isIPv4 = octets.count == 4
    let first = isIPv4 ? 12 : 8
    guard let version = packet.first, version >> 4 == (isIPv4 ? 4 : 6),
      packet.count >= first + 2 * octets.count
    else { return false }
    return packet[first..<first + octets.count].elementsEqual(octets)
      || packet[(first + octets.count)..<first + 2 * octets.count].elementsEqual(octets)
  }

  /// Notes an event as a line of text.
  mutating func note(event line: Text, of host: Text, at address: IPAddress, utc: Int64) {
    var syslog = Text("<134>1 - ")
    syslog += host
    syslog.append(" tipring - - - ")
    syslog += line
    let own = Endpoint(address, Self.syslogPort)
    add(datagram(syslog, own, own), utc)
  }

  private mutating func append(_ bytes: Text) {
    pending += bytes
    size += bytes.count
  }

  // MARK: - Blocks

  /// A Section Header Block and an Interface Description Block.
  private static var header: Text {
    var bytes = Text()
    bytes.append(words: [0x0A0D_0D0A, 28, 0x1A2B_3C4D, 1, .max, .max, 28])
    bytes.append(words: [1, 20, 101, 0, 20])
    return bytes
  }

  /// An Enhanced Packet Block.
  private mutating func add(_ packet: Text, _ utc: Int64) {
    let padding = (4 - packet.count % 4) % 4
    let length = UInt32(32 + packet.count + padding)
    guard size + Int(length) <= limit else {
      omitted += 1
      return
    }
    let microseconds = UInt64(max(0, utc) / 1_000)
    var block = Text()
    block.append(words: [
      6, length, 0, UInt32(microseconds >> 32), UInt32(truncatingIfNeeded: microseconds),
      UInt32(packet.count), UInt32(packet.count),
    ])
    block += packet
    block += Text(repeating: 0, count: padding)
    block.append(words: [length])
    append(block)
    packets += 1
  }

  // MARK: - IP and UDP

  private func datagram(_ payload: Text, _ from: Endpoint, _ to: Endpoint) -> Text {
    let length = UInt16(clamping: 8 + payload.count)
    var addresses = Text()
    addresses.append(from.address)
    addresses.append(to.address)
    var udp = Text()
    for value in [from.port, to.port, length, 0] { udp.append(big: value) }
    udp += payload
    var pseudo = addresses
    for value in [0, 17, length] { pseudo.append(big: value) }
    let sum = internetChecksum(pseudo + udp)
    udp.replaceSubrange(6..<8, with: [UInt8(sum >> 8), UInt8(sum & 0xFF)])
    return Self.ipHeader(udp.count, addresses) + udp
  }

  private static func ipHeader(_ length: Int, _ addresses: Text) -> Text {
    var header = Text()
    if addresses.count == 8 {
      for value in [0x4500, UInt16(clamping: 20 + length), 0, 0x4000, 0x4011, 0] {
        header.append(big: value)
      }
      header += addresses
      let sum = internetChecksum(header)
      header.replaceSubrange(10..<12, with: [UInt8(sum >> 8), UInt8(sum & 0xFF)])
    } else {
      for value in [0x6000, 0, UInt16(clamping: length), 0x1140] { header.append(big: value) }
      header += addresses
    }
    return header
  }
}

extension Array where Element == UInt8 {
  /// Appends numbers of 32 bits, the lowest octet first.
  fileprivate mutating func append(words: [UInt32]) {
    for word in words {
      for place in 0..<UInt32(4) { append(UInt8(truncatingIfNeeded: word >> (8 * place))) }
    }
  }

  /// Appends a number of 16 bits, the highest octet first.
  fileprivate mutating func append(big value: UInt16) {
    append(UInt8(value >> 8))
    append(UInt8(value & 0xFF))
  }

  /// Appends the octets of an address.
  fileprivate mutating func append(_ address: IPAddress) {
    switch address {
    case .v4(let value):
      for place in 0..<UInt32(4) { append(UInt8(truncatingIfNeeded: value >> (24 - 8 * place))) }
    case .v6(let high, let low):
      for half in [high, low] {
        for place in 0..<UInt64(8) { append(UInt8(truncatingIfNeeded: half >> (56 - 8 * place))) }
      }
    }
  }

  /// Writes `x` over what stands behind every such mark, up to a quote, a bar, a blank or the line's end.
  fileprivate mutating func mask(after mark: StaticString) {
    let length = mark.utf8CodeUnitCount
    var at = 0
    while at + length < count {
      guard self[at..<at + length].equalsIgnoringCase(mark) else {
        at += 1
        continue
      }
      at += length
      while at < count, self[at] > 0x20, self[at] != UInt8(ascii: "\""),
        self[at] != UInt8(ascii: "|")
      {
        self[at] = UInt8(ascii: "x")
        at += 1
      }
    }
  }
}
