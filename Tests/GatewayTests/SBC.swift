import Base
import SIPSyntax
import Testing

/// A registrar, a stateless proxy that records its route, and far parties that follow a script.
///
/// It stands where the carrier's SBC would, because time is virtual; it keeps no transaction, so
/// that a repeated request is answered like the first one.
struct SBC {
  /// One answer of a far party to an INVITE.
  struct Reply {
    var after: Duration = .zero
    var code: UInt16
    var description: Text = []
    /// The RSeq of a provisional one that wants a PRACK; the SBC answers that like any request.
    var reliable: UInt32?
    /// Whether its Contact says that it is the focus of a conference.
    var isFocus = false
  }

  /// A datagram on its way to a box.
  struct Departure {
    let after: Duration
    let datagram: Text
    let box: Int
  }

  static let endpoint = Endpoint(.v4(0xC000_0201), 5_060)
  private static let own = "192.0.2.1"

  /// Whether anybody is at home.
  var isAlive = true
  /// What every REGISTER is refused with.
  var refusal: UInt16?
  /// What a REGISTER is challenged with, whatever its answer to the last challenge.
  var endlessChallenge: StaticString?
  /// Whether a REGISTER is accepted for no time at all.
  var keepsNothing = false
  /// What the far party with this number answers.
  var scripts: [String: [Reply]] = [:]
  /// Where each user was registered last, by box.
  private(set) var bindings: [Text: Int] = [:]
  /// The INVITE that each far party got last, and the box that it came from.
  private(set) var invites: [String: (request: Message, box: Int)] = [:]

  /// The SUBSCRIBE that came last, and the box that it came from.
  private(set) var subscribe: (request: Message, box: Int)?

  /// Comes back without a memory.
  mutating func restart() {
    isAlive = true
    bindings = [:]
    invites = [:]
  }

  mutating func receive(_ datagram: Text, from box: Int) -> [Departure] {
    guard isAlive else { return [] }
    guard let message = try? Message(parsing: datagram) else {
      Issue.record("the SBC cannot read \(string(datagram))")
      return []
    }
    switch message.startLine {
    case .status: return forward(response: message)
    case .request(.register, _): return register(message, box)
    case .request(let method, let uri): return route(message, method, uri, box)
    }
  }

  private mutating func register(_ request: Message, _ box: Int) -> [Departure] {
    if let refusal { return [answer(request, refusal, box)] }
    if let endlessChallenge {
      return [answer(request, 401, box) { $0.add(.wwwAuthenticate, endlessChallenge) }]
    }
    guard request.contains(.authorization) else {
      return [answer(request, 401, box) { $0.add(.wwwAuthenticate, Self.challenge) }]
    }
    guard let to = try? request.to(), let user = try? request.uri(to.uri).user else { return [] }
    bindings[request.text(user)] = request.expires() == 0 ? nil : box
    if keepsNothing {
      return [answer(request, 200, box) { $0.add(.expires, 0) }]
    }
    return [
      answer(request, 200, box) {
        $0.copy(.contact, from: request)
        $0.copy(.expires, from: request)
      }
    ]
  }

  private mutating func route(
    _ request: Message, _ method: SIPSyntax.Method, _ uri: Range<Int>, _ box: Int
  ) -> [Departure] {
    guard let target = try? request.uri(uri), let to = try? request.to() else { return [] }
    let host = string(request.text(target.host))
    if let last = host.split(separator: ".").last.flatMap({ Int($0) }), last > 100, last < 110 {
      return [forward(request, uri, to: last - 101, as: nil)]  // In a dialog, to a Contact.
    }
    if method == .subscribe { subscribe = (request, box) }
    let user = target.user.map { request.text($0) } ?? []
    let isOurs = to.tag.map { string(request.text($0)) == "sbc" } ?? false
    if method == .ack, isOurs { return [] }
    if host == Self.own { return [answer(request, 200, box)] }  // In a dialog with a far party.
    if let script = scripts[string(user)] {
      return play(script, request, method, string(user), box)
    }
    if method == .invite, !request.contains(.proxyAuthorization) {
      return [answer(request, 407, box) { $0.add(.proxyAuthenticate, Self.challenge) }]
    }
    guard let callee = bindings[user] else {
      return method == .ack ? [] : [answer(request, method == .invite ? 404 : 481, box)]
    }
    return [forward(request, uri, to: callee, as: user)]
  }

