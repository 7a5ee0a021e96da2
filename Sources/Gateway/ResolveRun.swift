internal import Base
internal import Network

/// One walk of `resolve NAME`: every question, how long its answer took and what that says.
///
///     waiting --answer--> waiting for the next one --...--> over
struct ResolveRun {
  /// What has to be done.
  enum Step {
    /// Ask this with this number.
    case ask(UInt32, DNSQuestion)
    /// Nothing more: the servers, or why there are none.
    case over(ServerWalk.Outcome)
  }

  private var walk: ServerWalk
  /// The question that is open, its number, and since when.
  private var open: (number: UInt32, question: DNSQuestion, at: Instant)?

  /// Makes a walk from a name, which shows addresses of both kinds.
  init(_ name: Text, transports: [SIPTransport]) {
    walk = ServerWalk(name, port: 0, transports: transports, types: [.a, .aaaa])
  }

  /// Begins; `number` is that of the question.
  mutating func begin(_ number: UInt32, now: Instant) -> Step {
    take(walk.begin(), number, now)
  }

  /// Takes the answer of a number: the lines that tell it, and what comes next; `nil` when it is not
  /// the answer to the open question.
  mutating func receive(
    _ number: UInt32, _ answer: DNSAnswer, next: UInt32, now: Instant
  ) -> (lines: [Text], Step)? {
    guard let open, open.number == number else { return nil }
    var head = Text(open.question.type.spelling)
    head.append(" ")
    head += open.question.name
    head.append(": ")
    var lines: [Text] = []
    switch answer {
    case .failure(let failure):
      head.append(failure.english)
      head.append(", after ")
    case .records(let records):
      head.append(decimal: records.count)
      head.append(records.count == 1 ? " record after " : " records after ")
      lines = records.map { Self.line(of: $0) }
    }
    head.append(milliseconds: now - open.at)
    head.append(" ms")
    return ([head] + lines, take(walk.receive(answer), next, now))
  }

  private mutating func take(_ step: ServerWalk.Step, _ number: UInt32, _ now: Instant) -> Step {
    switch step {
    case .ask(let question):
      open = (number, question, now)
      return .ask(number, question)
    case .over(let outcome):
      open = nil
      return .over(outcome)
    }
  }

  private static func line(of record: DNSRecord) -> Text {
    var line = Text("  ")
    switch record.content {
    case .address(let address):
      line.append(address)
    case .service(let priority, let weight, let port, let target):
      line.append(numbers: [priority, weight, port])
      line += target.isEmpty ? Text(".") : target
    case .pointer(let order, let preference, let flags, let service, let name):
      line.append(numbers: [order, preference])
      line.append(quoted: flags)
      line.append(" ")
      line.append(quoted: service)
      line.append(" ")
      line += name.isEmpty ? Text(".") : name
    }
    line.append(", ")
    line.append(decimal: record.seconds)
    line.append(" s")
    return line
  }
}

extension Array where Element == UInt8 {
  fileprivate mutating func append(numbers: [UInt16]) {
    for number in numbers {
      append(decimal: number)
      append(" ")
    }
  }
}
