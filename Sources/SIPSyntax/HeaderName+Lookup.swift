internal import Base

extension HeaderName {
  /// The name that the bytes spell, letters compared without case (RFC 3261 §7.3.1).
  @inline(__always)
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    if range.count == 1 {
      self.init(compact: bytes[range.lowerBound])
    } else {
      self = HeaderName.find(bytes, range)
    }
  }

  private static func find(_ bytes: Span<UInt8>, _ range: Range<Int>) -> HeaderName {
    let (first, last) = ofLength(range.count)
    var candidate = first.rawValue
    while candidate <= last.rawValue {
      guard let name = HeaderName(rawValue: candidate), name != .other else { break }
      if bytes.holdsIgnoringCase(name.spelling, at: range) { return name }
      candidate &+= 1
    }
    return .other
  }

  /// The name whose compact form is the letter (RFC 3261 §7.3.3 and the extensions' own).
  private init(compact letter: UInt8) {
    self =
      switch lowercased(letter) {
      case UInt8(ascii: "b"): .referredBy
      case UInt8(ascii: "c"): .contentType
      case UInt8(ascii: "e"): .contentEncoding
      case UInt8(ascii: "f"): .from
      case UInt8(ascii: "i"): .callID
      case UInt8(ascii: "k"): .supported
      case UInt8(ascii: "l"): .contentLength
      case UInt8(ascii: "m"): .contact
      case UInt8(ascii: "o"): .event
      case UInt8(ascii: "r"): .referTo
      case UInt8(ascii: "s"): .subject
      case UInt8(ascii: "t"): .to
      case UInt8(ascii: "v"): .via
      case UInt8(ascii: "x"): .sessionExpires
      default: .other
      }
  }

  /// The first and the last name of that length.
  private static func ofLength(_ length: Int) -> (HeaderName, HeaderName) {
    switch length {
    case 2: (.to, .to)
    case 3: (.via, .via)
    case 4: (.from, .rAck)
    case 5: (.route, .allow)
    case 6: (.accept, .minSE)
    case 7: (.callID, .subject)
    case 8: (.referTo, .replaces)
    case 9: (.supported, .diversion)
    case 10: (.userAgent, .alertInfo)
    case 11: (.retryAfter, .referredBy)
    case 12: (.contentType, .historyInfo)
    case 13: (.authorization, .pEarlyMedia)
    case 14: (.contentLength, .contentLength)
    case 15: (.sessionExpires, .sessionExpires)
    case 16: (.wwwAuthenticate, .contentEncoding)
    case 17: (.pCalledPartyID, .pCalledPartyID)
    case 18: (.proxyAuthenticate, .subscriptionState)
    case 19: (.proxyAuthorization, .contentDisposition)
    case 20: (.pPreferredIdentity, .pPreferredIdentity)
    default: (.other, .other)
    }
  }
}
