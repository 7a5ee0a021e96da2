import Base
import RTP

/// Takes the input as a chain of packets, each behind one byte of length, through the receiving
/// side: RTP, RTCP, telephone events and the jitter buffer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Text(UnsafeBufferPointer(start: data, count: count))
  var buffer = JitterBuffer()
  var frame = [UInt8](repeating: 0, count: 80)
  var now = Instant.zero
  var start = 0
  while start < bytes.count {
    let end = min(bytes.count, start + 1 + Int(bytes[start]))
    let packet = Text(bytes[(start + 1)..<max(end, start + 1)])
    start = max(end, start + 1)
    now = now + .milliseconds(10)
    receive(packet, into: &buffer, now: now)
    var span = frame.mutableSpan
    _ = buffer.read(into: &span, now: now)
  }
  return 0
}

private func receive(_ packet: Text, into buffer: inout JitterBuffer, now: Instant) {
  _ = try? RTCPReport(parsing: packet.span, ours: 1)
  _ = try? TelephoneEvent(parsing: packet.span)
  guard let received = try? RTPPacket(parsing: packet.span) else { return }
  precondition(received.payload.upperBound <= packet.count)
  let payload = Text(packet[received.payload])
  buffer.insert(received.header, payload: payload.span, arrival: now)
}
