public import Base

extension DNSAnswer {
  /// How many records of an answer are looked at, aliases included.
  private static let recordLimit = 64
  /// How many aliases are followed.
  private static let aliasLimit = 8

  /// Reads a message (RFC 1035 §4) as the answer to a question.
  ///
  /// Records of other names and of other types are left out, and so are those whose names no host
  /// can have. Whether the message belongs to the query is checked by who sent that.
  @inline(never)
  public init(reading message: Text, to question: DNSQuestion) {
    var reader = DNSReader(message)
    guard let header = reader.header(), header.isResponse,
      header.questions == 0 || (header.questions == 1 && reader.skipQuestion())
    else {
      self = .failure(.malformed)
      return
    }
    switch header.code {
    case 0: break
    case 3:
      self = .failure(.noName)
      return
    case 5:
      self = .failure(.refused)
      return
    default:
      self = .failure(.serverFailure)
      return
    }
    var records: [(owner: Text, DNSRecord)] = []
    var aliases: [(owner: Text, target: Text, seconds: UInt32)] = []
    for _ in 0..<min(Int(header.answers), Self.recordLimit) {
      guard let record = reader.record() else {
        self = .failure(.malformed)
        return
      }
      if record.isAlias, let target = reader.name(at: record.data.lowerBound, in: record.data) {
        aliases.append((record.owner, target, record.seconds))
      } else if record.type == question.type.rawValue,
        let content = reader.content(of: question.type, record.data)
      {
        records.append((record.owner, DNSRecord(content, seconds: record.seconds)))
      }
    }
    let found = Self.follow(question.name.map(lowercased), records, aliases)
    self = found.isEmpty ? .failure(.noData) : .records(found)
  }

  private static func follow(
    _ name: Text, _ records: [(owner: Text, DNSRecord)],
    _ aliases: [(owner: Text, target: Text, seconds: UInt32)]
  ) -> [DNSRecord] {
    var (name, seconds) = (name, UInt32.max)
    for _ in 0...aliasLimit {
      let own = records.filter { $0.owner == name }
      guard own.isEmpty else {
        return own.map { DNSRecord($0.1.content, seconds: min(seconds, $0.1.seconds)) }
      }
      guard let alias = aliases.first(where: { $0.owner == name }) else { return [] }
      name = alias.target
      seconds = min(seconds, alias.seconds)
    }
    return []
  }
}

/// A message's octets, read from the front to the back.
private struct DNSReader {
  /// A record's frame.
  struct Record {
    let owner: Text
    let type: UInt16
    let seconds: UInt32
    let data: Range<Int>

    var isAlias: Bool { type == 5 }
  }

  private let message: Text
  private var next = 0

  init(_ message: Text) { self.message = message }

  mutating func header() -> (isResponse: Bool, code: UInt8, questions: UInt16, answers: UInt16)? {
    guard message.count >= 12 else { return nil }
    next = 12
    return (message[2] & 0x80 != 0, message[3] & 0xF, number(at: 4), number(at: 6))
  }

  mutating func skipQuestion() -> Bool {
    guard let (_, end) = label(at: next), end + 4 <= message.count else { return false }
    next = end + 4
    return true
  }

  /// The next record; `nil` when the message ends in it.
  mutating func record() -> Record? {
    guard let (owner, end) = label(at: next), end + 10 <= message.count else { return nil }
    let data = end + 10..<end + 10 + Int(number(at: end + 8))
    guard data.upperBound <= message.count else { return nil }
    next = data.upperBound
    // RFC 2181 §8: with the uppermost bit set it is none. Of other classes nothing is wanted.
    let seconds = UInt32(number(at: end + 4)) << 16 | UInt32(number(at: end + 6))
    let isInternet = number(at: end + 2) == 1
    return Record(
      owner: owner ?? [], type: isInternet ? number(at: end) : 0,
      seconds: seconds >> 31 == 0 ? seconds : 0, data: data)
  }

  /// What a record says; `nil` when its data do not fit its type.
  func content(of type: DNSType, _ data: Range<Int>) -> DNSRecord.Content? {
    switch type {
    case .a, .aaaa:
      guard let address = IPAddress(octets: message[data]), address.isIPv6 == (type == .aaaa)
      else { return nil }
      return .address(address)
    case .srv:
      let start = data.lowerBound
      guard data.count > 6, let target = name(at: start + 6, in: data) else { return nil }
      return .service(
        priority: number(at: start), weight: number(at: start + 2), port: number(at: start + 4),
        target: target)
    case .naptr: return pointer(data)
    }
  }

  private func pointer(_ data: Range<Int>) -> DNSRecord.Content? {
    let start = data.lowerBound
    guard data.count > 4 else { return nil }
    var place = start + 4
    var texts: [Text] = []
    for _ in 0..<3 {
      guard place < data.upperBound else { return nil }
      let end = place + 1 + Int(message[place])
      guard end <= data.upperBound else { return nil }
      texts.append(Text(message[(place + 1)..<end]))
      place = end
    }
    guard let name = name(at: place, in: data) else { return nil }
    return .pointer(
      order: number(at: start), preference: number(at: start + 2), flags: texts[0],
      service: texts[1], name: name)
  }

  /// The name that is the rest of a record's data; `nil` when it is not, or no host can have it.
  func name(at place: Int, in data: Range<Int>) -> Text? {
    guard place < data.upperBound, let (name, end) = label(at: place), end == data.upperBound else {
      return nil
    }
    return name
  }

  /// The name at a place and where what follows it begins; `nil` when there is none.
  ///
  /// It is in lower case and has no dot at its end, or is itself `nil` when no host can have it.
  /// A pointer (RFC 1035 §4.1.4) must lead to a place before the present one, so that every chain of
  /// them ends.
  private func label(at start: Int) -> (name: Text?, end: Int)? {
    var (place, lowest, end) = (start, start, -1)
    var name = Text()
    var isHost = true
    while place < message.count {
      let length = Int(message[place])
      if length == 0 { return (isHost ? name : nil, end < 0 ? place + 1 : end) }
      if length >= 0xC0 {
        guard place + 1 < message.count else { return nil }
        if end < 0 { end = place + 2 }
        place = (length & 0x3F) << 8 | Int(message[place + 1])
        guard place < lowest else { return nil }
        lowest = place
        continue
      }
      guard length < 64, place + 1 + length <= message.count, name.count + length < 254 else {
        return nil
      }
      if !name.isEmpty { name.append(UInt8(ascii: ".")) }
      for octet in message[(place + 1)..<(place + 1 + length)] {
        name.append(lowercased(octet))
        isHost = isHost && Self.isHostOctet(octet)
      }
      place += 1 + length
    }
    return nil
  }

  /// A letter, a digit, a hyphen, or the underscore of services.
  private static func isHostOctet(_ octet: UInt8) -> Bool {
    octet &- UInt8(ascii: "0") < 10 || lowercased(octet) &- UInt8(ascii: "a") < 26
      || octet == UInt8(ascii: "-") || octet == UInt8(ascii: "_")
  }

  private func number(at place: Int) -> UInt16 {
    UInt16(message[place]) << 8 | UInt16(message[place + 1])
  }
}
