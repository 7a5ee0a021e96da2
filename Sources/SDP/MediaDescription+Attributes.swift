internal import Base

extension MediaDescription {
  /// Reads the value of an `a=` line of this stream.
  mutating func readAttribute(_ value: ArraySlice<UInt8>, line: Int) throws(SDPError) {
    if let direction = MediaDirection(attribute: value) {
      self.direction = direction
      return
    }
    guard isAudio else { return }
    guard let colon = value.firstIndex(of: UInt8(ascii: ":")) else { return readData(value) }
    let name = value[value.startIndex..<colon]
    let rest = value[(colon + 1)...]
    if name.equals("rtpmap") {
      guard readMapping(rest) else { throw SDPError(.badAttribute, line: line) }
    } else if name.equals("fmtp") {
      readParameters(rest)
    } else if name.equals("ptime") {
      packetMs = milliseconds(rest)
    } else if name.equals("maxptime") {
      longestPacketMs = milliseconds(rest)
    } else if name.equals("gpmd") {
      readFormatData(rest)
    } else if name.equals("ecan") {
      cancelsEcho = holds("on", rest)
    } else if name.equals("crypto") {
      hasCrypto = true
      // A line that we cannot use is skipped (RFC 4568 §7.1.2).
      if keys.count < Self.mostKeys, let key = CryptoAttribute(parsing: rest) { keys.append(key) }
    } else if name.equals("rtcp") {
      var words = WordReader(rest)
      controlPort = words.next()?.decimalValue.flatMap { UInt16(exactly: $0) }
    }
  }

  /// `fax` or `modem`, as China Mobile's IMS has them.
  private mutating func readData(_ name: ArraySlice<UInt8>) {
    if name.equals("fax") {
      data = .fax
    } else if name.equals("modem"), data == nil {
      data = .modem
    }
  }

  /// `8 vbd=yes;ecan=on` (ITU-T V.152 §10).
  private mutating func readFormatData(_ value: ArraySlice<UInt8>) {
    var words = WordReader(value)
    guard let number = words.next()?.decimalValue else { return }
    guard holds("vbd=yes", words.rest) else { return }
    for i in formats.indices where UInt64(formats[i].payloadType) == number {
      formats[i].isData = true
    }
    if holds("ecan=on", words.rest) { cancelsEcho = true }
  }

  /// What speaks instead of people if that format is used.
  ///
  /// Gateways with V.152 offer a format for data beside that for people in every call: it is data
  /// when the format for people is it. Echo is cancelled for a fax machine and no modem.
  func data(for format: Format) -> VoicebandData? {
    data ?? (format.isData ? (cancelsEcho ? .fax : .modem) : nil)
  }

  /// `8 PCMA/8000` or `8 PCMA/8000/1` (§6.6).
  private mutating func readMapping(_ value: ArraySlice<UInt8>) -> Bool {
    var words = WordReader(value)
    guard let number = words.next()?.decimalValue, let name = words.next() else { return false }
    let encoding = Self.encoding(name)
    for i in formats.indices where UInt64(formats[i].payloadType) == number {
      formats[i].encoding = encoding
    }
    return true
  }

  private static func encoding(_ name: ArraySlice<UInt8>) -> Encoding {
    let mono = name.count > 2 && name.suffix(2).equals("/1") ? name.dropLast(2) : name
    for encoding in [Encoding.pcma, .pcmu, .telephoneEvent]
    where mono.equalsIgnoringCase(encoding.name) {
      return encoding
    }
    return .other
  }

  /// `101 0-11,16`: the events that the writer takes (RFC 4733 §2.4.1).
  private mutating func readParameters(_ value: ArraySlice<UInt8>) {
    var words = WordReader(value)
    guard let number = words.next()?.decimalValue, let list = words.next() else { return }
    for i in formats.indices where UInt64(formats[i].payloadType) == number {
      formats[i].events = eventSet(list)
    }
  }

  /// Some write `ptime:20.0` or a blank behind it: what does not parse is not a wish.
  private func milliseconds(_ value: ArraySlice<UInt8>) -> UInt16? {
    var words = WordReader(value)
    guard let word = words.next()?.prefix(while: isDigit) else { return nil }
    return word.decimalValue.flatMap { UInt16(exactly: $0) }
  }
}

/// Whether a list like `vbd=yes;ecan=on` or `fb on -` holds a word.
@inline(never)
private func holds(_ word: StaticString, _ list: ArraySlice<UInt8>) -> Bool {
  var rest = list
  while !rest.isEmpty {
    let end = rest.firstIndex { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: " ") }
    if rest[..<(end ?? rest.endIndex)].equals(word) { return true }
    rest = rest[(end ?? rest.endIndex)...].dropFirst()
  }
  return false
}

/// The events below 32 of a list like `0-11,16` or `events=0-15`; 0 to 15 if it is none.
func eventSet(_ list: ArraySlice<UInt8>) -> UInt32 {
  var set: UInt32 = 0
  for part in list.split(separator: UInt8(ascii: ","), maxSplits: 64) {
    let ends = part.split(separator: UInt8(ascii: "-"), maxSplits: 1)
    guard let first = ends.first?.decimalValue, let last = ends.last?.decimalValue,
      first <= last
    else { return 0xFFFF }
    guard first < 32 else { continue }
    for event in first...min(last, 31) { set |= 1 << UInt32(event) }
  }
  return set
}
