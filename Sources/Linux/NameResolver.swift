public import Base
internal import CNames

/// Asks DNS servers without waiting for them: queries go out, answers come when they come.
///
/// c-ares repeats a query once and asks the other servers too, so that every question is answered in
/// the end: within 3 s when one server is silent, within 6 s when two are.
@safe
public final class NameResolver {
  /// What became of a question.
  public enum Outcome: Equatable, Sendable {
    /// A message of a server, as it came; nobody has read it yet.
    case message(Text)
    /// No server has answered.
    case timeout
    /// No server is there, or there is no way to it.
    case unreachable
    /// The servers could not find out.
    case serverFailure
    /// The servers do not answer us.
    case refused
    /// What came cannot be an answer.
    case malformed
  }

  /// How many servers are asked.
  public static let serverLimit = 4
  /// How long one try lasts; the second one is twice as long.
  private static let timeoutMs: CInt = 1_000
  private static let tries: CInt = 2
  /// The longest answer that is taken.
  private static let answerLimit = 8_192

  private let channel: OpaquePointer
  private var sockets: [CInt] = []
  private var room = Text()

  /// Makes a resolver; without servers it asks those of the system, with a device only over that.
  public init?(servers: [Endpoint], device: Text) {
    let raw = servers.prefix(Self.serverLimit).map { cnames_server($0) }
    let opened = unsafe cnames_open(
      raw, CInt(raw.count), device.terminated.asCString, Self.timeoutMs, Self.tries)
    guard let opened = unsafe opened else { return nil }
    unsafe channel = opened
  }

  deinit { unsafe cnames_close(channel) }

  /// Asks for the records of a type (RFC 1035 §3.2.2); the answer comes with `number`.
  public func ask(_ name: Text, type: UInt16, number: UInt32, in loop: borrowing EventLoop) {
    unsafe cnames_ask(channel, name.terminated.asCString, CInt(type), number)
    follow(in: loop)
  }

  /// Whether the descriptor is one of the resolver's.
  public func owns(_ descriptor: CInt) -> Bool { sockets.contains(descriptor) }

  /// How long until there is an answer to take, or `serve(nil)` has something to do.
  public var wait: Duration? {
    let microseconds = unsafe cnames_wait_us(channel)
    return microseconds < 0 ? nil : .microseconds(microseconds)
  }

  /// Serves a ready descriptor, or the time that has passed.
  public func serve(_ descriptor: CInt?, in loop: borrowing EventLoop) {
    unsafe cnames_serve(channel, descriptor ?? -1)
    follow(in: loop)
  }

  /// Takes the next answer that has come.
  public func takeAnswer() -> (number: UInt32, Outcome)? {
    var number: UInt32 = 0
    var kind: CInt = 0
    if room.isEmpty { room = Text(repeating: 0, count: Self.answerLimit) }
    let count = unsafe cnames_take_answer(channel, &number, &kind, &room, Self.answerLimit)
    guard count >= 0 else {
      room = []
      return nil
    }
    switch kind {
    case CInt(CNAMES_ANSWER): return (number, .message(Text(room[0..<Int(count)])))
    case CInt(CNAMES_TIMEOUT): return (number, .timeout)
    case CInt(CNAMES_UNREACHABLE): return (number, .unreachable)
    case CInt(CNAMES_REFUSED): return (number, .refused)
    case CInt(CNAMES_MALFORMED): return (number, .malformed)
    default: return (number, .serverFailure)
    }
  }

  /// Watches what c-ares has opened.
  ///
  /// A socket that it has closed is forgotten by the kernel, and its number may be that of a new one.
  private func follow(in loop: borrowing EventLoop) {
    var descriptor: CInt = -1
    while true {
      let state = unsafe cnames_take_change(channel, &descriptor)
      guard state >= 0 else { return }
      if state == 0 {
        loop.forget(descriptor)
        sockets.removeAll { $0 == descriptor }
        continue
      }
      if !sockets.contains(descriptor) { sockets.append(descriptor) }
      // What cannot be watched is not heard; the query's own deadline ends it.
      do throws(Errno) {
        try loop.change(descriptor, toWriting: state == 2)
      } catch {
        do throws(Errno) {
          try loop.watch(descriptor)
          try loop.change(descriptor, toWriting: state == 2)
        } catch {}
      }
    }
  }
}

extension cnames_server {
  fileprivate init(_ endpoint: Endpoint) {
    self.init()
    port = endpoint.port
    unsafe withUnsafeMutableBytes(of: &octets) { unsafe endpoint.address.write(into: $0) }
    is_ipv6 = endpoint.address.isIPv6 ? 1 : 0
  }
}
