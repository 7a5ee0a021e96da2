extension Message {
  /// The first field among those that every message has that is missing or wrong.
  func firstError() -> SyntaxError? {
    error { () throws(SyntaxError) in
      _ = try vias()
      _ = try from()
      _ = try to()
      _ = try cSeq()
      try checkCallID()
      try checkAddresses()
    }
  }

  /// What is wrong in a request beyond `firstError`.
  func requestError(_ method: Method) -> SyntaxError? {
    error { () throws(SyntaxError) in
      let cSeq = try cSeq()
      guard bytes[cSeq.methodText] == bytes[methodText] else {
        throw SyntaxError(.methodMismatch, at: cSeq.methodText.lowerBound)
      }
      if let range = first(.maxForwards), maxForwards() == nil {
        throw SyntaxError(.badNumber, at: range.lowerBound)
      }
      if method == .register { try checkRegistrable() }
      if method == .invite, !contains(.contact) { try checkOldStyle() }
    }
  }

  /// RFC 3261 §8.1.3.3: a response with more than our own Via is not for us.
  func responseError() -> SyntaxError? {
    error { () throws(SyntaxError) in
      guard try vias().count == 1 else { throw SyntaxError(.foreignVia, at: 0) }
    }
  }

  /// The scheme of the Request-URI, if the URI is in order.
  ///
  /// Headers are not allowed there (RFC 3261 §19.1.1, table 1).
  func target(_ uri: Range<Int>) -> Result<Scheme, SyntaxError> {
    do throws(SyntaxError) {
      let uri = try SIPURI(bytes.span, uri)
      guard uri.headers.isEmpty else {
        return .failure(SyntaxError(.badRequestURI, at: uri.headers.lowerBound))
      }
      return .success(uri.scheme)
    } catch {
      return .failure(error)
    }
  }

  /// RFC 3261 §25.1: `word ["@" word]`.
  private func checkCallID() throws(SyntaxError) {
    guard let range = callID() else { throw SyntaxError(.missingCallID, at: 0) }
    let bytes = bytes.span
    var stop = bytes.skip(.word, from: range.lowerBound, to: range.upperBound)
    if stop > range.lowerBound, stop < range.upperBound, bytes[stop] == UInt8(ascii: "@") {
      stop = bytes.skip(.word, from: stop &+ 1, to: range.upperBound)
    }
    guard stop == range.upperBound, stop > range.lowerBound, bytes[stop &- 1] != UInt8(ascii: "@")
    else { throw SyntaxError(.badCallID, at: stop) }
  }

  /// The URIs of From and To, and every Contact and route.
  private func checkAddresses() throws(SyntaxError) {
    _ = try SIPURI(bytes.span, from().uri)
    _ = try SIPURI(bytes.span, to().uri)
    for name: HeaderName in [.contact, .route, .recordRoute] {
      for address in try addresses(name) where !(name == .contact && address.isWildcard) {
        _ = try SIPURI(bytes.span, address.uri)
      }
    }
  }

  /// RFC 3261 §10.2: an address of record is a SIP or SIPS URI.
  private func checkRegistrable() throws(SyntaxError) {
    let uri = try to().uri
    switch try SIPURI(bytes.span, uri).scheme {
    case .sip, .sips: break
    case .tel, .other: throw SyntaxError(.badURI, at: uri.lowerBound)
    }
  }

  /// An INVITE without a Contact can only come from a client of RFC 2543, which has no magic
  /// cookie in its branch (RFC 4475 §3.4.1).
  private func checkOldStyle() throws(SyntaxError) {
    let via = try via()
    guard let branch = via.branch, branch.count >= 7,
      bytes.span.holds("z9hG4bK", at: branch.lowerBound..<branch.lowerBound &+ 7)
    else { return }
    throw SyntaxError(.missingContact, at: 0)
  }

  private func error(_ check: () throws(SyntaxError) -> Void) -> SyntaxError? {
    do throws(SyntaxError) {
      try check()
      return nil
    } catch {
      return error
    }
  }
}
