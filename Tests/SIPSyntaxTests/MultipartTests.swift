import Base
import SIPSyntax
import Testing

@Suite("The parts of a body, RFC 5621 and RFC 2046 §5.1")
struct MultipartTests {
  private func content(_ body: String, type: String) throws -> String? {
    let head =
      "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nMax-Forwards: 1\r\n"
      + "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"
      + "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
    let message = try Message(parsing: Text((head + body).utf8))
    return message.content("application/sdp").map {
      String(decoding: message.text($0), as: UTF8.self)
    }
  }

  private static let part = "Content-Type: application/sdp\r\n\r\nv=0\r\no=x"

  @Test(
    "The first part of the type, whatever stands around it",
    arguments: [
      ("--b\r\n\(part)\r\n--b--", "v=0\r\no=x"),
      ("preamble\r\n--b\r\n\(part)\r\n--b--\r\nepilogue", "v=0\r\no=x"),
      ("--b\r\n\r\nplain text\r\n--b\r\n\(part)\r\n--b--", "v=0\r\no=x"),
      ("--b  \r\ncontent-TYPE:APPLICATION/SDP ; x=y\r\n\r\nv=0\r\n--b--", "v=0"),
      ("--b\n\("Content-Type: application/sdp")\n\nv=0\n--b--\n", "v=0"),
      ("--b\r\nContent-Type: application/sdp\r\n\r\n\r\n--b--", ""),
      ("--b\r\nContent-Type: application/sdp\r\n\r\na\r\n--b\r\n\(part)\r\n--b--", "a"),
    ])
  func found(body: String, content: String) throws {
    #expect(try self.content(body, type: "multipart/mixed;boundary=b") == content)
    #expect(try self.content(body, type: "multipart/mixed ; boundary=\"b\"") == content)
  }

  @Test(
    "What is cut, bent or of another type has none",
    arguments: [
      "", "--b", "--b\r\n", "--b\r\n\(part)", "--b\r\nContent-Type: application/sdp\r\n--b--",
      "--c\r\n\(part)\r\n--c--", "--b\r\nContent-Type: application/sdpx\r\n\r\nv=0\r\n--b--",
      "x--b\r\n\(part)\r\n--b--", String(repeating: "--b\r\n\r\n", count: 20) + part + "\r\n--b--",
      "--b\r\n--b\r\n--b--", "--b\r\nContent-Type: application/sdp\r\n\r\n--b--",
    ])
  func missing(body: String) throws {
    #expect(try content(body, type: "multipart/mixed;boundary=b") == nil)
  }

  @Test("Other types, and boundaries that cannot be")
  func types() throws {
    let body = "--b\r\n\(Self.part)\r\n--b--"
    #expect(try content(body, type: "application/sdp") == body)
    for type in [
      "multipart/mixed", "multipart/mixed;boundary=", "multipart/mixed;boundary=\"\"",
      "multipart/alternative;boundary=b", "text/plain;boundary=b",
      "multipart/mixed;boundary=" + String(repeating: "b", count: 71),
    ] { #expect(try content(body, type: type) == nil, "\(type)") }
  }
}
