import Base
import Testing

@testable import SIPAgent

/// A document after the full one with Ann, Bob and the box itself, and who is there then.
struct RosterRow: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var document: String
  var verdict: ConferenceRoster.Verdict?
  /// `entity name status`, one a participant.
  var roster: [String]
  var count: Int

  init(
    _ words: String, _ document: String, _ verdict: ConferenceRoster.Verdict?, _ roster: [String],
    _ count: Int
  ) {
    testDescription = words
    self.document = document
    self.verdict = verdict
    self.roster = roster
    self.count = count
  }
}

@Suite("Conference documents, RFC 4575 §4.6 and §5")
struct ConferenceDocumentTests {
  static func document(_ version: Int?, _ state: String, _ body: String) -> String {
    let number = version.map { " version=\"\($0)\"" } ?? ""
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
      + "<conference-info xmlns=\"urn:ietf:params:xml:ns:conference-info\" "
      + "entity=\"sip:room@ims.example\" state=\"\(state)\"\(number)>\(body)</conference-info>"
  }

  static func user(
    _ entity: String, _ name: String = "", _ status: String = "connected", state: String = "full"
  ) -> String {
    let shown = name.isEmpty ? "" : "<display-text>\(name)</display-text>"
    return "<user entity=\"sip:\(entity)\" state=\"\(state)\">\(shown)"
      + "<endpoint entity=\"sip:\(entity);e=1\"><display-text>a telephone</display-text>"
      + "<status>\(status)</status><joining-method>dialed-out</joining-method>"
      + "<media id=\"1\"><type>audio</type><status>sendrecv</status></media></endpoint></user>"
  }

  static func users(_ state: String, _ users: String...) -> String {
    "<users state=\"\(state)\">" + users.joined() + "</users>"
  }

  /// The first document of every row.
  static let first = document(
    7, "full",
    "<conference-description><display-text>Room</display-text></conference-description>"
      + "<conference-state><user-count>3</user-count></conference-state>"
      + users("full", user("ann", "Ann"), user("bob", "Bob", "on-hold"), user("1001")))
  private static let ann = "sip:ann Ann connected"
  private static let bob = "sip:bob Bob onHold"
  private static let box = "sip:1001  connected"

