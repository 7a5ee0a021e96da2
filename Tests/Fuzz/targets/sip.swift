import Base
import SIPSyntax

/// Reads any bytes as a SIP datagram, and again from a copy: nothing may trap or differ.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Text(UnsafeBufferPointer(start: data, count: count))
  precondition(exercise(bytes) == exercise(bytes))
  return 0
}
