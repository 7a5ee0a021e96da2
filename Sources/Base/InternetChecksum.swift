/// The checksum of IP and of what lies in it (RFC 1071), of octets that hold zero in its place.
public func internetChecksum(_ bytes: Text) -> UInt16 {
  var sum: UInt32 = 0
  for i in stride(from: 0, to: bytes.count, by: 2) {
    let low = i + 1 < bytes.count ? bytes[i + 1] : 0
    sum += UInt32(bytes[i]) << 8 | UInt32(low)
    sum = (sum & 0xFFFF) + (sum >> 16)
  }
  return ~UInt16(sum)
}
