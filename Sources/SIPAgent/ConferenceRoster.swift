public import Base

/// How somebody takes part in a conference (RFC 4575 §5.7.3).
public enum ParticipantStatus: UInt8, Equatable, Sendable {
  /// `connected`, and what a focus that says nothing of it means.
  case connected
  /// `on-hold`.
  case onHold
  /// `muted-via-focus`.
  case muted
  /// `dialing-out`, `alerting` and `pending`: the focus calls, or is to call.
  case invited
  /// `dialing-in`.
  case joining
  /// `disconnecting` and `disconnected`.
  case gone
  /// A word that is not known.
  case other

  init(_ word: Text) {
    let known: [(StaticString, ParticipantStatus)] = [
      ("connected", .connected), ("on-hold", .onHold), ("muted-via-focus", .muted),
      ("dialing-out", .invited), ("alerting", .invited), ("pending", .invited),
      ("dialing-in", .joining), ("disconnecting", .gone), ("disconnected", .gone),
    ]
    self = known.first { word.equals($0.0) }?.1 ?? .other
  }

  /// Whether its telephone takes part in the speech, or could.
  var isPresent: Bool {
    switch self {
    case .connected, .onHold, .muted, .other: true
    case .invited, .joining, .gone: false
    }
  }
}

/// Somebody who takes part in a conference.
public struct Participant: Equatable, Sendable {
  /// The URI that the focus knows the participant by.
  public let entity: Text
  /// The name to show; empty for none.
  public let displayText: Text
  /// How the participant takes part.
  public let status: ParticipantStatus
}

/// Who takes part in a conference, as its focus has told so far (RFC 4575 §4.6).
///
/// At most `limit` participants are kept; texts were cut when they were read.
public struct ConferenceRoster: Equatable, Sendable {
  /// How many participants are kept.
  public static let limit = 32
  private static let endpointLimit = 4

  /// What became of a document.
  enum Verdict: Equatable {
    case applied
    /// It was taken for changes, but says that its list is whole.
    case unsure
    /// It is a part of a state whose other parts were missed.
    case gap
    /// It is older than what is known.
    case old
  }

  private var users: [ConferenceDocument.User] = []
  private var announced: UInt32?
  /// The version of the last document; `nil` before the first one.
  private(set) var version: UInt32?
  /// Whether there are more participants than are kept, and the focus does not say how many.
  public var isCut: Bool { hasOthers && announced == nil }
  private var hasOthers = false

  init() {}

  /// The participants that are kept, in the order in which the focus named them.
  public var participants: [Participant] {
    users.map {
      Participant(
        entity: $0.entity, displayText: $0.displayText ?? [], status: Self.status(of: $0))
    }
  }

  /// How many take part; those who are called or have left do not count.
  public var count: Int {
    // A focus counts those too whose names it keeps to itself.
    max(Int(announced ?? 0), users.count { Self.status(of: $0).isPresent })
  }

  /// Whether nobody was told of yet.
  public var isEmpty: Bool { users.isEmpty && count == 0 }

  private static func status(of user: ConferenceDocument.User) -> ParticipantStatus {
    var best: ParticipantStatus?
    for endpoint in user.endpoints {
      let status = endpoint.status ?? .connected
      if best.map({ status.rawValue < $0.rawValue }) ?? true { best = status }
    }
    return best ?? .connected
  }

  /// The next document is the first one of another subscription.
  mutating func beginAnew() { version = nil }

  /// Takes a document (RFC 4575 §4.6).
  ///
  /// A full one counts whatever its version: NOTIFYs come in the order of their CSeq, and there are
  /// focuses that begin to count again.
  mutating func apply(_ document: ConferenceDocument) -> Verdict {
    var verdict = Verdict.applied
    switch document.state {
    case .partial:
      guard let version, let next = document.version else { return .gap }
      if next <= version { return .old }
      guard next == version &+ 1 else { return .gap }
      verdict = beginPart(document)
    case .full, .deleted:
      forget()
    }
    version = document.version ?? 0
    guard document.state != .deleted else { return .applied }
    if let count = document.userCount { announced = min(count, 65_535) }
    if document.isCut { hasOthers = true }
    for user in document.users where !user.entity.isEmpty { merge(user) }
    return verdict
  }

  /// Makes ready for a part of the state.
  ///
  /// A list in it that is whole replaces what is known. But there are focuses whose lists of changes
  /// say that they are whole (liblinphone's do): one with a part of a user is none, and of one that
  /// leaves out somebody who is known nobody can say.
  private mutating func beginPart(_ document: ConferenceDocument) -> Verdict {
    if document.listState != nil || document.userCount != nil { announced = nil }
    switch document.listState {
    case nil, .partial: return .applied
    case .deleted:
      forget()
      return .applied
    case .full:
      guard document.users.allSatisfy({ $0.state == .full }) else { return .applied }
      guard users.allSatisfy({ known in document.users.contains { $0.entity == known.entity } })
      else { return .unsure }
      forget()
      return .applied
    }
  }

  private mutating func forget() {
    users = []
    announced = nil
    hasOthers = false
  }

  private mutating func merge(_ user: ConferenceDocument.User) {
    let known = users.firstIndex { $0.entity == user.entity }
    switch (user.state, known) {
    case (.deleted, let known?): users.remove(at: known)
    case (.deleted, nil): break
    case (.full, let known?): users[known] = Self.begun(user)
    case (.partial, let known?):
      if let name = user.displayText { users[known].displayText = name }
      Self.merge(user.endpoints, into: &users[known].endpoints)
    case (.full, nil), (.partial, nil):
      guard users.count < Self.limit else { return hasOthers = true }
      users.append(Self.begun(user))
    }
  }

  private static func begun(_ user: ConferenceDocument.User) -> ConferenceDocument.User {
    var fresh = user
    fresh.endpoints = []
    merge(user.endpoints, into: &fresh.endpoints)
    return fresh
  }

  private static func merge(
    _ changes: [ConferenceDocument.Endpoint], into endpoints: inout [ConferenceDocument.Endpoint]
  ) {
    for change in changes {
      let known = endpoints.firstIndex { $0.entity == change.entity }
      switch (change.state, known) {
      case (.deleted, let known?): endpoints.remove(at: known)
      case (.deleted, nil): break
      case (.full, let known?): endpoints[known] = change
      case (.partial, let known?):
        if let status = change.status { endpoints[known].status = status }
      case (.full, nil), (.partial, nil):
        if endpoints.count < endpointLimit { endpoints.append(change) }
      }
    }
  }
}
