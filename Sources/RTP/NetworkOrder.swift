/// Two octets in network order.
@inline(__always)
public func word16(_ bytes: borrowing Span<UInt8>, _ at: Int) -> UInt16 {
  UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1])
}

/// Four octets in network order.
@inline(__always)
public func word32(_ bytes: borrowing Span<UInt8>, _ at: Int) -> UInt32 {
  UInt32(word16(bytes, at)) << 16 | UInt32(word16(bytes, at + 2))
}

/// Writes two octets in network order.
@inline(__always)
public func put16(_ value: UInt16, into bytes: inout MutableSpan<UInt8>, at: Int) {
  bytes[at] = UInt8(truncatingIfNeeded: value >> 8)
  bytes[at + 1] = UInt8(truncatingIfNeeded: value)
}

/// Writes four octets in network order.
@inline(__always)
public func put32(_ value: UInt32, into bytes: inout MutableSpan<UInt8>, at: Int) {
  put16(UInt16(truncatingIfNeeded: value >> 16), into: &bytes, at: at)
  put16(UInt16(truncatingIfNeeded: value), into: &bytes, at: at + 2)
}
