public import Base

/// The numbers of DHCPv6 that we use (RFC 8415 §7.3, §21; RFC 3319 §3; RFC 3646 §3).
enum DHCPv6 {
  static let reply: UInt8 = 7
  static let informationRequest: UInt8 = 11

  static let clientIdentifier: UInt16 = 1
  static let serverIdentifier: UInt16 = 2
  static let optionRequest: UInt16 = 6
  static let elapsedTime: UInt16 = 8
  static let statusCode: UInt16 = 13
  static let sipServerNames: UInt16 = 21
  static let sipServerAddresses: UInt16 = 22
  static let dnsServers: UInt16 = 23
  static let informationRefreshTime: UInt16 = 32
  static let longestInformationPause: UInt16 = 83

  /// What an Information-request asks for; the last two are a client's duty (§18.2.6).
  static let wanted: [UInt16] = [
    sipServerNames, sipServerAddresses, dnsServers, informationRefreshTime, longestInformationPause,
  ]
}

/// Why a datagram is no answer to an Information-request.
public enum InformationRefusal: Error, Equatable, Sendable {
  /// It is no Reply to our message, which may be no fault of anybody's.
  case notOurs
  /// It ends inside an option.
  case cutOff
  /// It has more options than anybody needs.
  case tooManyOptions
  /// It names no server (RFC 8415 §16.10).
  case noServerIdentifier
  /// It is for another client (§16.10).
  case otherClient
  /// The server answers with this error (§21.13).
  case status(UInt16)
  /// The value of this option has not the shape that the option has.
  case badOption(UInt16)
  /// It tells no SIP server that could be one.
  case noSIPServer

  /// The reason in words, to stand behind `DHCPv6: `.
  public var words: Text {
    switch self {
    case .notOurs: Text("a message that answers nothing")
    case .cutOff: Text("the answer is cut off")
    case .tooManyOptions: Text("the answer has too many options")
    case .noServerIdentifier: Text("the answer names no server (option 2)")
    case .otherClient: Text("the answer is for another client (option 1)")
    case .status(let code): Text("the server refuses with status ").adding(code)
    case .badOption(let code): Text("the answer is malformed in option ").adding(code)
    case .noSIPServer: Text("the server tells no SIP server (options 21 and 22)")
    }
  }
}

extension Array where Element == UInt8 {
  fileprivate func adding(_ number: UInt16) -> Text {
    var text = self
    text.append(decimal: number)
    return text
  }
}

/// What the Reply to an Information-request tells (RFC 8415 §18.2.10, RFC 3319).
public struct InformationReply: Equatable, Sendable {
  /// The SIP servers: names (option 21), which come first, then addresses (option 22).
  public private(set) var sipServers: [ServerName] = []
  /// The DNS servers (option 23), the first choice first.
  public private(set) var dnsServers: [IPAddress] = []
  /// After how long the server is asked again (option 32); `nil` is never.
  public private(set) var refreshTime: Duration? = Self.standardRefreshTime
  /// How long the pause between two requests may grow (option 83), if the server says so.
  public private(set) var longestPause: Duration?

  /// IRT_DEFAULT and IRT_MINIMUM of RFC 8415 §7.6.
  static let standardRefreshTime = Duration.seconds(86_400)
  static let shortestRefreshTime = Duration.seconds(600)
  /// What option 83 may say, in seconds (§21.25); anything else counts as not said.
  private static let pauses: ClosedRange<UInt32> = 60...86_400
  /// How many options are looked at.
  private static let optionLimit = 64
  /// How many servers are taken of each option.
  static let serverLimit = 4

  /// Reads the octets of a datagram as the answer to the request of `transaction`, 24 bits, by the
  /// client with this DUID.
  public init(
    reading message: Text, transaction: UInt32, client: Text
  ) throws(InformationRefusal) {
    guard message.count >= 4, message[0] == DHCPv6.reply,
      Self.number(message[1..<4]) == transaction
    else { throw .notOurs }
    let options = try Self.options(message[4...])
    guard let server = options.value(DHCPv6.serverIdentifier), !server.isEmpty else {
      throw .noServerIdentifier
    }
    guard let addressee = options.value(DHCPv6.clientIdentifier), addressee.elementsEqual(client)
    else { throw .otherClient }
    if let status = options.value(DHCPv6.statusCode) {
      guard status.count >= 2 else { throw .badOption(DHCPv6.statusCode) }
      let code = UInt16(Self.number(status.prefix(2)))
      guard code == 0 else { throw .status(code) }
    }
    try take(options)
    guard !sipServers.isEmpty else { throw .noSIPServer }
  }

