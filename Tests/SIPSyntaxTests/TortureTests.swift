import Base
import SIPSyntax
import Testing

/// What RFC 4475 asks for, or allows, for one of its messages.
enum TortureOutcome: Equatable, Sendable {
  /// Understood and taken by a user agent that knows the method.
  case accepted
  /// No SIP message at all: counted and forgotten.
  case refused(SyntaxError.Reason)
  /// Understood as a message, but forgotten: a response that is wrong, or not for us.
  case dropped(SyntaxError.Reason)
  /// Answered with this code.
  case answered(UInt16)
  /// We fall short, and this is why.
  case known(String)
}

struct TortureCase: Sendable, CustomTestStringConvertible {
  let clause: String
  let file: String
  let outcome: TortureOutcome
  init(_ clause: String, _ file: String, _ outcome: TortureOutcome) {
    self.clause = clause
    self.file = file
    self.outcome = outcome
  }
  var testDescription: String { "\(clause) \(file)" }
}

/// Where the document leaves a choice, the row is our choice: strict in the start line and in
/// addresses, liberal with a Date that nobody reads.
let tortureCases: [TortureCase] = [
  TortureCase("3.1.1.1", "wsinv", .accepted),
  TortureCase("3.1.1.2", "intmeth", .answered(501)),
  TortureCase("3.1.1.3", "esc01", .accepted),
  TortureCase("3.1.1.4", "escnull", .accepted),
  TortureCase("3.1.1.5", "esc02", .answered(501)),
  TortureCase("3.1.1.6", "lwsdisp", .accepted),
  TortureCase("3.1.1.7", "longreq", .accepted),
  TortureCase("3.1.1.8", "dblreq", .accepted),
  TortureCase("3.1.1.9", "semiuri", .accepted),
  TortureCase("3.1.1.10", "transports", .accepted),
  TortureCase("3.1.1.11", "mpart01", .accepted),
  TortureCase("3.1.1.12", "unreason", .accepted),
  TortureCase("3.1.1.13", "noreason", .accepted),
  TortureCase("3.1.2.1", "badinv01", .answered(400)),
  TortureCase("3.1.2.2", "clerr", .answered(400)),
  TortureCase("3.1.2.3", "ncl", .answered(400)),
  TortureCase("3.1.2.4", "scalar02", .answered(400)),
  TortureCase("3.1.2.5", "scalarlg", .dropped(.badCSeq)),
  TortureCase("3.1.2.6", "quotbal", .answered(400)),
  TortureCase("3.1.2.7", "ltgtruri", .answered(400)),
  TortureCase("3.1.2.8", "lwsruri", .answered(400)),
  TortureCase("3.1.2.9", "lwsstart", .answered(400)),
  TortureCase("3.1.2.10", "trws", .answered(400)),
  TortureCase("3.1.2.11", "escruri", .answered(400)),
  TortureCase("3.1.2.12", "baddate", .accepted),
  TortureCase("3.1.2.13", "regbadct", .answered(400)),
  TortureCase("3.1.2.14", "badaspec", .answered(400)),
  TortureCase("3.1.2.15", "baddn", .answered(400)),
  TortureCase("3.1.2.16", "badvers", .answered(505)),
  TortureCase("3.1.2.17", "mismatch01", .answered(400)),
  TortureCase("3.1.2.18", "mismatch02", .answered(400)),
  TortureCase("3.1.2.19", "bigcode", .refused(.badStatusCode)),
  TortureCase("3.2.1", "badbranch", .accepted),
  TortureCase("3.3.1", "insuf", .answered(400)),
  TortureCase("3.3.2", "unkscm", .answered(416)),
  TortureCase("3.3.3", "novelsc", .answered(416)),
  TortureCase("3.3.4", "unksm2", .answered(400)),
  TortureCase("3.3.5", "bext01", .answered(420)),
  TortureCase("3.3.6", "invut", .answered(415)),
  TortureCase("3.3.7", "regaut01", .accepted),
  TortureCase("3.3.8", "multi01", .answered(400)),
  TortureCase("3.3.9", "mcl01", .answered(400)),
  TortureCase("3.3.10", "bcast", .dropped(.foreignVia)),
  TortureCase("3.3.11", "zeromf", .accepted),
  TortureCase("3.3.12", "cparam01", .accepted),
  TortureCase("3.3.13", "cparam02", .accepted),
  TortureCase("3.3.14", "regescrt", .accepted),
  TortureCase("3.3.15", "sdp01", .answered(406)),
  TortureCase("3.4.1", "inv2543", .accepted),
]

@Suite("The torture messages of RFC 4475")
struct TortureTests {
  /// Every method, and the media types that a telephone takes beside the multipart of §3.1.1.11.
  private static let capabilities = Capabilities(
    methods: MethodSet(
      .invite, .ack, .bye, .cancel, .register, .options, .info, .notify, .message),
    contentTypes: ["application/sdp", "multipart/mixed"])

  private func outcome(_ bytes: Text) -> TortureOutcome {
    do throws(SyntaxError) {
      switch try Message(parsing: bytes).verdict(Self.capabilities) {
      case .accept: return .accepted
      case .drop(let error): return .dropped(error.reason)
      case .malformed(let code, _), .unsupported(let code): return .answered(code)
      }
    } catch {
      return .refused(error.reason)
    }
  }

