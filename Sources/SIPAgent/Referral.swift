internal import Base
internal import SIPSyntax

/// What a Replaces names: a dialog, as its far side sees it (RFC 3891 §6.1).
struct Replacement: Sendable {
  let callID: Text
  let toTag: Text
  let fromTag: Text
  let isEarlyOnly: Bool

  /// Reads a value; `nil` without a Call-ID and both tags.
  init?(parsing value: Text) {
    let end = value.firstIndex(of: UInt8(ascii: ";")) ?? value.count
    let parameters = end..<value.count
    callID = Text(value[..<end].filter { $0 != UInt8(ascii: " ") })
    guard !callID.isEmpty, let to = value.parameter("to-tag", in: parameters),
      let from = value.parameter("from-tag", in: parameters), !to.isEmpty, !from.isEmpty
    else { return nil }
    toTag = Text(value[to])
    fromTag = Text(value[from])
    isEarlyOnly = value.parameter("early-only", in: parameters) != nil
  }

  /// The value with which a third party replaces our dialog at its far side.
  static func value(for dialog: Dialog) -> Text {
    var value = dialog.callID
    value.append(";to-tag=")
    value += dialog.remoteTag
    value.append(";from-tag=")
    value += dialog.localTag
    return value
  }
}

/// What a REFER asks for, and what its sender still wants to hear of it (RFC 3515).
struct Referral: Sendable {
  /// How long the sender is told; a call that rings longer is on its own.
  static let lifetime = Duration.seconds(180)
  /// The longest Refer-To, Referred-By and Replaces that are taken.
  private static let valueLimit = 512

  /// The Request-URI of the call that is asked for.
  let target: Text
  /// Its user part.
  let number: Text
  /// The Replaces of that call; empty for none.
  let replaces: Text
  /// The Referred-By of that call (RFC 3892); empty for none.
  let referredBy: Text
  /// The CSeq number of the REFER: the `id` of its event (RFC 3515 §2.4.6).
  let identifier: UInt32
  /// When the subscription ends; `nil` where the sender wants none (RFC 4488).
  let expiresAt: Instant?

  /// Reads a REFER; `nil` for one that asks for anything but a call.
  init?(_ request: Message, sequence: UInt32, now: Instant) {
    let addresses = (try? request.addresses(.referTo)) ?? []
    guard addresses.count == 1, let address = addresses.first,
      let uri = try? SIPURI(parsing: request.bytes, address.uri), uri.scheme != .other,
      let user = uri.user, !user.isEmpty, address.uri.count <= Self.valueLimit
    else { return nil }
    if let method = request.parameter("method", in: uri.parameters),
      !Text(request.bytes[method]).equalsIgnoringCase("INVITE")
    {
      return nil
    }
    var replaces = Text()
    for header in request.bytes[uri.headers].split(separator: UInt8(ascii: "&")) {
      guard let equals = header.firstIndex(of: UInt8(ascii: "=")),
        header[..<equals].equalsIgnoringCase("Replaces")
      else { continue }
      replaces = request.bytes.unescaped(equals + 1..<header.endIndex)
      guard Replacement(parsing: replaces) != nil else { return nil }
    }
    let end = uri.headers.isEmpty ? address.uri.upperBound : uri.headers.lowerBound - 1
    target = request.text(address.uri.lowerBound..<end)
    number = request.bytes.unescaped(user)
    self.replaces = replaces
    let by = request.first(.referredBy).map { request.text($0) } ?? []
    referredBy = by.count <= Self.valueLimit ? by : []
    identifier = sequence
    expiresAt = request.refusesSubscription ? nil : now + Self.lifetime
  }
}

extension Message {
  /// Whether Refer-Sub says `false` (RFC 4488 §4).
  var refusesSubscription: Bool {
    var refuses = false
    forEachOther { name, value in
      guard text(name).equalsIgnoringCase("Refer-Sub") else { return }
      let word = bytes[value].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
      refuses = word.equalsIgnoringCase("false")
    }
    return refuses
  }

  /// The status code of a `message/sipfrag` body (RFC 3420).
  var fragmentStatus: UInt16? {
    guard value(of: .contentType, is: "message/sipfrag") else { return nil }
    let line = text(body).prefix(11)
    guard line.prefix(8).equals("SIP/2.0 "), let code = Text(line.dropFirst(8)).decimalValue,
      (100..<700).contains(code)
    else { return nil }
    return UInt16(code)
  }
}
