internal import Base
internal import SIPSyntax

/// What two user agents share once they talk (RFC 3261 §12).
struct Dialog: Sendable {
  /// The Call-ID.
  let callID: Text
  /// Our tag.
  let localTag: Text
  /// The far side's tag; empty until it has said one.
  var remoteTag: Text
  /// The From of our requests, with our tag.
  var local: Text
  /// The To of our requests, with the far side's tag when there is one.
  var remote: Text
  /// Where our requests go: the far side's Contact.
  var target: Text
  /// Whether the far side is the focus of a conference, as its Contact says (RFC 4579 §4.2).
  var isFocus = false
  /// The Route values of our requests, in order (§12.1).
  var routes: [Text]
  /// The CSeq number of our last request.
  var localSequence: UInt32
  /// The CSeq number of the far side's last request.
  var remoteSequence: UInt32?
  /// Its method, once it was one in the dialog.
  var remoteMethod: Method?
  /// What it was refused with, if nobody remembers it as a transaction.
  var refusal: UInt16?

  /// Whether the message is part of this dialog as the far side sends it: its To tag is ours.
  func owns(_ message: Message, callID range: Range<Int>, to: Range<Int>, from: Range<Int>?) -> Bool
  {
    let bytes = message.bytes
    guard bytes[to] == localTag[...], bytes[range] == callID[...] else { return false }
    return bytes[from ?? 0..<0] == remoteTag[...]
  }

  /// Takes a CSeq of the far side; the code of a refusal for one that is not newer than the last
  /// (§12.2.2).
  ///
  /// What was answered is known by its transaction; the copy of what was refused without one gets
  /// the same refusal.
  mutating func take(_ sequence: CSeq) -> UInt16? {
    if let last = remoteSequence, sequence.number <= last {
      return isLast(sequence) ? refusal ?? 500 : 500
    }
    remoteSequence = sequence.number
    remoteMethod = sequence.method
    refusal = nil
    return nil
  }

  /// Remembers the refusal of the last request.
  mutating func note(refusal code: UInt16, of sequence: CSeq) {
    if isLast(sequence) { refusal = code }
  }

  /// Whether it is the CSeq that was taken last.
  func isLast(_ sequence: CSeq) -> Bool {
    sequence.number == remoteSequence && sequence.method == remoteMethod
  }

  /// Takes the far side's tag, Contact and Record-Route from the response that made the dialog.
  ///
  /// The routes of the caller stand in reverse order (§12.1.2).
  mutating func establish(from response: Message) throws(SyntaxError) {
    let to = try response.to()
    remoteTag = to.tag.map { response.text($0) } ?? []
    if let range = response.first(.to) { remote = response.text(range) }
    routes = response.elements(.recordRoute).reversed().map { response.text($0) }
    try refreshTarget(from: response)
  }

  /// Takes the far side's Contact (§12.2.1.2).
  mutating func refreshTarget(from message: Message) throws(SyntaxError) {
    guard let range = message.elements(.contact).first else { return }
    let contact = try NameAddress(parsing: message.bytes, range)
    target = message.text(contact.uri)
    let value = message.parameter("isfocus", in: contact.parameters)
    isFocus = value.map { !message.bytes[$0].equalsIgnoringCase("FALSE") } ?? false
  }

  /// The Request-URI and the Route values of a request in this dialog (§12.2.1.1).
  ///
  /// A first route without `lr` is a strict router: it wants itself in the Request-URI and the
  /// target at the end of the list.
  func path() -> (uri: Text, routes: [Text]) {
    guard let first = routes.first, let strict = Self.strictRouter(first) else {
      return (target, routes)
    }
    var rest = Array(routes.dropFirst())
    var last = Text("<")
    last += target
    last.append(UInt8(ascii: ">"))
    rest.append(last)
    return (strict, rest)
  }

  /// The URI of a route without `lr`, or `nil` for a loose router.
  private static func strictRouter(_ route: Text) -> Text? {
    guard let address = try? NameAddress(parsing: route, 0..<route.count),
      let uri = try? SIPURI(parsing: route, address.uri),
      route.parameter("lr", in: uri.parameters) == nil
    else { return nil }
    return Text(route[address.uri.lowerBound..<uri.parameters.upperBound])
  }
}
