import Base
import SIPSyntax
import Testing

@Suite("Messages to bytes")
struct WriterTests {
  @Test func request() throws {
    var writer = MessageWriter(request: .options, uri: Text("sip:h"))
    writer.add(.maxForwards, 70)
    writer.add(.userAgent, "Box")
    let bytes = writer.finish(contentType: "text/plain", body: Text("hi"))
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "OPTIONS sip:h SIP/2.0\r\nMax-Forwards: 70\r\nUser-Agent: Box\r\n"
        + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi")
  }

  @Test(
    "Nothing that is written can start a line",
    arguments: [
      "x\r\nRoute: <sip:evil>", "x\nRoute: y", "x\rRoute: y", "x\0y", "\r\n\r\nINVITE",
    ])
  func injection(_ hostile: String) throws {
    var writer = MessageWriter(request: .options, uri: Text("sip:a\(hostile)".utf8))
    writer.add(.subject, Text(hostile.utf8))
    writer.add(other: "X-Note", Text(hostile.utf8))
    var quoted = Text()
    quoted.append(quotedString: Text(hostile.utf8))
    quoted.append(" <sip:")
    quoted.append(user: Text(hostile.utf8))
    quoted.append("@h>")
    writer.add(.from, quoted)
    let message = try Message(parsing: writer.finish())
    #expect(!message.contains(.route))
    #expect(message.elements(.subject).count <= 1)
    #expect(message.fault == nil)
    let from = try message.from()
    let user = try #require(try SIPURI(parsing: message.bytes, from.uri).user)
    #expect(message.bytes.unescaped(user) == Text(hostile.utf8))
  }

  @Test("A quoted string comes back as it went in")
  func quotedRoundTrip() throws {
    var value = Text()
    value.append(quotedString: Text(#"a "b" \c"#.utf8))
    value.append(" <sip:h>")
    let name = try #require(try NameAddress(parsing: value, 0..<value.count).displayName)
    #expect(value.unquoted(name) == Text(#"a "b" \c"#.utf8))
  }

  @Test(
    "The answer to a request",
    arguments: [
      // Another host than the source: received. RFC 3261 §18.2.1.
      (
        "SIP/2.0/UDP h.example;branch=z9hG4bK1",
        "SIP/2.0/UDP h.example;branch=z9hG4bK1;received=192.0.2.9"
      ),
      // The source itself: nothing to add.
      ("SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1", "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1"),
      // RFC 3581 §4: both, whatever the host says.
      (
        "SIP/2.0/UDP 192.0.2.9;rport;branch=z9hG4bK1",
        "SIP/2.0/UDP 192.0.2.9;rport=7000;branch=z9hG4bK1;received=192.0.2.9"
      ),
      // Only the first of a list.
      (
        "SIP/2.0/UDP a;rport, SIP/2.0/UDP b;rport",
        "SIP/2.0/UDP a;rport=7000;received=192.0.2.9, SIP/2.0/UDP b;rport"
      ),
    ])
  func answer(_ via: String, _ expected: String) throws {
    let request = try Message(
      lines: """
        BYE sip:a@b SIP/2.0
        v: \(via)
        v: SIP/2.0/UDP last
        f: <sip:a@h>;tag=1
        t:  <sip:b@h>
        i: x
        CSeq: 3 BYE


        """)
    let source = Endpoint(.v4(0xC000_0209), 7000)
    var writer = MessageWriter(answering: request, code: 481, tag: Text("mine"), source: source)
    let answer = try Message(parsing: writer.finish())
    #expect(
      String(decoding: answer.bytes, as: UTF8.self) == """
        SIP/2.0 481 Call/Transaction Does Not Exist\r
        Via: \(expected)\r
        Via: SIP/2.0/UDP last\r
        From: <sip:a@h>;tag=1\r
        To: <sip:b@h>;tag=mine\r
        Call-ID: x\r
        CSeq: 3 BYE\r
        Content-Length: 0\r
        \r

        """)
  }

  @Test("A tag that is there stays")
  func keepsTag() throws {
    let request = try Message(lines: "BYE sip:a SIP/2.0\nTo: <sip:b@h>;tag=old\n\n")
    let source = Endpoint(.loopback, 5060)
    let writer = MessageWriter(answering: request, code: 200, tag: Text("new"), source: source)
    #expect(String(decoding: writer.bytes, as: UTF8.self).contains("To: <sip:b@h>;tag=old\r\n"))
  }

  @Test("Every code that a telephone sends has its words")
  func reasons() {
    for code: UInt16 in [100, 180, 183, 200, 400, 404, 405, 406, 415, 416, 420, 481, 486, 487, 505]
    {
      #expect(reasonPhrase(for: code).utf8CodeUnitCount > 0, "\(code)")
    }
    #expect(reasonPhrase(for: 499).utf8CodeUnitCount == 0)
  }
}

@Suite("Digest challenges")
struct ChallengeTests {
  private func challenge(_ text: String) throws -> Challenge {
    let bytes = Text(text.utf8)
    return try Challenge(parsing: bytes, 0..<bytes.count)
  }

