import Base
import SDP

/// Takes any bytes as an offer and as the answer to ours; what is answered must be readable.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Text(UnsafeBufferPointer(start: data, count: count))
  var ours = AudioCapability(local: Endpoint(.loopback, 16384))
  ours.protection = .offered
  let random = RandomSource(testSeed: 1)
  var called = Negotiator(capability: ours, session: 1, random: random)
  if let (answer, _) = try? called.answer(bytes) {
    precondition((try? SessionDescription(parsing: answer)) != nil)
  }
  var calling = Negotiator(capability: ours, session: 2, random: random)
  _ = calling.offer()
  _ = try? calling.accept(bytes)
  return 0
}
