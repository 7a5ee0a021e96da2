internal import Base

/// Why words are not a value: which of them, where in it, and the reason.
struct ValueProblem: Error {
  /// The place of the word at fault among those given; behind the last: one is missing.
  var index: Int
  /// Where in that word, in bytes.
  var offset = 0
  var reason: Text
}

/// The words behind a parameter's name, read one after the other.
struct ValueReader {
  let words: ArraySlice<Word>
  let checks: ConfigurationChecks
  private var next: Int

  init(_ words: ArraySlice<Word>, _ checks: ConfigurationChecks) {
    self.words = words
    self.checks = checks
    next = words.startIndex
  }

  /// Reads all words as one value of the type.
  mutating func read(_ type: ParameterType) throws(ValueProblem) -> ParameterValue {
    let value = try readValue(type)
    guard next < words.endIndex else { return value }
    throw problem(at: next, extraWordReason(type))
  }

  private mutating func readValue(_ type: ParameterType) throws(ValueProblem) -> ParameterValue {
    switch type {
    case .flag: return .on
    case .endpoint(let port): return try readEndpoint(type, standardPort: port)
    case .server(let port): return try readServer(type, standardPort: port)
    case .choices(let known): return try readChoices(type, known)
    case .choice(let known):
      let word = try take(type)
      return .choice(try place(of: word, in: known))
    case .number(let range, _): return .number(try readNumber(type, range))
    case .evenNumber(let range):
      let number = try readNumber(type, range)
      guard number % 2 == 0 else { throw refusal(" is odd: ", type) }
      return .number(number)
    case .seconds(let range): return .number(try readSeconds(type, range))
    case .address: return .endpoint(Endpoint(try readAddress(), 0))
    case .host, .text, .secret, .telephoneNumber, .numberList, .country, .digitMap, .socketPath,
      .interfaceAddress, .device, .hardwareAddress, .accessNetwork, .httpsURL,
      .sipURI:
      return .text(try readText(type))
    }
  }

  private mutating func take(_ type: ParameterType) throws(ValueProblem) -> Word {
    guard next < words.endIndex else {
      var reason = Text("a value is missing: ")
      reason.append(contentsOf: type.summary)
      throw problem(at: next, reason)
    }
    next += 1
    return words[next - 1]
  }

  // MARK: - Text

  private mutating func readText(_ type: ParameterType) throws(ValueProblem) -> Text {
    let word = try take(type)
    switch type {
    case .host:
      guard isHost(word.text) else { throw refusal(" is not ", type) }
    case .text(let limit), .secret(let limit):
      try check(word, type, limit)
    case .telephoneNumber:
      guard isTelephoneNumber(word.text) else {
        throw refusal(" is not a telephone number: ", type)
      }
    case .numberList:
      guard numberList(word.text) != nil else { throw refusal(" is not ", type) }
    case .country:
      guard checks.countries.contains(word.text) else { throw countryProblem(word.text) }
    case .digitMap:
      if let found = checks.digitMapProblem(word.text) {
        var reason = Text("not a digit map: ")
        reason.append(contentsOf: found.reason)
        throw ValueProblem(index: next - 1, offset: found.offset, reason: reason)
      }
    case .socketPath:
      guard word.text.first == UInt8(ascii: "/"), word.text.count <= 107 else {
        throw refusal(" is not ", type)
      }
    case .interfaceAddress:
      guard isInterfaceAddress(word.text) else { throw refusal(" is not ", type) }
    case .device:
      guard isDevice(word.text) else { throw refusal(" is not ", type) }
    case .accessNetwork:
      guard isAccessNetwork(word.text) else { throw refusal(" is not ", type) }
    case .httpsURL:
      guard WebAddress(parsing: word.text) != nil else { throw refusal(" is not ", type) }
    case .sipURI:
      guard isSIPURI(word.text) else { throw refusal(" is not ", type) }
    case .hardwareAddress:
      guard hardwareAddress(word.text) != nil else { throw refusal(" is not ", type) }
    case .number, .evenNumber, .seconds, .endpoint, .server, .address, .choice, .choices, .flag:
      preconditionFailure("not a type of text")
    }
    return word.text
  }

  private func check(
    _ word: Word, _ type: ParameterType, _ limit: Int
  ) throws(ValueProblem) {
    guard (1...limit).contains(word.text.count) else {
      var reason = Text(word.text.isEmpty ? "the value is empty: " : "the value is too long: ")
      reason.append(contentsOf: type.summary)
      throw problem(at: next - 1, reason)
    }
    guard case .secret = type, !word.isQuoted, word.text.first == UInt8(ascii: "<") else { return }
    let reason = Text("a secret that begins with < must be in quotes")
    throw problem(at: next - 1, reason)
  }

  private func countryProblem(_ country: Text) -> ValueProblem {
    var reason = Text()
    reason.append(quoted: country)
    reason.append(" is not a country that this firmware knows")
    reason.append(suggestionFor: country, among: checks.countries)
    return problem(at: next - 1, reason)
  }

  // MARK: - Numbers