  @Test("Has the outcome of the document", arguments: tortureCases)
  func outcome(_ row: TortureCase) throws {
    let bytes = try fixture("rfc4475/\(row.file).dat")
    if case .known(let why) = row.outcome {
      withKnownIssue("\(why)") { #expect(outcome(bytes) == .accepted) }
    } else {
      #expect(outcome(bytes) == row.outcome)
    }
  }

  @Test("No message of the document is missing, none stands twice")
  func complete() throws {
    #expect(try fixtureNames("rfc4475").sorted() == tortureCases.map { $0.file + ".dat" }.sorted())
  }

  /// The file ends without the empty line; the row must not stand for that alone.
  @Test func displayNameWithoutQuotes() throws {
    let message = try Message(parsing: fixture("rfc4475/baddn.dat") + Text("\r\n"))
    #expect(message.fault == nil)
    #expect(throws: SyntaxError.self) { try message.to() }
    #expect(message.verdict(Self.capabilities).code == 400)
  }

  @Test func shortTortuousInvite() throws {
    let message = try Message(parsing: fixture("rfc4475/wsinv.dat"))
    #expect(
      try message.vias().map { message.string($0.host) } == [
        "192.0.2.2", "spindle.example.com", "192.168.255.111",
      ])
    #expect(try message.vias().map(\.transport) == [.udp, .tcp, .udp])
    #expect(
      try message.vias().map { message.string($0.branch) } == [
        "390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239",
      ])
    let from = try message.from()
    #expect(message.string(from.displayName) == #"J Rosenberg \\\""#)
    #expect(message.bytes.unquoted(try #require(from.displayName)) == Text(#"J Rosenberg \""#.utf8))
    #expect(message.string(from.tag) == "98asjd8")
    #expect(message.string(try message.to().tag) == "1918181833n")
    #expect(message.maxForwards() == 68)
    #expect(try message.cSeq().number == 9)
    #expect(message.first(.subject)?.isEmpty == true)
    let contact = try #require(try message.contacts().first)
    #expect(message.string(message.parameter("newparam", in: contact.parameters)) == "newvalue")
    #expect(message.string(message.parameter("secondparam", in: contact.parameters)) == "")
    #expect(message.string(message.parameter("q", in: contact.parameters)) == "0.33")
    #expect(message.parameter("none", in: contact.parameters) == nil)
    #expect(message.body.count == 150)
  }

  @Test func wideRangeOfCharacters() throws {
    let message = try Message(parsing: fixture("rfc4475/intmeth.dat"))
    #expect(message.string(message.methodText) == "!interesting-Method0123456789_*+`.%indeed'~")
    guard case .request(.other, let range) = message.startLine else {
      Issue.record("no request with a method of its own")
      return
    }
    let uri = try SIPURI(parsing: message.bytes, range)
    #expect(message.string(uri.user) == "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*")
    #expect(message.string(uri.password) == "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)")
    #expect(message.string(uri.host) == "example.com")
    let from = try message.from()
    #expect(message.string(from.displayName) == "token1~` token2'+_ token3*%!.-")
    #expect(message.string(from.tag) == "_token~1'+`*%!-.")
    #expect(try message.cSeq().method == .other)
  }

  @Test func escapes() throws {
    let message = try Message(parsing: fixture("rfc4475/esc01.dat"))
    guard case .request(.invite, let range) = message.startLine else {
      Issue.record("no INVITE")
      return
    }
    let bytes = message.bytes
    let user = try #require(try SIPURI(parsing: bytes, range).user)
    #expect(bytes.unescaped(user) == Text("sips:user@example.com".utf8))
    let from = try #require(try SIPURI(parsing: bytes, message.from().uri).user)
    #expect(bytes.unescaped(from) == Text("I have spaces".utf8))
    let null = try Message(parsing: fixture("rfc4475/escnull.dat"))
    let users = try null.contacts().map { try SIPURI(parsing: null.bytes, $0.uri).user }
    #expect(users.map { null.bytes.unescaped($0 ?? 0..<0) } == [[0], [0, 0]])
  }

  @Test func percentThatIsNoEscape() throws {
    let message = try Message(parsing: fixture("rfc4475/esc02.dat"))
    #expect(try message.contacts().count == 2)
    #expect(message.string(try message.to().displayName) == "%Z%45")
    var others: [String] = []
    message.forEachOther { name, _ in others.append(message.string(name)) }
    #expect(others == ["C%6Fntact"])
  }

  @Test func trailingOctetsAreNotTheMessage() throws {
    let message = try Message(parsing: fixture("rfc4475/dblreq.dat"))
    #expect(try message.cSeq().method == .register)
    #expect(message.body.isEmpty)
  }

  @Test func longRequestHasAllItsVias() throws {
    let message = try Message(parsing: fixture("rfc4475/longreq.dat"))
    let vias = try message.vias()
    #expect(vias.count == 34)
    #expect(message.string(vias.last?.received) == "192.0.2.5")
  }

  @Test func contactParameterOrURIParameter() throws {
    let header = try Message(parsing: fixture("rfc4475/cparam01.dat"))
    let contact = try #require(try header.contacts().first)
    #expect(header.string(contact.parameters) == ";unknownparam")
    #expect(try SIPURI(parsing: header.bytes, contact.uri).parameters.isEmpty)
    let inside = try Message(parsing: fixture("rfc4475/cparam02.dat"))
    let other = try #require(try inside.contacts().first)
    #expect(other.parameters.isEmpty)
    #expect(
      inside.string(try SIPURI(parsing: inside.bytes, other.uri).parameters) == ";unknownparam")
  }

  @Test func bodyWithoutLengthEndsWithTheDatagram() throws {
    let message = try Message(parsing: fixture("rfc4475/inv2543.dat"))
    #expect(message.string(message.body).hasPrefix("v=0"))
    #expect(message.body.upperBound == message.bytes.count)
  }
}
