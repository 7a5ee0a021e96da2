internal import Base

extension Array where Element == UInt8 {
  /// How much of a request's line is shown, in bytes.
  private static var shownLimit: Int { 60 }

  /// Appends what stands beside an arrow of a ladder: `INVITE sip:6002@example.net`, or
  /// `180 Ringing (INVITE)`; whatever the bytes are.
  mutating func append(ladderWordsOf message: Text) {
    // No message of SIP begins with 0 or 1, and every one of STUN does that we know.
    if let first = message.first, first < 2 { return append("STUN") }
    let line = message.prefix { $0 != 0x0D && $0 != 0x0A }
    let status = Text("SIP/2.0 ")
    if line.starts(with: status) {
      append(contentsOf: line.dropFirst(status.count).prefix(Self.shownLimit))
      guard let method = Self.method(of: message) else { return }
      append(" (")
      append(contentsOf: method)
      append(")")
    } else {
      let end = line.lastIndex(of: UInt8(ascii: " ")) ?? line.endIndex
      append(contentsOf: line[..<end].prefix(Self.shownLimit))
    }
  }

  /// The method of a response's CSeq (RFC 3261 §20.16).
  private static func method(of message: Text) -> ArraySlice<UInt8>? {
    for line in message.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let line = line.prefix { $0 != 0x0D }
      if line.isEmpty { return nil }
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
        line[..<colon].equalsIgnoringCase("cseq")
      else { continue }
      return line.split(separator: UInt8(ascii: " ")).last.map { $0.prefix(shownLimit) }
    }
    return nil
  }
}
