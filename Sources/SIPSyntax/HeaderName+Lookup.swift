internal import Base

extension HeaderName {
  /// The name's bit in a set of names.
  @inline(__always)
  var bit: UInt64 { 1 &<< UInt64(rawValue) }

  /// The name that the bytes spell, letters compared without case (RFC 3261 §7.3.1).
  @inline(__always)
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    if range.count == 1 {
      self.init(compact: bytes[range.lowerBound])
    } else {
      self = HeaderName.find(bytes, range)
    }
  }

  @inline(__always)
  private static func find(_ bytes: Span<UInt8>, _ range: Range<Int>) -> HeaderName {
    guard range.count > 2 else { return findShort(bytes, range) }
    // Not exactly lower case for what is no letter; the comparison that follows is exact.
    let candidate = candidate(
      range.count, bytes[range.lowerBound] | 0x20, bytes[range.lowerBound &+ 2] | 0x20)
    return bytes.spells(candidate.inlinedSpelling, at: range) ? candidate : .other
  }

  private static func findShort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> HeaderName {
    bytes.holdsIgnoringCase("To", at: range) ? .to : .other
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

  /// The only name of the list with that length, first and third letter, or any other one.
  ///
  /// The third letter decides where two names of one length start with the same.
  @inline(__always)
  private static func candidate(_ length: Int, _ first: UInt8, _ third: UInt8) -> HeaderName {
    switch length {
    case 3: return .via
    case 4:
      switch first {
      case UInt8(ascii: "f"): return .from
      case UInt8(ascii: "c"): return .cSeq
      case UInt8(ascii: "p"): return .path
      case UInt8(ascii: "d"): return .date
      default: return third == UInt8(ascii: "e") ? .rSeq : .rAck
      }
    case 5:
      switch first {
      case UInt8(ascii: "r"): return .route
      case UInt8(ascii: "e"): return .event
      default: return .allow
      }
    case 6:
      switch first {
      case UInt8(ascii: "a"): return .accept
      case UInt8(ascii: "r"): return .reason
      case UInt8(ascii: "s"): return .server
      default: return .minSE
      }
    case 7:
      switch first {
      case UInt8(ascii: "c"): return third == UInt8(ascii: "l") ? .callID : .contact
      case UInt8(ascii: "e"): return .expires
      case UInt8(ascii: "r"): return .require
      case UInt8(ascii: "w"): return .warning
      case UInt8(ascii: "p"): return .privacy
      default: return .subject
      }
    case 8:
      switch first {
      case UInt8(ascii: "p"): return .priority
      default: return third == UInt8(ascii: "f") ? .referTo : .replaces
      }
    case 9:
      switch first {
      case UInt8(ascii: "s"): return .supported
      case UInt8(ascii: "c"): return .callInfo
      case UInt8(ascii: "d"): return .diversion
      default: return .timestamp
      }
    case 10:
      switch first {
      case UInt8(ascii: "u"): return .userAgent
      default: return .alertInfo
      }
    case 11:
      switch first {
      case UInt8(ascii: "r"): return third == UInt8(ascii: "t") ? .retryAfter : .referredBy
      case UInt8(ascii: "m"): return .minExpires
      default: return .unsupported
      }
    case 12:
      switch first {
      case UInt8(ascii: "c"): return .contentType
      case UInt8(ascii: "r"): return .recordRoute
      case UInt8(ascii: "m"): return .maxForwards
      default: return .historyInfo
      }
    case 13:
      switch first {
      case UInt8(ascii: "a"): return .authorization
      case UInt8(ascii: "p"): return third == UInt8(ascii: "o") ? .proxyRequire : .pEarlyMedia
      default: return .serviceRoute
      }
    case 14: return .contentLength
    case 15: return third == UInt8(ascii: "c") ? .securityServer : .sessionExpires
    case 16:
      switch first {
      case UInt8(ascii: "w"): return .wwwAuthenticate
      case UInt8(ascii: "p"): return .pAssociatedURI
      default: return .contentEncoding
      }
    case 17: return .pCalledPartyID
    case 18:
      switch first {
      case UInt8(ascii: "p"): return .proxyAuthenticate
      default: return .subscriptionState
      }
    case 19:
      switch first {
      case UInt8(ascii: "p"):
        return third == UInt8(ascii: "o") ? .proxyAuthorization : .pAssertedIdentity
      case UInt8(ascii: "a"): return .authenticationInfo
      default: return .contentDisposition
      }
    case 20: return .pPreferredIdentity
    default: return .other
    }
  }
}
