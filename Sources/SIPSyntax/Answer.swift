public import Base

extension MessageWriter {
  /// Starts the response to a request: Via, From, To, Call-ID and CSeq are copied (RFC 3261 §8.2.6).
  ///
  /// `source` is where the request came from: the first Via gets `received` if it names another
  /// host (§18.2.1), and `rport` if the sender asked for it (RFC 3581 §4). `tag` is added to the To
  /// if it has none and the code is not 100.
  public init(answering request: Message, code: UInt16, tag: Text, source: Endpoint) {
    self.init(response: code)
    addVias(of: request, source)
    copy(.from, from: request)
    addTo(of: request, code == 100 ? [] : tag)
    copy(.callID, from: request)
    copy(.cSeq, from: request)
    if code == 100 { copy(.timestamp, from: request) }
  }

  private mutating func addVias(of request: Message, _ source: Endpoint) {
    var isFirst = true
    request.forEach(.via) { value in
      if isFirst {
        add(.via, MessageWriter.stamped(request, value, source))
      } else {
        add(.via, request.bytes[value])
      }
      isFirst = false
    }
  }

  /// The Via field with `received` and `rport` in its first value.
  private static func stamped(
    _ request: Message, _ value: Range<Int>, _ source: Endpoint
  ) -> Text {
    let bytes = request.bytes
    guard let via = try? request.via() else { return Text(bytes[value]) }
    let end = bytes.span.elementEnd(from: value.lowerBound, to: value.upperBound)
    var result = Text(bytes[value.lowerBound..<end])
    if via.rport == .requested, let name = bytes.parameter("rport", in: via.tail(bytes, end)) {
      result = Text(bytes[value.lowerBound..<name.upperBound])
      result.append("=")
      result.append(decimal: source.port)
      result.append(contentsOf: bytes[name.upperBound..<end])
    }
    if via.received == nil, via.rport == .requested || !via.names(source.address, bytes) {
      result.append(";received=")
      result.append(source.address)
    }
    result.append(contentsOf: bytes[end..<value.upperBound])
    return result
  }

  private mutating func addTo(of request: Message, _ tag: Text) {
    guard let range = request.first(.to) else { return }
    var value = Text(request.bytes[range])
    if !tag.isEmpty, let to = try? request.to(), to.tag == nil {
      value.append(";tag=")
      value.append(contentsOf: tag)
    }
    add(.to, value)
  }
}

extension Via {
  /// The parameters: everything from the first semicolon behind sent-by on.
  fileprivate func tail(_ bytes: Text, _ end: Int) -> Range<Int> {
    bytes.span.find(UInt8(ascii: ";"), from: host.upperBound, to: end)..<end
  }

  /// Whether sent-by is this address.
  public func names(_ address: IPAddress, _ bytes: Text) -> Bool {
    var host = bytes[host.clamped(to: 0..<bytes.count)]
    if host.first == UInt8(ascii: "[") { host = host.dropFirst().dropLast() }
    return IPAddress(parsing: host) == address
  }
}