  static let rows: [RosterRow] = [
    RosterRow(
      "somebody joins", document(8, "partial", users("partial", user("eve", "Eve"))), .applied,
      [ann, bob, box, "sip:eve Eve connected"], 4),
    RosterRow(
      "somebody leaves",
      document(8, "partial", users("partial", "<user entity=\"sip:bob\" state=\"deleted\"/>")),
      .applied, [ann, box], 2),
    RosterRow(
      "somebody leaves whom nobody knew",
      document(8, "partial", users("partial", "<user entity=\"sip:x\" state=\"deleted\"/>")),
      .applied, [ann, bob, box], 3),
    RosterRow(
      "part of a user: the name stays, the endpoint is told anew",
      document(8, "partial", users("partial", user("ann", "", "disconnected", state: "partial"))),
      .applied, ["sip:ann Ann gone", bob, box], 2),
    RosterRow(
      "a whole user: the name goes",
      document(8, "partial", users("partial", user("ann", "", "alerting"))), .applied,
      ["sip:ann  invited", bob, box], 2),
    RosterRow(
      "an endpoint leaves, another one of the same user is there",
      document(
        8, "partial",
        users(
          "partial",
          "<user entity=\"sip:bob\" state=\"partial\">"
            + "<endpoint entity=\"sip:bob;e=1\" state=\"deleted\"/>"
            + "<endpoint entity=\"sip:bob;e=2\"><status>connected</status></endpoint>"
            + "<endpoint entity=\"sip:bob;e=3\"><status>disconnected</status></endpoint></user>")),
      .applied, [ann, "sip:bob Bob connected", box], 3),
    RosterRow(
      "another whole list in a part of the state",
      document(8, "partial", users("full", user("1001"), user("bob"), user("dan"), user("ann"))),
      .applied,
      ["sip:1001  connected", "sip:bob  connected", "sip:dan  connected", "sip:ann  connected"], 4),
    RosterRow(
      "a list that says it is whole, and leaves out somebody who is known",
      document(8, "partial", users("full", user("eve"), user("ann", "Ann"), user("dan"))), .unsure,
      [ann, bob, box, "sip:eve  connected", "sip:dan  connected"], 5),
    RosterRow(
      "a list that says it is whole, and is shorter than what is known",
      document(8, "partial", users("full", user("eve"))), .unsure,
      [ann, bob, box, "sip:eve  connected"], 4),
    RosterRow(
      "a list that says it is whole, with a part of a user (liblinphone 5.1)",
      document(8, "partial", users("full", user("bob", "", state: "partial"))), .applied,
      [ann, "sip:bob Bob connected", box], 3),
    RosterRow(
      "a list without a state is a whole one",
      document(8, "partial", "<users>" + user("eve") + "</users>"), .unsure,
      [ann, bob, box, "sip:eve  connected"], 4),
    RosterRow(
      "no list any more", document(8, "partial", "<users state=\"deleted\"/>"), .applied, [], 0),
    RosterRow(
      "the description alone",
      document(8, "partial", "<conference-description state=\"partial\"/>"), .applied,
      [ann, bob, box], 3),
    RosterRow(
      "more than have a name",
      document(
        8, "partial", "<conference-state><user-count>250</user-count></conference-state>"),
      .applied, [ann, bob, box], 250),
    RosterRow(
      "a count that nobody can have is none",
      document(8, "partial", "<conference-state><user-count>many</user-count></conference-state>"),
      .applied, [ann, bob, box], 3),
    RosterRow(
      "one document was missed", document(9, "partial", users("partial", user("eve"))), .gap,
      [ann, bob, box], 3),
    RosterRow(
      "a part without a version", document(nil, "partial", users("partial", user("eve"))), .gap,
      [ann, bob, box], 3),
    RosterRow(
      "the same document again", document(7, "partial", users("partial", user("eve"))), .old,
      [ann, bob, box], 3),
    RosterRow(
      "the whole state, with versions left out", document(12, "full", users("full", user("eve"))),
      .applied, ["sip:eve  connected"], 1),
    RosterRow(
      "the whole state of a focus that counts anew",
      document(0, "full", users("full", user("eve"))), .applied, ["sip:eve  connected"], 1),
    RosterRow("the conference is over", document(8, "deleted", ""), .applied, [], 0),
    RosterRow(
      "a sidebar's users are not ours",
      document(
        8, "partial",
        "<sidebars-by-val><entry>" + users("full", user("eve")) + "</entry></sidebars-by-val>"
          + "<x>" + user("mal") + "</x>"), .applied, [ann, bob, box], 3),
    RosterRow(
      "a user without a name to know it by",
      document(8, "partial", users("partial", "<user><display-text>x</display-text></user>")),
      .applied, [ann, bob, box], 3),
    RosterRow(
      "words of tomorrow, entities, prefixes",
      "<c:conference-info xmlns:c='x' version='8' state='partial'><c:users state='partial'>"
        + "<c:user entity='sip:a&amp;b' state='new'><c:display-text> A&lt;B </c:display-text>"
        + "<c:endpoint entity='e'><c:status>asleep</c:status></c:endpoint></c:user>"
        + "</c:users></c:conference-info>", .applied,
      [ann, bob, box, "sip:a&b A<B other"], 4),
    RosterRow("another document", "<reginfo version=\"8\"/>", nil, [ann, bob, box], 3),
    RosterRow("two documents", first + first, nil, [ann, bob, box], 3),
    RosterRow("nothing", "", nil, [ann, bob, box], 3),
    RosterRow("half of one", String(first.dropLast(9)), nil, [ann, bob, box], 3),
    RosterRow("a document type", "<!DOCTYPE x>" + first, nil, [ann, bob, box], 3),
    RosterRow(
      "deeper than anybody nests",
      document(
        8, "partial",
        String(repeating: "<a>", count: 16) + String(repeating: "</a>", count: 16)), nil,
      [ann, bob, box], 3),
  ]