  private mutating func take(_ options: OptionList) throws(InformationRefusal) {
    if let names = options.value(DHCPv6.sipServerNames) {
      let (read, isWhole) = EncodedNames.read(names, limit: Self.serverLimit)
      guard isWhole else { throw .badOption(DHCPv6.sipServerNames) }
      sipServers = read.compactMap { ServerName(told: $0) }
    }
    sipServers += try Self.addresses(options, DHCPv6.sipServerAddresses).map {
      .endpoint(Endpoint($0, 5060))
    }
    dnsServers = try Self.addresses(options, DHCPv6.dnsServers)
    if let seconds = try Self.seconds(options, DHCPv6.informationRefreshTime) {
      let told = Duration.seconds(Int64(seconds))
      refreshTime = seconds == .max ? nil : max(told, Self.shortestRefreshTime)
    }
    if let seconds = try Self.seconds(options, DHCPv6.longestInformationPause),
      Self.pauses.contains(seconds)
    {
      longestPause = .seconds(Int64(seconds))
    }
  }

  private typealias OptionList = [(code: UInt16, value: ArraySlice<UInt8>)]

  private static func options(
    _ octets: ArraySlice<UInt8>
  ) throws(InformationRefusal) -> OptionList {
    var options = OptionList()
    var rest = octets
    while !rest.isEmpty {
      guard options.count < optionLimit else { throw .tooManyOptions }
      guard rest.count >= 4 else { throw .cutOff }
      let code = UInt16(number(rest.prefix(2)))
      let length = Int(number(rest.dropFirst(2).prefix(2)))
      rest = rest.dropFirst(4)
      guard rest.count >= length else { throw .cutOff }
      options.append((code, rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return options
  }

  /// Addresses that a packet can be sent to; of others there is nothing to be had.
  private static func addresses(
    _ options: OptionList, _ code: UInt16
  ) throws(InformationRefusal) -> [IPAddress] {
    guard var rest = options.value(code) else { return [] }
    guard rest.count.isMultiple(of: 16) else { throw .badOption(code) }
    var addresses: [IPAddress] = []
    while !rest.isEmpty, addresses.count < serverLimit {
      if let address = IPAddress(octets: rest.prefix(16)), address.isReachable {
        addresses.append(address)
      }
      rest = rest.dropFirst(16)
    }
    return addresses
  }

  private static func seconds(
    _ options: OptionList, _ code: UInt16
  ) throws(InformationRefusal) -> UInt32? {
    guard let value = options.value(code) else { return nil }
    guard value.count == 4 else { throw .badOption(code) }
    return number(value)
  }

  /// The octets as a number, the first one most significant; up to four of them.
  private static func number(_ octets: ArraySlice<UInt8>) -> UInt32 {
    octets.reduce(0) { $0 << 8 | UInt32($1) }
  }
}

extension Array where Element == (code: UInt16, value: ArraySlice<UInt8>) {
  /// The value of the first option with this code.
  fileprivate func value(_ code: UInt16) -> ArraySlice<UInt8>? {
    first { $0.code == code }?.value
  }
}

extension IPAddress {
  /// Whether it may be a server's beyond the link: unicast, and neither link-local nor one of those
  /// that begin with 64 zero bits, as `::`, `::1` and IPv4 in IPv6 do.
  fileprivate var isReachable: Bool {
    guard case .v6(let high, _) = self else { return false }
    return high != 0 && high >> 56 != 0xFF && high >> 54 != 0xFE80 >> 6
  }
}

/// Writes Information-requests (RFC 8415 §18.2.6).
enum InformationRequest {
  /// The DUID of whoever has this hardware address of Ethernet: DUID-LL (§11.4).
  static func identifier(hardwareAddress: Text) -> Text { [0, 3, 0, 1] + hardwareAddress }

  /// The message; `elapsed` since the first one of this transaction, in hundredths of a second.
  static func message(transaction: UInt32, client: Text, elapsed: UInt16) -> Text {
    var octets: Text = [DHCPv6.informationRequest, UInt8(transaction >> 16 & 0xFF)]
    octets.append(network: UInt16(truncatingIfNeeded: transaction))
    octets.append(option: DHCPv6.clientIdentifier, client)
    var value = Text()
    value.append(network: elapsed)
    octets.append(option: DHCPv6.elapsedTime, value)
    value = []
    for code in DHCPv6.wanted { value.append(network: code) }
    octets.append(option: DHCPv6.optionRequest, value)
    return octets
  }
}

extension Array where Element == UInt8 {
  fileprivate mutating func append(network number: UInt16) {
    append(UInt8(number >> 8))
    append(UInt8(number & 0xFF))
  }

  fileprivate mutating func append(option code: UInt16, _ value: Text) {
    append(network: code)
    append(network: UInt16(value.count))
    self += value
  }
}
