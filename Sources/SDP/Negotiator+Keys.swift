internal import Base

/// Keys of SRTP in offers and answers (RFC 4568 §7.1).
///
/// ```
///   policy     our offer                taken as an offer            taken as an answer
///   off        RTP/AVP                  RTP/AVP, keys are ignored    RTP/AVP
///   offered    RTP/AVP with a=crypto    keys if there are, or plain  with our tag, or plain
///   required   RTP/SAVP                 with keys only               with our tag only
/// ```
/// Best effort is RTP/AVP with keys, which is what far parties without SRTP answer and those with it
/// understand; RFC 5939 would be the standard's way, and few know it. An offer of ours has new keys
/// each time, and so has an answer to new keys: whoever comes to a session that goes on begins to
/// count its packets, and so must we. An offer of data keeps them: it comes in the middle of a
/// signal, to who is there.
extension Negotiator {
  /// What is offered, the strongest first; tags of 32 bits are taken and not offered.
  private static var offeredSuites: [CryptoSuite] { [.gcm256, .gcm128, .counter80] }

  /// The lines of an offer; none when nothing is protected.
  mutating func offeredKeys(for data: VoicebandData?) -> [CryptoAttribute] {
    guard capability.protection != .off else { return [] }
    if data != nil, let agreement {
      return agreement.keys.map { [CryptoAttribute(tag: 1, key: $0.send)] } ?? []
    }
    var lines: [CryptoAttribute] = []
    for suite in Self.offeredSuites {
      lines.append(CryptoAttribute(tag: UInt32(lines.count + 1), key: newKey(suite)))
    }
    return lines
  }

  private mutating func newKey(_ suite: CryptoSuite) -> MediaKey {
    guard var random else { preconditionFailure("keys of nothing") }
    defer { self.random = random }
    return MediaKey(suite, random: &random)
  }

  /// Our key for the far party's; the one that we have while theirs stays the same.
  mutating func ourKey(for theirs: MediaKey) -> MediaKey {
    if let keys = agreement?.keys, keys.receive == theirs { return keys.send }
    return newKey(theirs.suite)
  }

  /// The stream of an offer that we take, with its strongest key.
  func chooseStream(
    of offer: SessionDescription
  ) throws(SDPError) -> (index: Int, line: CryptoAttribute?) {
    var plain: Int?
    var lacksKeys = false
    for (i, media) in offer.media.enumerated() where media.isAudio && media.port != 0 {
      if capability.protection != .off, let line = Self.strongest(media.keys) { return (i, line) }
      if media.isPlainAudio, capability.protection != .required {
        plain = plain ?? i
      } else {
        lacksKeys = capability.protection != .off
      }
    }
    guard let plain else { throw SDPError(lacksKeys ? .noKeys : .noAudio) }
    return (plain, nil)
  }

  private static func strongest(_ lines: [CryptoAttribute]) -> CryptoAttribute? {
    lines.min { $0.key.suite.rawValue < $1.key.suite.rawValue }
  }

  /// The line of an answer.
  static func answer(_ line: CryptoAttribute?, _ keys: MediaKeys?) -> [CryptoAttribute] {
    guard let line, let keys else { return [] }
    return [CryptoAttribute(tag: line.tag, key: keys.send)]
  }

  /// What an answer came to; `nil` for plain RTP.
  func agreeOnKeys(
    _ media: MediaDescription, _ ours: [CryptoAttribute]
  ) throws(SDPError) -> MediaKeys? {
    guard !ours.isEmpty else {
      guard media.isPlainAudio else { throw SDPError(.noAudio) }
      return nil
    }
    guard media.hasCrypto else {
      guard media.isPlainAudio, capability.protection != .required else {
        throw SDPError(.noKeys)
      }
      return nil
    }
    guard media.keys.count == 1, let theirs = media.keys.first,
      let own = ours.first(where: { $0.tag == theirs.tag }),
      own.key.suite == theirs.key.suite
    else { throw SDPError(.badKeys) }
    return MediaKeys(send: own.key, receive: theirs.key)
  }
}
