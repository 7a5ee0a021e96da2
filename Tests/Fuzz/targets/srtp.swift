import Base
import RTP
import SecureRTP

/// Takes the input as a suite and a chain of packets, each behind one byte of length.
///
/// Each goes to the receiver as SRTP and as SRTCP, and is laid over a protected packet, whose bits
/// it so turns; what opens must be what was protected.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Text(UnsafeBufferPointer(start: data, count: count))
  guard let first = bytes.first, let suite = CryptoSuite(rawValue: first & 3) else { return 0 }
  var random = RandomSource(testSeed: 1)
  let key = MediaKey(suite, random: &random)
  let (sender, receiver) = (SecureSender(key), SecureReceiver(key))
  var start = 1
  var number = UInt16(65_500)
  while start < bytes.count {
    let end = min(bytes.count, start + 1 + Int(bytes[start]))
    let packet = Text(bytes[(start + 1)..<max(end, start + 1)])
    start = max(end, start + 1)
    _ = opened(packet, receiver, isControl: false)
    _ = opened(packet, receiver, isControl: true)
    turn(packet, number, sender, receiver)
    number &+= 1
  }
  return 0
}

private func opened(_ packet: Text, _ receiver: SecureReceiver, isControl: Bool) -> Text? {
  var bytes = packet
  var span = bytes.mutableSpan
  let count =
    isControl
    ? try? receiver.unprotectControl(&span, count: packet.count)
    : try? receiver.unprotect(&span, count: packet.count)
  return count.map { Text(bytes[..<$0]) }
}

private func turn(
  _ bits: Text, _ number: UInt16, _ sender: SecureSender, _ receiver: SecureReceiver
) {
  var plain = Text(repeating: 0x55, count: 40)
  var header = plain.mutableSpan
  RTPHeader(
    marker: false, payloadType: 8, sequenceNumber: number, timestamp: 0, source: 7
  ).write(into: &header)
  var bytes = plain + Text(repeating: 0, count: SecureSender.overhead)
  var room = bytes.mutableSpan
  let size = sender.protect(&room, count: plain.count)
  var sent = Text(bytes[..<size])
  for i in bits.indices where i < size { sent[i] ^= bits[i] }
  if let opened = opened(sent, receiver, isControl: false) { precondition(opened == plain) }
}