  private mutating func play(
    _ script: [Reply], _ request: Message, _ method: SIPSyntax.Method, _ user: String, _ box: Int
  ) -> [Departure] {
    switch method {
    case .invite:
      invites[user] = (request, box)
      let trying = answer(request, 100, box)
      return [trying]
        + script.map { reply in
          answer(request, reply.code, box, after: reply.after, reply.description) {
            $0.add(
              .contact, reply.isFocus ? "<sip:far@192.0.2.1>;isfocus" : "<sip:far@192.0.2.1>")
            guard let number = reply.reliable else { return }
            $0.add(.require, "100rel")
            $0.add(.rSeq, number)
          }
        }
    case .cancel:
      let terminated = invites[user].map { [answer($0.request, 487, box)] } ?? []
      return [answer(request, 200, box)] + terminated
    default:
      return []
    }
  }

  /// The far party hangs up; its script must have answered.
  func bye(from user: String) -> [Departure] {
    guard let (request, box) = invites[user], let contact = try? request.contacts().first,
      let to = request.first(.to), let from = request.first(.from)
    else { return [] }
    var writer = MessageWriter(request: .bye, uri: request.text(contact.uri))
    writer.add(.via, Text("SIP/2.0/UDP \(Self.own);branch=z9hG4bKbye"))
    writer.add(.maxForwards, 70)
    writer.add(.from, request.text(to) + Text(";tag=sbc"))
    writer.add(.to, request.text(from))
    writer.copy(.callID, from: request)
    writer.add(.cSeq, "1 BYE")
    return [Departure(after: .zero, datagram: writer.finish(), box: box)]
  }

  /// A focus tells who takes part.
  func notify(_ document: String, number: Int) -> [Departure] {
    guard let (request, box) = subscribe, let contact = try? request.contacts().first,
      let to = request.first(.to), let from = request.first(.from)
    else { return [] }
    var writer = MessageWriter(request: .notify, uri: request.text(contact.uri))
    writer.add(.via, Text("SIP/2.0/UDP \(Self.own);branch=z9hG4bKnotify\(number)"))
    writer.add(.maxForwards, 70)
    writer.add(.from, request.text(to) + Text(";tag=sbc"))
    writer.add(.to, request.text(from))
    writer.copy(.callID, from: request)
    writer.add(.cSeq, Text("\(number) NOTIFY".utf8))
    writer.add(.event, "conference")
    writer.add(.subscriptionState, "active;expires=3600")
    let datagram = writer.finish(
      contentType: "application/conference-info+xml", body: Text(document.utf8))
    return [Departure(after: .zero, datagram: datagram, box: box)]
  }

  private func answer(
    _ request: Message, _ code: UInt16, _ box: Int, after delay: Duration = .zero,
    _ description: Text = [], _ fill: (inout MessageWriter) -> Void = { _ in }
  ) -> Departure {
    var writer = MessageWriter(
      answering: request, code: code, tag: Text("sbc"), source: SBC.endpoint)
    fill(&writer)
    let datagram = writer.finish(contentType: "application/sdp", body: description)
    return Departure(after: delay, datagram: datagram, box: box)
  }

  private static let challenge: StaticString = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""

  // MARK: The proxy

  /// RFC 3261 §16.6: own Via on top, own Record-Route on a new call, own Route removed.
  private func forward(
    _ request: Message, _ uri: Range<Int>, to box: Int, as user: Text?
  ) -> Departure {
    var bytes = request.bytes
    if let route = request.first(.route) { bytes.removeLine(around: route) }
    if let via = request.first(.via), let branch = (try? request.via())?.branch {
      let mine = "SIP/2.0/UDP \(Self.own);branch=\(string(request.text(branch)))p, "
      bytes.insert(contentsOf: Text(mine), at: via.lowerBound)
      let line = bytes.lineStart(before: via.lowerBound)
      bytes.insert(contentsOf: Text("Record-Route: <sip:\(Self.own);lr>\r\n"), at: line)
    }
    if let user {
      let contact = Text("sip:") + user + Text("@192.0.2.\(101 + box)")
      bytes.replaceSubrange(uri, with: contact)
    }
    return Departure(after: .zero, datagram: bytes, box: box)
  }

  /// RFC 3261 §16.7: own Via removed, and back to where the next one says.
  private func forward(response: Message) -> [Departure] {
    let vias = response.elements(.via)
    guard vias.count == 2, let next = try? response.vias()[1] else { return [] }
    let host = string(response.text(next.host)).split(separator: ".").last
    guard let box = host.flatMap({ Int($0) }), box > 100 else { return [] }
    var bytes = response.bytes
    bytes.removeSubrange(vias[0].lowerBound..<vias[1].lowerBound)
    return [Departure(after: .zero, datagram: bytes, box: box - 101)]
  }
}

extension Array where Element == UInt8 {
  fileprivate func lineStart(before place: Int) -> Int {
    self[..<place].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
  }

  fileprivate mutating func removeLine(around range: Range<Int>) {
    let end = self[range.upperBound...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
    removeSubrange(lineStart(before: range.lowerBound)..<(end ?? count))
  }
}
