import Base
import SDP

/// Takes any bytes as an offer and as the answer to ours; what is answered must be readable.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Text(UnsafeBufferPointer(start: data, count: count))
  let ours = AudioCapability(local: Endpoint(.loopback, 16384))
  var called = Negotiator(capability: ours, session: 1)
  if let (answer, _) = try? called.answer(bytes) {
    precondition((try? SessionDescription(parsing: answer)) != nil)
  }
  var calling = Negotiator(capability: ours, session: 2)
  _ = calling.offer()
  _ = try? calling.accept(bytes)
  return 0
}
