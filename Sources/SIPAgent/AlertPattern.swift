internal import Base
internal import SIPSyntax

/// How a call wants to be announced, as far as a bell can tell it (RFC 7462, and what SBCs say).
public enum AlertPattern: UInt8, Equatable, Sendable {
  /// Like any other call.
  case ordinary
  /// A call from the same enterprise.
  case inside
  /// A call that matters more than others.
  case urgent
  /// The fourth pattern of GR-506.
  case fourth

  /// Words that stand for a pattern anywhere in an Alert-Info, the more special ones first.
  ///
  /// The URNs are those of RFC 7462 §9; `alert-…` and `Bellcore-dr…` are what application servers
  /// write behind `info=` or into a URI that nobody fetches.
  private static let words: [(StaticString, AlertPattern)] = [
    ("bellcore-dr1", .ordinary), ("bellcore-dr2", .inside), ("bellcore-dr3", .urgent),
    ("bellcore-dr4", .fourth), ("urn:alert:priority:high", .urgent),
    ("urn:alert:source:internal", .inside), ("urn:alert:source:external", .ordinary),
    ("alert-internal", .inside), ("alert-external", .ordinary), ("alert-emergency", .urgent),
  ]

  /// Reads the Alert-Info of an INVITE; what is not known is ordinary.
  init(of request: Message) {
    var found: AlertPattern?
    request.forEach(.alertInfo) { range in
      guard found == nil else { return }
      found = Self.words.first { request.bytes[range].holds($0.0) }?.1
    }
    self = found ?? .ordinary
  }
}

extension ArraySlice where Element == UInt8 {
  /// Whether the literal stands somewhere in the bytes, compared without case.
  fileprivate func holds(_ literal: StaticString) -> Bool {
    let length = literal.utf8CodeUnitCount
    guard count >= length else { return false }
    return (startIndex...endIndex - length).contains {
      self[$0..<$0 + length].equalsIgnoringCase(literal)
    }
  }
}
