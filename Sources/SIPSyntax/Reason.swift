internal import Base

extension Message {
  /// The Q.850 cause of the first Reason that has one (RFC 3326 §2, RFC 6432); `nil` without any.
  public func releaseCause() -> UInt8? {
    var cause: UInt8?
    forEachElement(.reason) { element in
      let end = bytes.span.find(
        UInt8(ascii: ";"), from: element.lowerBound, to: element.upperBound)
      let isCause = bytes.span.holdsIgnoringCase(
        "Q.850", at: bytes.span.trimmedEnd(element.lowerBound..<end))
      guard cause == nil, isCause, let value = parameter("cause", in: end..<element.upperBound)
      else { return }
      cause = bytes.span.number(value, upTo: 127).map { UInt8($0) }
    }
    return cause
  }
}

extension MessageWriter {
  /// Adds a Reason with a Q.850 cause.
  public mutating func add(releaseCause cause: UInt8) {
    var value = Text("Q.850;cause=")
    value.append(decimal: cause)
    add(.reason, value)
  }
}
