/// What a user agent server can do; a request outside of it is answered with what it lacks.
public struct Capabilities: Sendable {
  /// The methods that are taken.
  public var methods: MethodSet
  /// The option tags that may be required (RFC 3261 §19.2).
  public var extensions: [StaticString]
  /// The media types of bodies that are taken, in lower case.
  public var contentTypes: [StaticString]
  /// The largest body that is taken, in bytes.
  public var maximumBody: Int
  /// The longest Request-URI that is taken, in bytes.
  public var maximumURI: Int

  /// Makes the capabilities of a telephone that knows no extension.
  public init(
    methods: MethodSet, extensions: [StaticString] = [],
    contentTypes: [StaticString] = ["application/sdp"], maximumBody: Int = 16_384,
    maximumURI: Int = 1024
  ) {
    self.methods = methods
    self.extensions = extensions
    self.contentTypes = contentTypes
    self.maximumBody = maximumBody
    self.maximumURI = maximumURI
  }
}

/// What is to be done with a message before anybody looks at what it asks for.
public enum Verdict: Equatable, Sendable {
  /// It is in order.
  case accept
  /// Forget it; the error is for the counters.
  case drop(SyntaxError)
  /// It cannot be understood: 400, or 505 for another version.
  case malformed(code: UInt16, SyntaxError)
  /// It can be understood but not served: 405 with Allow, 406, 413, 414, 415 with Accept, 416,
  /// 420 with Unsupported.
  case unsupported(code: UInt16)

  /// The status code of the answer, or `nil` if there is none.
  public var code: UInt16? {
    switch self {
    case .accept, .drop: nil
    case .malformed(let code, _), .unsupported(let code): code
    }
  }
}

extension Message {
  /// Judges the message in the order of RFC 3261 §8.2.
  ///
  /// Grammar, method, Request-URI, extensions, content. A response or an ACK that is wrong is
  /// dropped, for neither may be answered.
  public func verdict(_ capabilities: Capabilities) -> Verdict {
    switch startLine {
    case .status:
      if let error = fault ?? firstError() ?? responseError() { return .drop(error) }
      return .accept
    case .request(let method, let uri):
      let verdict = requestVerdict(method, uri, capabilities)
      guard method == .ack, verdict != .accept else { return verdict }
      switch verdict {
      case .malformed(_, let error), .drop(let error): return .drop(error)
      case .accept, .unsupported: return .accept
      }
    }
  }

  private func requestVerdict(
    _ method: Method, _ uri: Range<Int>, _ capabilities: Capabilities
  ) -> Verdict {
    // RFC 3261 §8.2.6.2: an answer is made of the request's Via; without one there is none.
    guard contains(.via) else { return .drop(SyntaxError(.missingVia, at: 0)) }
    if let fault { return .malformed(code: fault.reason == .badVersion ? 505 : 400, fault) }
    if let error = firstError() ?? requestError(method) { return .malformed(code: 400, error) }
    guard capabilities.methods.contains(method) else {
      return .unsupported(code: method == .other ? 501 : 405)
    }
    if uri.count > capabilities.maximumURI { return .unsupported(code: 414) }
    switch target(uri) {
    case .failure(let error): return .malformed(code: 400, error)
    case .success(.other): return .unsupported(code: 416)
    case .success: break
    }
    return serviceVerdict(method, capabilities)
  }

  private func serviceVerdict(_ method: Method, _ capabilities: Capabilities) -> Verdict {
    // RFC 3261 §8.2.2.3: CANCEL and ACK to a failure are never refused for an extension.
    if method != .cancel, method != .ack, !unsupportedExtensions(capabilities).isEmpty {
      return .unsupported(code: 420)
    }
    if body.count > capabilities.maximumBody { return .unsupported(code: 413) }
    if !body.isEmpty, contains(.contentType), !takesContent(capabilities) {
      return .unsupported(code: 415)
    }
    if method == .invite, !acceptsDescription() { return .unsupported(code: 406) }
    return .accept
  }

  /// The option tags of Require that the server does not know, for the Unsupported of a 420.
  public func unsupportedExtensions(_ capabilities: Capabilities) -> [Range<Int>] {
    var result: [Range<Int>] = []
    forEachElement(.require) { tag in
      for known in capabilities.extensions where bytes.span.holdsIgnoringCase(known, at: tag) {
        return
      }
      result.append(tag)
    }
    return result
  }

  private func takesContent(_ capabilities: Capabilities) -> Bool {
    for type in capabilities.contentTypes where content(type) != nil { return true }
    // RFC 3261 §20.11: what is not needed for the request may be ignored.
    return contains(.contentDisposition) && handlingIsOptional()
  }

  private func handlingIsOptional() -> Bool {
    guard let range = first(.contentDisposition) else { return false }
    let start = bytes.span.find(UInt8(ascii: ";"), from: range.lowerBound, to: range.upperBound)
    guard let value = parameter("handling", in: start..<range.upperBound) else { return false }
    return bytes.span.holdsIgnoringCase("optional", at: value)
  }

  /// Whether the sender of an INVITE takes a session description (RFC 3261 §20.1).
  private func acceptsDescription() -> Bool {
    guard contains(.accept) else { return true }
    var accepts = false
    forEachElement(.accept) { element in
      let end = bytes.span.find(
        UInt8(ascii: ";"), from: element.lowerBound, to: element.upperBound)
      let type = bytes.span.trimmedEnd(element.lowerBound..<end)
      for known: StaticString in ["application/sdp", "application/*", "*/*"]
      where bytes.span.holdsIgnoringCase(known, at: type) { accepts = true }
    }
    return accepts
  }
}
