internal import Base
internal import SIPSyntax

/// What the network says of media that comes before the answer (RFC 5009 §4).
public enum EarlyMedia: UInt8, Equatable, Sendable {
  /// Nothing: whatever comes is heard (RFC 3960 §3.2).
  case unsaid
  /// There is media worth hearing, also in place of ringing.
  case authorized
  /// There is none: whatever comes is nobody's.
  case denied

  /// What a response says, as the caller sees it: `sendrecv` and `sendonly` are media to us.
  ///
  /// The first direction counts, which is that of our only medium.
  init(of response: Message) {
    self = .unsaid
    for word in response.elements(.pEarlyMedia) {
      let word = response.bytes[word]
      if word.equalsIgnoringCase("sendrecv") || word.equalsIgnoringCase("sendonly") {
        self = .authorized
        return
      }
      if word.equalsIgnoringCase("inactive") || word.equalsIgnoringCase("recvonly") {
        self = .denied
        return
      }
    }
  }
}
