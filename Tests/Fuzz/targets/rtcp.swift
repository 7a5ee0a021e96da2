import Base
import RTP

/// Takes the input as a chain of RTCP datagrams, each behind its length and the time since the last
/// one, through the session of a stream; what the session writes must be readable.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Text(UnsafeBufferPointer(start: data, count: count))
  var now = Instant.zero
  var session = RTCPSession(source: 1, name: Text("box@host"), random: 1, now: now)
  var reception = ReceptionStatistics(probation: 1)
  var buffer = [UInt8](repeating: 0, count: RTCPSession.largestPacket)
  var start = 0
  while start + 2 <= bytes.count {
    let end = min(bytes.count, start + 2 + Int(bytes[start]))
    now = now + .milliseconds(Int64(bytes[start + 1]) * 40)
    let packet = Text(bytes[(start + 2)..<end])
    let report = try? RTCPReport(parsing: packet.span, ours: 1)
    let refused = session.refusedPackets
    session.receive(packet.span, arrival: now)
    precondition((report == nil) == (session.refusedPackets == refused &+ 1))
    if let roundTrip = session.roundTrip {
      precondition(roundTrip >= .zero && roundTrip < .seconds(60))
    }
    _ = reception.receive(sequenceNumber: UInt16(truncatingIfNeeded: start &* 7))
    write(&session, &reception, &buffer, now: now, isLast: end == bytes.count)
    start = end
  }
  return 0
}

private func write(
  _ session: inout RTCPSession, _ reception: inout ReceptionStatistics, _ buffer: inout [UInt8],
  now: Instant, isLast: Bool
) {
  guard isLast || session.deadline.map({ $0 <= now }) ?? false else { return }
  let sent = RTCPSession.Sent(packets: 1, octets: 160, timestamp: 160)
  var span = buffer.mutableSpan
  let size =
    isLast
    ? session.goodbye(into: &span, sent: nil, heard: 2, reception: &reception, now: now)
    : session.report(into: &span, sent: sent, heard: 2, reception: &reception, now: now)
  precondition(size <= RTCPSession.largestPacket && size % 4 == 0)
  let written = Text(buffer.prefix(size))
  precondition((try? RTCPReport(parsing: written.span, ours: 2)) != nil, "our own report")
}
