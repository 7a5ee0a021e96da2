internal import Base
internal import CTLS

/// The TLS side of a connection that we made: bytes in and out, whatever they mean.
///
/// Nothing waits: each call does what the socket has or takes now. The server is always verified,
/// by its chain, its dates and its name; mbedTLS keeps one record each way, 16 KiB.
@safe
final class TLSConnection {
  /// What a step came to.
  enum Step {
    case done
    /// The socket must be readable first.
    case wantsReading
    /// The socket must be writable first.
    case wantsWriting
    case failed(TLSFailure)
  }

  private let raw: OpaquePointer
  /// mbedTLS reads it for as long as the connection is there.
  private let identity: TLSIdentity
  private var isEstablished = false

  /// Makes the client's side over a connected socket, which it does not own.
  ///
  /// `host` is what the server's certificate must be for: a name, or an address of its own.
  init(
    socket: CInt, identity: TLSIdentity, host: Text, rule: ClientStream.NameRule
  ) throws(TLSFailure) {
    let octets = IPAddress(parsing: host[...]).map(Self.octets) ?? []
    var reason: CInt = 0
    let made = unsafe ctls_connection_new(
      identity.raw, socket, host.terminated.asCString, octets, octets.count,
      rule == .sip ? 1 : 0, &reason)
    guard let made = unsafe made else { throw TLSFailure(reason: reason) }
    unsafe raw = made
    self.identity = identity
  }

  deinit {
    if isEstablished { unsafe ctls_say_goodbye(raw) }
    unsafe ctls_connection_free(raw)
  }

  /// When the server's certificate expires, in seconds since 1970.
  var peerExpirySeconds: Int64 { unsafe ctls_peer_expiry(raw) }

  /// When our own expires, if we have one.
  var ownExpirySeconds: Int64? { identity.expirySeconds }

  /// Goes on with the handshake.
  func handshake() -> Step {
    let result = unsafe ctls_handshake(raw)
    switch Int(result) {
    case CTLS_DONE:
      isEstablished = true
      return .done
    case CTLS_WANTS_READ: return .wantsReading
    case CTLS_WANTS_WRITE: return .wantsWriting
    default: return .failed(failure)
    }
  }

  /// Takes what is there, up to `limit` bytes; to be called until it gives nothing.
  func receive(limit: Int) -> Arrival {
    var room = Text(repeating: 0, count: limit)
    let count = unsafe ctls_read(raw, &room, limit)
    if count > 0 { return .bytes(Text(room[0..<Int(count)])) }
    if Int(count) == CTLS_WANTS_READ || Int(count) == CTLS_WANTS_WRITE { return .nothing }
    isEstablished = false
    return .closed
  }

  /// Sends as many of the bytes as there is room for; returns how many, or `nil` when the other end
  /// is gone.
  ///
  /// What was not taken must be given again, beginning with the same bytes.
  func send(_ bytes: ArraySlice<UInt8>) -> Int? {
    let count = unsafe bytes.withUnsafeBytes { bytes in
      unsafe ctls_write(
        raw, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    }
    if count >= 0 { return Int(count) }
    if Int(count) == CTLS_WANTS_READ || Int(count) == CTLS_WANTS_WRITE { return 0 }
    isEstablished = false
    return nil
  }

  private var failure: TLSFailure {
    unsafe TLSFailure(reason: ctls_reason(raw), code: ctls_code(raw))
  }

  private static func octets(of address: IPAddress) -> Text {
    var text = Text(repeating: 0, count: address.isIPv6 ? 16 : 4)
    unsafe text.withUnsafeMutableBytes { unsafe address.write(into: $0) }
    return text
  }
}
