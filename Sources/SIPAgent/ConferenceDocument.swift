internal import Base

/// What a focus says of its conference: `application/conference-info+xml` (RFC 4575 §5).
///
/// Only who takes part is read. Users of a sidebar, who stand deeper, are not of this conference.
struct ConferenceDocument: Equatable {
  /// How a part relates to what was told before (RFC 4575 §4.4).
  enum State: Equatable {
    case full, partial, deleted

    /// The word, or what counts without one: `full`.
    init(_ word: Text?) {
      self = .full
      guard let word else { return }
      if word.equals("partial") { self = .partial }
      if word.equals("deleted") { self = .deleted }
    }
  }

  struct Endpoint: Equatable {
    var entity = Text()
    var state = State.full
    var status: ParticipantStatus?
  }

  struct User: Equatable {
    var entity = Text()
    var state = State.full
    /// `nil` where the document does not say.
    var displayText: Text?
    var endpoints: [Endpoint] = []
  }

  /// How many users of one document are read, and endpoints of each; longer texts are cut.
  private static let userLimit = 256
  private static let endpointLimit = 8
  private static let textLimit = 128

  /// `nil` where the document does not say.
  private(set) var version: UInt32?
  private(set) var state = State.full
  /// How many there are, if the document says so; it may name less.
  private(set) var userCount: UInt32?
  /// The state of the list of users; `nil` without one.
  private(set) var listState: State?
  private(set) var users: [User] = []
  /// Whether there are users that were not read.
  private(set) var isCut = false

  private enum Section { case elsewhere, description, users }
  private enum Field { case none, userCount, displayText, status }
  private var isRooted = false
  private var section = Section.elsewhere
  private var field = Field.none
  private var user: User?
  private var endpoint: Endpoint?
  private var word = Text()

  /// Reads a document; `nil` if it is none.
  init?(parsing bytes: Text) {
    var reader = XMLReader(bytes)
    var depth = 0
    while let step = reader.next() {
      switch step {
      case .open(let name, let attributes):
        depth += 1
        guard open(name, attributes, depth, reader) else { return nil }
      case .text(let range):
        if field != .none { word += reader.value(range) }
      case .close:
        close(depth)
        depth -= 1
      }
    }
    guard isRooted, reader.isComplete else { return nil }
  }

  /// `false` if the document cannot be used at all.
  private mutating func open(
    _ name: Range<Int>, _ attributes: Range<Int>, _ depth: Int, _ reader: XMLReader
  ) -> Bool {
    field = .none
    switch depth {
    case 1:
      guard !isRooted, reader.isNamed("conference-info", name) else { return false }
      isRooted = true
      version = reader.attribute("version", in: attributes)?.decimalValue
        .map { UInt32(clamping: $0) }
      state = State(reader.attribute("state", in: attributes))
    case 2:
      section = .elsewhere
      if reader.isNamed("conference-state", name) { section = .description }
      guard reader.isNamed("users", name) else { break }
      section = .users
      listState = State(reader.attribute("state", in: attributes))
    case 3:
      if section == .description, reader.isNamed("user-count", name) { begin(.userCount) }
      guard section == .users, reader.isNamed("user", name) else { break }
      user = User(
        entity: Self.text(reader.attribute("entity", in: attributes) ?? []),
        state: State(reader.attribute("state", in: attributes)))
    case 4 where user != nil:
      if reader.isNamed("display-text", name) { begin(.displayText) }
      guard reader.isNamed("endpoint", name) else { break }
      endpoint = Endpoint(
        entity: Self.text(reader.attribute("entity", in: attributes) ?? []),
        state: State(reader.attribute("state", in: attributes)))
    case 5 where endpoint != nil:
      if reader.isNamed("status", name) { begin(.status) }
    default:
      break
    }
    return true
  }

  private mutating func begin(_ field: Field) {
    self.field = field
    word = []
  }

  private mutating func close(_ depth: Int) {
    switch field {
    case .none: break
    case .userCount: userCount = word.decimalValue.map { UInt32(clamping: $0) }
    case .displayText: user?.displayText = Self.text(word)
    case .status: endpoint?.status = ParticipantStatus(word)
    }
    field = .none
    if depth == 4, let endpoint {
      if let count = user?.endpoints.count, count < Self.endpointLimit {
        user?.endpoints.append(endpoint)
      }
      self.endpoint = nil
    } else if depth == 3, let user {
      if users.count < Self.userLimit { users.append(user) } else { isCut = true }
      self.user = nil
    }
  }

  /// A text of the far side's as a console may show it: cut between characters, no control bytes.
  private static func text(_ raw: Text) -> Text {
    var text = Text()
    var rest = raw[...]
    while let first = rest.first {
      let length = utf8Length(rest) ?? 0
      guard text.count + max(1, length) <= textLimit else { break }
      if length == 0 || first < 0x20 || first == 0x7F {
        text.append(UInt8(ascii: "?"))
      } else {
        text += rest.prefix(length)
      }
      rest = rest.dropFirst(max(1, length))
    }
    return text
  }
}