  /// RFC 7616 §3.9.1's challenge, in our words' order.
  @Test func complete() throws {
    let parsed = try challenge(
      #"Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256,"#
        + "\r\n " + #"nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v","#
        + #" opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", stale=TRUE, x=y"#)
    #expect(parsed.realm == Text("http-auth@example.org"))
    #expect(parsed.nonce == Text("7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"))
    #expect(parsed.opaque == Text("FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"))
    #expect(parsed.algorithm == .sha256)
    #expect(parsed.isStale && parsed.hasQop && parsed.offersAuth && parsed.offersAuthInt)
  }

  @Test func least() throws {
    let parsed = try challenge(#"digest realm="",nonce="n""#)
    #expect(parsed.realm.isEmpty && parsed.opaque == nil && parsed.algorithm == .md5)
    #expect(!parsed.isStale && !parsed.hasQop && !parsed.offersAuth)
  }

  @Test("Escapes are resolved, commas in quotes do not split")
  func quoting() throws {
    let parsed = try challenge(#"Digest realm="a\"b, nonce=\\", nonce="1,2", qop="auth-int""#)
    #expect(parsed.realm == Text(#"a"b, nonce=\"#.utf8))
    #expect(parsed.nonce == Text("1,2"))
    #expect(parsed.offersAuthInt && !parsed.offersAuth)
  }

  @Test(
    "Refused",
    arguments: [
      ("", SyntaxError.Reason.unknownScheme), ("Basic realm=\"x\"", .unknownScheme),
      ("Digest", .unknownScheme), ("Digest realm=\"x\"", .badChallenge),
      ("Digest nonce=\"x\"", .badChallenge), ("Digest realm=\"x\", nonce=\"\"", .badChallenge),
      ("Digest realm=\"x, nonce=\"y\"", .badChallenge),
      ("Digest realm, nonce=\"y\"", .badChallenge),
      ("Digest realm=\"x\" nonce=\"y\"", .badChallenge), ("Digest realm=\"x\\", .badQuotedString),
    ])
  func refused(_ text: String, _ reason: SyntaxError.Reason) {
    let bytes = Text(text.utf8)
    do throws(SyntaxError) {
      _ = try Challenge(parsing: bytes, 0..<bytes.count)
      Issue.record("not refused")
    } catch {
      #expect(error.reason == reason)
    }
  }

  @Test("Several in the server's order, others left out (RFC 8760 §2.4)")
  func several() throws {
    let message = try Message(
      lines: """
        SIP/2.0 401 Unauthorized
        WWW-Authenticate: NewAuth x=y
        WWW-Authenticate: Digest realm="r", nonce="1", algorithm=SHA-512-256
        WWW-Authenticate: Digest realm="r", nonce="2", algorithm=MD5
        Authentication-Info: nextnonce="n\\"3", qop=auth


        """)
    #expect(message.challenges(.wwwAuthenticate).map(\.algorithm) == [.sha512Truncated, .md5])
    let info = try #require(message.first(.authenticationInfo))
    #expect(message.authenticationParameter("nextnonce", in: info) == Text(#"n"3"#.utf8))
    #expect(message.authenticationParameter("rspauth", in: info) == nil)
  }
}
