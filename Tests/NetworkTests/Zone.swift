import Base
import Network

/// The records of a DNS server of the tests, which may be silent or answer with a failure.
struct Zone {
  private var records: [String: [DNSRecord]] = [:]
  /// What is answered in place of records, by name and type; `nil` as the key for everything.
  var failures: [String: DNSFailure] = [:]
  /// Whether every question fails so.
  var failure: DNSFailure?
  /// What was asked, such as `SRV _sip._udp.a.example`.
  var asked: [String] = []

  static func key(_ question: DNSQuestion) -> String {
    String(decoding: Text(question.type.spelling) + Text(" ") + question.name, as: UTF8.self)
  }

  mutating func set(_ key: String, _ contents: [DNSRecord.Content], seconds: UInt32 = 600) {
    records[key] = contents.map { DNSRecord($0, seconds: seconds) }
  }

  mutating func naptr(
    _ name: String, _ rows: [(UInt16, UInt16, String, String, String)], seconds: UInt32 = 600
  ) {
    let contents = rows.map { order, preference, flags, service, target in
      DNSRecord.Content.pointer(
        order: order, preference: preference, flags: Array(flags.utf8),
        service: Array(service.utf8), name: Array(target.utf8))
    }
    set("NAPTR " + name, contents, seconds: seconds)
  }

  mutating func srv(
    _ name: String, _ rows: [(UInt16, UInt16, UInt16, String)], seconds: UInt32 = 600
  ) {
    let contents = rows.map { priority, weight, port, target in
      DNSRecord.Content.service(
        priority: priority, weight: weight, port: port, target: Array(target.utf8))
    }
    set("SRV " + name, contents, seconds: seconds)
  }

  mutating func a(_ name: String, _ last: [UInt32], seconds: UInt32 = 600) {
    set("A " + name, last.map { .address(.v4(0xC000_0200 | $0)) }, seconds: seconds)
  }

  mutating func answer(_ question: DNSQuestion) -> DNSAnswer {
    let key = Self.key(question)
    asked.append(key)
    if let failure = failure ?? failures[key] { return .failure(failure) }
    let name = String(decoding: question.name, as: UTF8.self)
    if let found = records[key], !found.isEmpty { return .records(found) }
    let isThere = records.keys.contains { $0.hasSuffix(" " + name) }
    return .failure(isThere ? .noData : .noName)
  }

  /// Follows a walk to its end.
  mutating func follow(_ walk: ServerWalk) -> ServerWalk.Outcome {
    var walk = walk
    var step = walk.begin()
    while true {
      switch step {
      case .ask(let question): step = walk.receive(answer(question))
      case .over(let outcome): return outcome
      }
    }
  }
}

/// 192.0.2.N:PORT.
func endpoint(_ last: UInt32, _ port: UInt16 = 5060) -> Endpoint {
  Endpoint(.v4(0xC000_0200 | last), port)
}