  static func read(_ text: String) -> ConferenceDocument? {
    ConferenceDocument(parsing: Text(text.utf8))
  }

  private func lines(_ roster: ConferenceRoster) -> [String] {
    roster.participants.map {
      "\(string($0.entity)) \(string($0.displayText)) \($0.status)"
    }
  }

  @Test("What a document changes", arguments: rows)
  func change(_ row: RosterRow) throws {
    var roster = ConferenceRoster()
    #expect(roster.apply(try #require(Self.read(Self.first))) == .applied)
    #expect(lines(roster) == [Self.ann, Self.bob, Self.box])
    #expect(roster.count == 3)
    let verdict = Self.read(row.document).map { roster.apply($0) }
    #expect(verdict == row.verdict)
    #expect(lines(roster) == row.roster)
    #expect(roster.count == row.count)
  }

  @Test("A part before the whole is a gap, and after a new subscription too")
  func gap() throws {
    var roster = ConferenceRoster()
    let part = try #require(
      Self.read(Self.document(8, "partial", Self.users("partial", Self.user("eve")))))
    #expect(roster.apply(part) == .gap)
    #expect(roster.participants.isEmpty && roster.count == 0)
    #expect(roster.apply(try #require(Self.read(Self.first))) == .applied)
    roster.beginAnew()
    #expect(roster.apply(part) == .gap)
  }

  @Test("More users than are kept, more endpoints, longer texts: cut, and said so")
  func limits() throws {
    var roster = ConferenceRoster()
    let crowd = (1...300).map { "<user entity=\"sip:\($0)\"/>" }.joined()
    let all = try #require(Self.read(Self.document(1, "full", "<users>\(crowd)</users>")))
    #expect(all.users.count == 256 && all.isCut)
    #expect(roster.apply(all) == .applied)
    #expect(roster.participants.count == ConferenceRoster.limit)
    #expect(roster.count == 32 && roster.isCut)
    let told = "<conference-state><user-count>300</user-count></conference-state>"
    #expect(roster.apply(try #require(Self.read(Self.document(2, "partial", told)))) == .applied)
    #expect(roster.count == 300 && !roster.isCut)

    let long = String(repeating: "会", count: 100)
    let endpoints = (1...20).map { "<endpoint entity=\"\($0)\"/>" }.joined()
    let one = try #require(
      Self.read(
        Self.document(
          3, "full",
          "<users><user entity=\"\(long)\"><display-text>x\u{1B}[2J\(long)</display-text>"
            + "\(endpoints)</user></users>")))
    #expect(roster.apply(one) == .applied)
    #expect(roster.count == 1 && !roster.isCut)
    #expect(string(roster.participants[0].entity) == String(repeating: "会", count: 42))
    #expect(
      string(roster.participants[0].displayText) == "x?[2J" + String(repeating: "会", count: 41))
  }

  @Test("Any byte anywhere, and any length, is read or refused")
  func hostile() {
    let whole = Text(Self.first.utf8)
    var random = RandomSource(testSeed: 13)
    var roster = ConferenceRoster()
    var refused = 0
    for _ in 0..<3_000 {
      var bent = whole
      for _ in 0...random.next() % 4 {
        bent[Int(random.next() % UInt64(bent.count))] = UInt8(random.next() & 0xFF)
      }
      bent.removeLast(Int(random.next() % 8))
      guard let document = ConferenceDocument(parsing: bent) else {
        refused += 1
        continue
      }
      _ = roster.apply(document)
      #expect(roster.participants.count <= ConferenceRoster.limit)
    }
    #expect(refused > 1_000 && refused < 3_000)
  }
}
