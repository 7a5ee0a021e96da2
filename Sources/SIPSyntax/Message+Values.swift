extension Message {
  /// Calls `body` with every value of the fields of that name, comma-separated lists split.
  ///
  /// A comma inside quotes or angle brackets does not split (RFC 3261 §7.3.1). Not for challenges
  /// and credentials: their commas separate parameters.
  public func forEachElement(_ name: HeaderName, _ body: (Range<Int>) -> Void) {
    guard contains(name) else { return }
    for field in fields where field.name == name {
      var start = field.value.lowerBound
      while start < field.value.upperBound {
        let comma = bytes.span.elementEnd(from: start, to: field.value.upperBound)
        let element = bytes.span.trimmed(start..<comma)
        if !element.isEmpty { body(element) }
        start = comma &+ 1
      }
    }
  }

  /// Every value of the fields of that name; see `forEachElement`.
  public func elements(_ name: HeaderName) -> [Range<Int>] {
    var result: [Range<Int>] = []
    forEachElement(name) { result.append($0) }
    return result
  }

  /// The first Via.
  public func via() throws(SyntaxError) -> Via {
    guard let range = first(.via) else { throw SyntaxError(.missingVia, at: 0) }
    var position = range.lowerBound
    return try Via(bytes.span, at: &position, to: range.upperBound)
  }

  /// Every Via, the first one first.
  public func vias() throws(SyntaxError) -> [Via] {
    var result: [Via] = []
    for field in fields where field.name == .via {
      var position = field.value.lowerBound
      repeat {
        result.append(try Via(bytes.span, at: &position, to: field.value.upperBound))
        position &+= 1
      } while position < field.value.upperBound
    }
    return result
  }

  /// The From.
  public func from() throws(SyntaxError) -> NameAddress {
    guard let range = first(.from) else { throw SyntaxError(.missingFrom, at: 0) }
    return try single(range)
  }

  /// The To.
  public func to() throws(SyntaxError) -> NameAddress {
    guard let range = first(.to) else { throw SyntaxError(.missingTo, at: 0) }
    return try single(range)
  }

  /// Every Contact.
  public func contacts() throws(SyntaxError) -> [NameAddress] { try addresses(.contact) }

  /// Every address in the fields of that name: Contact, Route, Record-Route, Path, Service-Route,
  /// P-Asserted-Identity, P-Associated-URI, Diversion.
  public func addresses(_ name: HeaderName) throws(SyntaxError) -> [NameAddress] {
    var result: [NameAddress] = []
    try forEachAddress(name) { address in result.append(address) }
    return result
  }

  /// Calls `body` with every address in the fields of that name, in order.
  public func forEachAddress(
    _ name: HeaderName, _ body: (NameAddress) throws(SyntaxError) -> Void
  ) throws(SyntaxError) {
    guard contains(name) else { return }
    for field in fields where field.name == name {
      let end = field.value.upperBound
      var position = field.value.lowerBound
      repeat {
        try body(NameAddress(bytes.span, at: &position, to: end))
        position &+= 1
      } while position < end
    }
  }

  /// The URI that stands in the range: an address's, or the Request-URI.
  public func uri(_ range: Range<Int>) throws(SyntaxError) -> SIPURI {
    try SIPURI(bytes.span, Place.check(range, bytes.count))
  }

  /// The CSeq.
  public func cSeq() throws(SyntaxError) -> CSeq {
    guard let range = first(.cSeq) else { throw SyntaxError(.missingCSeq, at: 0) }
    return try CSeq(bytes.span, range)
  }

  /// The RAck of a PRACK (RFC 3262 §7.2).
  public func rAck() throws(SyntaxError) -> RAck {
    guard let range = first(.rAck) else { throw SyntaxError(.badNumber, at: 0) }
    return try RAck(bytes.span, range)
  }

  /// The RSeq; `nil` if it is missing or no number from 1 to 2^32 − 1 (RFC 3262 §7.1).
  public func rSeq() -> UInt32? {
    guard let range = first(.rSeq), let number = bytes.span.number(range, upTo: UInt32.max)
    else { return nil }
    return number == 0 ? nil : number
  }

  /// The Call-ID.
  public func callID() -> Range<Int>? { first(.callID) }

  /// The Expires in seconds; a number that is too large for the field counts as the largest one.
  public func expires() -> UInt32? { seconds(.expires) }

  /// The Min-Expires in seconds (RFC 3261 §20.23).
  public func minExpires() -> UInt32? { seconds(.minExpires) }

  /// The Retry-After in seconds, without its comment and parameters (RFC 3261 §20.33).
  public func retryAfter() -> UInt32? { seconds(.retryAfter) }

  /// The Min-SE in seconds, without its parameters (RFC 4028 §5).
  public func minSE() -> UInt32? { seconds(.minSE) }

  /// The Max-Forwards; `nil` if it is missing or no number from 0 to 255 (RFC 3261 §20.22).
  public func maxForwards() -> UInt32? {
    first(.maxForwards).flatMap { bytes.span.number($0, upTo: 255) }
  }

  /// The number of seconds that a range starts with, at most 2^32 − 1 (RFC 3261 §20.19).
  public func seconds(in range: Range<Int>) -> UInt32? {
    let range = range.clamped(to: 0..<bytes.count)
    let bytes = bytes.span
    var stop = range.lowerBound
    while stop < range.upperBound, bytes[stop] &- UInt8(ascii: "0") < 10 { stop &+= 1 }
    guard stop > range.lowerBound else { return nil }
    return bytes.number(range.lowerBound..<stop, upTo: UInt32.max) ?? UInt32.max
  }

  /// Whether the value of the first field of that name is the literal up to its first parameter,
  /// compared without case; for the media type of a Content-Type.
  public func value(of name: HeaderName, is literal: StaticString) -> Bool {
    guard let range = first(name) else { return false }
    let semicolon = bytes.span.find(
      UInt8(ascii: ";"), from: range.lowerBound, to: range.upperBound)
    let value = bytes.span.trimmedEnd(range.lowerBound..<semicolon)
    return bytes.span.holdsIgnoringCase(literal, at: value)
  }

  /// Whether one of the values of the fields of that name is the token, compared without case; for
  /// the option tags of Require and Supported, the methods of Allow, the values of Privacy.
  public func lists(_ token: StaticString, in name: HeaderName) -> Bool {
    var isListed = false
    forEachElement(name) {
      if bytes.span.holdsIgnoringCase(token, at: $0) { isListed = true }
    }
    return isListed
  }

  private func seconds(_ name: HeaderName) -> UInt32? { first(name).flatMap { seconds(in: $0) } }

  private func single(_ range: Range<Int>) throws(SyntaxError) -> NameAddress {
    var position = range.lowerBound
    let address = try NameAddress(bytes.span, at: &position, to: range.upperBound)
    guard position == range.upperBound, !address.isWildcard else {
      throw SyntaxError(.badNameAddress, at: position)
    }
    return address
  }
}

extension Span where Element == UInt8 {
  /// The first comma that is outside quotes and angle brackets, or `end`.
  func elementEnd(from start: Int, to end: Int) -> Int {
    var i = start
    while i < end {
      switch self[i] {
      case UInt8(ascii: ","): return i
      case UInt8(ascii: "\""):
        guard let behind = try? skipQuoted(from: i, to: end) else { return end }
        i = behind
      case UInt8(ascii: "<"): i = Swift.min(find(UInt8(ascii: ">"), from: i, to: end) &+ 1, end)
      default: i &+= 1
      }
    }
    return end
  }
}
