import Base
import Board
import Config
public import Hardware
import Linux
public import Media
import MediaControl

/// Every media thread: one for each audio card of the board, or one for all simulated lines.
final class MediaCards {
  private let threads: [MediaThread]
  private let cards: [CardDescription]
  /// The thread of each port, from port 1 on; `nil` for a port that is wired to no card.
  private let places: [Int?]
  /// Which threads have commands that they do not know of yet.
  private var isWaiting: [Bool]

  /// Prepares the threads; the cards are opened by their threads.
  init(
    _ configuration: Configuration, _ board: BoardDescription?, device: Text
  ) throws(StartFailure) {
    let sockets = try MediaSockets.open(configuration, device: device)
    let settings = MediaSettings(configuration)
    var random = RandomSource(
      seed: try opening("random numbers") { () throws(Errno) in try Entropy.seed() })
    var threads: [MediaThread] = []
    var cards: [CardDescription] = []
    var places = [Int?](repeating: nil, count: sockets.count)
    if let board, board.driver == .slic {
      for card in board.cards {
        let ports = board.wiring.filter { $0.card == card.number && $0.port <= sockets.count }
        guard !ports.isEmpty else { continue }
        for port in ports { places[Int(port.port) - 1] = threads.count }
        cards.append(card)
        threads.append(
          try Self.thread(of: card, ports, sockets, settings, random.child()))
      }
    } else {
      for i in places.indices { places[i] = 0 }
      threads.append(
        try opening("media thread") { () throws(Errno) in
          try MediaThread(ports: sockets, settings: settings, random: random.child())
        })
    }
    self.threads = threads
    self.cards = cards
    self.places = places
    isWaiting = [Bool](repeating: false, count: threads.count)
  }

  private static func thread(
    of card: CardDescription, _ ports: [PortWiring], _ sockets: [MediaPortSockets],
    _ settings: MediaSettings, _ random: RandomSource
  ) throws(StartFailure) -> MediaThread {
    try opening("media thread") { () throws(Errno) in
      guard let driver = ALSACard(card) else { throw Errno(rawValue: 12) }
      return try MediaThread(
        card: driver, number: card.number,
        ports: ports.map { wiring in
          CardWiring(
            port: wiring.port, channel: Int(wiring.channel) - 1,
            sockets: sockets[Int(wiring.port) - 1])
        }, settings: settings, random: random)
    }
  }

  /// Starts the threads; returns what the kernel refused, in words for the log.
  func start() throws(StartFailure) -> [Text] {
    var complaints: [Text] = []
    do throws(Errno) {
      try Memory.lock()
    } catch {
      complaints.append(
        Text("memory not locked, audio may stop while the flash is read: ") + error.message
          + Text(": start as root or with `ulimit -l unlimited`"))
    }
    for thread in threads {
      let refusal = try opening("media thread") { () throws(Errno) in try thread.start() }
      guard let refusal, complaints.count < 2 else { continue }
      complaints.append(
        Text("media thread without real-time priority, audio may stop under load: ")
          + refusal.message + Text(": start as root or with `ulimit -r 50`"))
    }
    return complaints
  }

  /// The descriptors that become readable when there are events.
  var descriptors: [CInt] { threads.map { $0.eventDescriptor } }

  /// Takes the events of the thread whose descriptor it is; `nil` when it is no thread's.
  func events(of descriptor: CInt, _ body: (MediaEvent) -> Void) -> Bool {
    guard let thread = threads.first(where: { $0.eventDescriptor == descriptor }) else {
      return false
    }
    thread.acknowledge()
    while let event = thread.nextEvent() { body(event) }
    return true
  }

  /// Gives a command to the thread that has the port; `false` when too many wait there.
  func submit(_ command: MediaCommand, of port: PortNumber) -> Bool {
    guard places.indices.contains(Int(port) - 1), let place = places[Int(port) - 1] else {
      return true
    }
    isWaiting[place] = true
    return threads[place].submit(command)
  }

  /// Wakes the threads that were given commands.
  func wake() {
    for place in threads.indices where isWaiting[place] {
      isWaiting[place] = false
      threads[place].wake()
    }
  }

  /// Ends every thread in order.
  func stop() { for thread in threads { thread.stop() } }

  /// What the cards have counted.
  var statistics: [CardStatistics] { threads.compactMap { $0.cardStatistics } }

  /// A number for each thread that moves while the thread makes progress.
  var proofs: [UInt32] { threads.map { $0.proofs } }

  /// Makes every living thread move its number within its next period.
  func askForProof() { for thread in threads { thread.askForProof() } }

  /// Why a card is gone, with the line of the board file that names it.
  func complaint(of event: MediaEvent) -> Text? {
    guard case .cardLost(let number, _, let errno) = event,
      let card = cards.first(where: { $0.number == number })
    else { return nil }
    var text = Text("card ")
    text.append(decimal: number)
    text.append(" (line ")
    text.append(decimal: card.line)
    text.append(" of the board file): ")
    text += card.capture
    if card.playback != card.capture {
      text.append(", ")
      text += card.playback
    }
    return text + Text(": ") + Errno(rawValue: errno).message
  }
}

extension ALSACard: AudioCard {
  /// How the samples of the described card look.
  public var form: CardForm {
    CardForm(
      channels: Int(description.channels), hertz: Int(description.hertz),
      isALaw: description.format == .aLaw)
  }
}