  private mutating func readNumber(
    _ type: ParameterType, _ range: ClosedRange<Int>
  ) throws(ValueProblem) -> Int {
    let word = try take(type)
    guard isDigits(word.text) else { throw refusal(" is not a number: ", type) }
    guard let value = word.text.decimalValue, let number = Int(exactly: value),
      range.contains(number)
    else { throw refusal(" is out of range: ", type) }
    return number
  }

  private mutating func readSeconds(
    _ type: ParameterType, _ range: ClosedRange<Int>
  ) throws(ValueProblem) -> Int {
    let word = try take(type)
    let parts = word.text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first, isDigits(Text(whole)) else {
      throw refusal(" is not a time in seconds: ", type)
    }
    var decimals = parts.count == 2 ? Text(parts[1]) : Text("0")
    guard isDigits(decimals), decimals.count <= 3 else {
      throw refusal(" is not a time in seconds: ", type)
    }
    while decimals.count < 3 { decimals.append(UInt8(ascii: "0")) }
    guard whole.count <= 6, let seconds = whole.decimalValue, let rest = decimals.decimalValue,
      let milliseconds = Int(exactly: seconds * 1000 + rest), range.contains(milliseconds)
    else { throw refusal(" is out of range: ", type) }
    return milliseconds
  }

  // MARK: - Addresses and choices

  private mutating func readAddress() throws(ValueProblem) -> IPAddress {
    let word = try take(.address)
    guard let address = IPAddress(parsing: word.text[...]) else {
      throw refusal(" is not an IP address such as 192.0.2.1 or 2001:db8::1", nil)
    }
    guard isUsable(address) else {
      throw refusal(" is not the address of one host", nil)
    }
    return address
  }

  private mutating func readEndpoint(
    _ type: ParameterType, standardPort: UInt16
  ) throws(ValueProblem) -> ParameterValue {
    if next >= words.endIndex { _ = try take(type) }
    let address = try readAddress()
    return .endpoint(Endpoint(address, try readPort(type) ?? standardPort))
  }

  private mutating func readServer(
    _ type: ParameterType, standardPort: UInt16
  ) throws(ValueProblem) -> ParameterValue {
    let word = try take(type)
    // A name without a dot is a slip: no domain of ours is added to it.
    guard isHostName(word.text), word.text.contains(UInt8(ascii: ".")) else {
      guard IPAddress(parsing: word.text[...]) != nil else {
        throw refusal(" is no address such as 192.0.2.1 and no name such as sbc.example.net", nil)
      }
      next -= 1
      return try readEndpoint(type, standardPort: standardPort)
    }
    return .host(word.text.map(lowercased), port: try readPort(type) ?? 0)
  }

  /// The rest of the words, `port N`; `nil` when there is none.
  private mutating func readPort(_ type: ParameterType) throws(ValueProblem) -> UInt16? {
    guard next < words.endIndex else { return nil }
    guard words[next].text.equals("port") else {
      next += 1
      throw refusal(" is not expected here: ", type)
    }
    next += 1
    return UInt16(try readNumber(.number(1...65_535, unit: ""), 1...65_535))
  }

  private mutating func readChoices(
    _ type: ParameterType, _ known: [StaticString]
  ) throws(ValueProblem) -> ParameterValue {
    var places: [UInt8] = []
    repeat {
      let word = try take(type)
      let found = try place(of: word, in: known)
      guard !places.contains(found) else { throw refusal(" is there twice", nil) }
      places.append(found)
    } while next < words.endIndex
    return .choices(places)
  }

  private func place(of word: Word, in known: [StaticString]) throws(ValueProblem) -> UInt8 {
    if let place = known.firstIndex(where: { word.text.equals($0) }) { return UInt8(place) }
    var reason = Text()
    reason.append(quoted: word.text)
    reason.append(" is not known")
    reason.append(suggestionFor: word.text, among: known.map { Text($0) })
    throw problem(at: next - 1, reason)
  }

  // MARK: - Problems

  private func problem(at index: Int, _ reason: Text) -> ValueProblem {
    ValueProblem(index: index, reason: reason)
  }

  /// The last word taken, why it is refused and, with a type, what would be accepted.
  private func refusal(_ why: StaticString, _ expected: ParameterType?) -> ValueProblem {
    var reason = Text()
    reason.append(quoted: words[next - 1].text)
    reason.append(why)
    if let expected { reason.append(contentsOf: expected.summary) }
    return problem(at: next - 1, reason)
  }

  private func extraWordReason(_ type: ParameterType) -> Text {
    switch type {
    case .secret: return Text("a word too many: put a value with spaces in quotes")
    case .text, .flag, .host, .telephoneNumber, .numberList, .country, .digitMap, .socketPath,
      .number, .evenNumber, .seconds, .endpoint, .server, .address, .interfaceAddress, .device,
      .accessNetwork, .hardwareAddress, .httpsURL, .sipURI, .choice, .choices:
      var reason = Text()
      reason.append(quoted: words[next].text)
      reason.append(" is a word too many")
      if case .text = type { reason.append(": put a value with spaces in quotes") }
      return reason
    }
  }
}
