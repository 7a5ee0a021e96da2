internal import Base
internal import SIPSyntax

extension Caller {
  /// Reads who is calling from an INVITE (RFC 3325 §9.1, RFC 3323 §4.2).
  init(of request: Message) {
    let from = try? request.from()
    let asserted = Caller.asserted(request) ?? from
    let number = asserted.map { Caller.number($0, request) } ?? []
    let name = asserted?.displayName ?? from?.displayName
    if Caller.wantsPrivacy(request) || from.map({ Caller.isAnonymous($0, request) }) ?? true {
      self.init(number: [], displayName: [], isAnonymous: true)
    } else {
      self.init(
        number: number, displayName: name.map { request.bytes.unquoted($0) } ?? [],
        isAnonymous: false)
    }
    redirectedFrom = Caller.redirection(request)
    alert = AlertPattern(of: request)
  }

  /// Who diverted the call last: by Diversion (RFC 5806), whose first one is the newest, or else by
  /// History-Info (RFC 7044).
  private static func redirection(_ request: Message) -> Text {
    if let last = (try? request.addresses(.diversion))?.first {
      let privacy = request.parameter("privacy", in: last.parameters).map { request.text($0) } ?? []
      let isHidden = !privacy.isEmpty && !privacy.equalsIgnoringCase("off")
      return isHidden ? [] : number(last, request)
    }
    let entries = (try? request.addresses(.historyInfo)) ?? []
    for entry in entries.reversed() {
      guard let origin = diverter(of: entry, request) else { continue }
      let from = entries.first {
        request.parameter("index", in: $0.parameters).map { request.bytes[$0] } == origin
      }
      guard let from, !isPrivate(from, request) else { return [] }
      return number(from, request)
    }
    return []
  }

  /// The index of the entry whose user sent the call on to this one; `nil` if nobody did.
  ///
  /// RFC 7044 §10.3: `mp` names it; by `rc` and `np` the user has stayed the same. A sender of
  /// RFC 4244 says none of them, but the cause (RFC 4458), and means the entry above.
  private static func diverter(
    of entry: NameAddress, _ request: Message
  ) -> ArraySlice<UInt8>? {
    if let user = request.parameter("mp", in: entry.parameters) { return request.bytes[user] }
    guard request.parameter("rc", in: entry.parameters) == nil,
      request.parameter("np", in: entry.parameters) == nil,
      let uri = try? SIPURI(parsing: request.bytes, entry.uri),
      request.parameter("cause", in: uri.parameters) != nil,
      let index = request.parameter("index", in: entry.parameters),
      let dot = request.bytes[index].lastIndex(of: UInt8(ascii: "."))
    else { return nil }
    return request.bytes[index.lowerBound..<dot]
  }

  /// RFC 7044 §10.1.2: an entry's own Privacy stands in the headers of its URI.
  private static func isPrivate(_ entry: NameAddress, _ request: Message) -> Bool {
    guard let uri = try? SIPURI(parsing: request.bytes, entry.uri) else { return true }
    return request.bytes[uri.headers].split(separator: UInt8(ascii: "&")).contains {
      $0.prefix(8).equalsIgnoringCase("Privacy=")
        && !$0.dropFirst(8).equalsIgnoringCase("none")
    }
  }

  /// The first P-Asserted-Identity with a number in it.
  private static func asserted(_ request: Message) -> NameAddress? {
    let identities = (try? request.addresses(.pAssertedIdentity)) ?? []
    return identities.first { !number($0, request).isEmpty }
  }

  private static func number(_ address: NameAddress, _ request: Message) -> Text {
    guard let uri = try? SIPURI(parsing: request.bytes, address.uri), let user = uri.user else {
      return []
    }
    // RFC 3261 §19.1.6: a telephone-subscriber's parameters stand in the user part.
    let whole = request.bytes[user]
    let end = whole.firstIndex(of: UInt8(ascii: ";")) ?? whole.endIndex
    let number = request.bytes.unescaped(whole.startIndex..<end)
    guard uri.scheme == .tel || number.first == UInt8(ascii: "+") else { return number }
    return number.filter { !isSeparator($0) }
  }

  /// RFC 3966 §5.1.1: what only makes a number easier to read.
  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "(")
      || byte == UInt8(ascii: ")")
  }

  private static func isAnonymous(_ address: NameAddress, _ request: Message) -> Bool {
    guard let uri = try? SIPURI(parsing: request.bytes, address.uri) else { return true }
    return request.bytes[uri.host].equalsIgnoringCase("anonymous.invalid")
      || uri.user.map { request.bytes[$0].equalsIgnoringCase("anonymous") } ?? false
  }

  /// Whether Privacy asks to hide the identity: `id`, `user` or `header`, not `none`.
  private static func wantsPrivacy(_ request: Message) -> Bool {
    var wants = false
    request.forEach(.privacy) { range in
      let words = request.bytes[range].split { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") }
      for word in words {
        let word = trimmed(word)
        if word.equalsIgnoringCase("id") || word.equalsIgnoringCase("user")
          || word.equalsIgnoringCase("header")
        {
          wants = true
        }
      }
    }
    return wants
  }

  private static func trimmed(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var word = word
    while word.first == 0x20 || word.first == 0x09 { word.removeFirst() }
    while word.last == 0x20 || word.last == 0x09 { word.removeLast() }
    return word
  }
}
