import Base
import Linux
import Network

/// The way to DNS: questions go out over the voice interface, answers are read and come in order.
///
/// Whoever has a question takes a number: up to `ServerDirectory.lastNumber` for the SBCs, up to
/// `lastOfGateway` for consoles, and above that for the shell's own needs: the last one of all is the
/// collector's of the log, the others are provisioning's; `DNSQuestion(name, .a)` is
/// all that it takes to get the addresses of a host. Every question is answered in the end, but for
/// those that were open when the servers changed: these are answered at once, as unreachable.
final class NameServers {
  /// An answer and whose it is.
  typealias Answer = (number: UInt32, answer: DNSAnswer)

  /// The numbers of the gateway's questions end here.
  static let lastOfGateway: UInt32 = 0x7FFF_FFFF
  /// The number of the collector's question.
  static let collector = UInt32.max
  /// How many questions may be open.
  private static let questionLimit = 32

  private let device: Text
  /// Whom to ask; empty for nobody, `nil` for the system's servers.
  private var servers: [Endpoint]? = []
  /// Made for the first question, so that a box whose SBCs have addresses does without.
  private var resolver: NameResolver?
  private var open: [(number: UInt32, question: DNSQuestion)] = []
  private var done: [Answer] = []

  /// Nobody is asked yet; questions leave by a device if one is named.
  init(device: Text) { self.device = device }

  /// Asks these servers from now on, or those of the system.
  func use(_ servers: [Endpoint]?) {
    guard servers != self.servers else { return }
    self.servers = servers
    for question in open { done.append((question.number, .failure(.unreachable))) }
    open = []
    resolver = nil
  }

  /// Asks; the answer comes by `takeAnswers`.
  func ask(_ question: DNSQuestion, number: UInt32, in loop: borrowing EventLoop) {
    if resolver == nil, !(servers?.isEmpty ?? false) {
      resolver = NameResolver(servers: servers ?? [], device: device)
    }
    guard let resolver, open.count < Self.questionLimit else {
      done.append((number, .failure(resolver == nil ? .noServer : .serverFailure)))
      return
    }
    open.append((number, question))
    resolver.ask(question.name, type: question.type.rawValue, number: number, in: loop)
  }

  /// Whether the descriptor is one of ours.
  func owns(_ descriptor: CInt) -> Bool { resolver?.owns(descriptor) ?? false }

  /// When `serve` has something to do without a descriptor.
  func deadline(now: Instant) -> Instant? {
    if !done.isEmpty { return now }
    return open.isEmpty ? nil : resolver?.wait.map { now + $0 }
  }

  /// Serves a ready descriptor, or the time that has passed.
  func serve(_ descriptor: CInt?, in loop: borrowing EventLoop) {
    if descriptor != nil || !open.isEmpty { resolver?.serve(descriptor, in: loop) }
  }

  /// Takes the answers that have come.
  func takeAnswers() -> [Answer] {
    while !open.isEmpty, let (number, outcome) = resolver?.takeAnswer() {
      guard let place = open.firstIndex(where: { $0.number == number }) else { continue }
      let question = open.remove(at: place).question
      done.append((number, Self.answer(outcome, to: question)))
    }
    // The system's servers may be others, or there at all, when the next question comes.
    if open.isEmpty, servers == nil { resolver = nil }
    defer { done = [] }
    return done
  }

  private static func answer(
    _ outcome: NameResolver.Outcome, to question: DNSQuestion
  ) -> DNSAnswer {
    switch outcome {
    case .message(let message): DNSAnswer(reading: message, to: question)
    case .timeout: .failure(.timeout)
    case .unreachable: .failure(.unreachable)
    case .serverFailure: .failure(.serverFailure)
    case .refused: .failure(.refused)
    case .malformed: .failure(.malformed)
    }
  }
}
