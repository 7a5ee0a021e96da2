import Base
import SIPSyntax
import Testing

@Suite("Messages out of a stream, RFC 3261 §18.3")
struct StreamReaderTests {
  static func message(_ length: String = "Content-Length: 4", body: String = "body") -> Text {
    Text("OPTIONS sip:a@b SIP/2.0\r\nCall-ID: x\r\n\(length)\r\n\r\n\(body)".utf8)
  }

  /// Everything that comes of the bytes, given in pieces of this size.
  private func read(_ bytes: Text, _ size: Int) -> ([StreamReader.Piece], StreamProblem?) {
    var reader = StreamReader()
    var pieces: [StreamReader.Piece] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      reader.receive(Text(bytes[start..<min(start + size, bytes.count)]))
      do throws(StreamProblem) {
        while let piece = try reader.next() { pieces.append(piece) }
      } catch {
        return (pieces, error)
      }
    }
    return (pieces, nil)
  }

  @Test("Messages and line breaks between them, however the bytes are cut")
  func pieces() {
    let (first, second) = (Self.message(), Self.message("l: 0", body: ""))
    let bytes = Text("\r\n\r\n") + first + second + Text("\r\n") + first
    let expected: [StreamReader.Piece] = [
      .lineBreak, .lineBreak, .message(first), .message(second), .lineBreak, .message(first),
    ]
    for size in 1...bytes.count {
      let (pieces, problem) = read(bytes, size)
      #expect(pieces == expected && problem == nil, "in pieces of \(size)")
    }
  }

  @Test(
    "A length may be folded, in white space, in its short form",
    arguments: ["Content-Length:\r\n  4", "content-length :  4 ", "l:4", "L:\t4"])
  func lengths(_ line: String) {
    let bytes = Self.message(line)
    let (pieces, problem) = read(bytes + Text("\r\n"), 3)
    #expect(pieces == [.message(bytes), .lineBreak])
    #expect(problem == nil)
  }

  static let wrong: [(String, StreamProblem)] = [
    ("X: y", .length), ("Content-Length: -1", .length), ("Content-Length: 4x", .length),
    ("Content-Length: 4\r\nContent-Length: 4", .length), ("Content-Length:", .length),
    ("Content-Length: 4\r\nl: 5", .length), ("Content-Length: 99999999999999999999999", .length),
    ("Content-Length: 16384", .longMessage), ("Content-Length: 9999999999999999999", .longMessage),
  ]

  @Test("A length that says nothing ends the stream", arguments: wrong)
  func noLength(_ line: String, _ expected: StreamProblem) {
    for size in [1, 7, 4_096] {
      let (pieces, problem) = read(Self.message(line), size)
      #expect(pieces.isEmpty)
      #expect(problem == expected)
    }
  }

  @Test("What does not begin as SIP is none; a head without an end is too long")
  func noSIP() {
    #expect(read(Text("GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"), 9).1 == .noMessage)
    let endless = Text("OPTIONS sip:a@b SIP/2.0\r\nX: ") + Text(repeating: 0x61, count: 9_000)
    #expect(read(endless, 1).1 == .longHead)
    #expect(read(endless + Text("\r\n\r\n"), 10_000).1 == .longHead)
    #expect(read(Text(endless.prefix(8_000)), 1).1 == nil)
  }

  @Test("The longest message is taken, one byte more is not")
  func limits() {
    let head = Self.message("Content-Length: 00000", body: "").count
    for (extra, isTaken) in [(0, true), (1, false)] {
      let body = StreamReader.limit - head + extra
      var length = Text()
      length.append(decimal: body, padded: 5)
      let bytes =
        Self.message("Content-Length: " + String(decoding: length, as: UTF8.self), body: "")
        + Text(repeating: 0x62, count: body)
      let (pieces, problem) = read(bytes, 4_096)
      #expect(pieces == (isTaken ? [.message(bytes)] : []))
      #expect(problem == (isTaken ? nil : .longMessage))
    }
  }

  @Test("Between messages nothing waits; half a message does")
  func inside() throws {
    var reader = StreamReader()
    #expect(!reader.isInside)
    reader.receive(Text(Self.message().prefix(10)))
    #expect(try reader.next() == nil)
    #expect(reader.isInside)
  }

  @Test("The transport of the first Via and its place")
  func firstTransport() {
    for (name, transport) in [("UDP", Transport.udp), ("TCP", .tcp), ("TLS", .tls)] {
      let text =
        "SIP/2.0 200 OK\r\nX: y\r\nVia: SIP/2.0/\(name) h;branch=z\r\nVia: SIP/2.0/UDP i\r\n\r\n"
      let found = Via.firstTransport(in: Text(text.utf8))
      #expect(found?.transport == transport)
      #expect(found.map { Text(Text(text.utf8)[$0.place]) } == Text(name.utf8))
    }
    for text in [
      "", "A", "A\r\n", "A\r\n\r\n", "A\r\nVia: ", "A\r\nVia: SIP/2.0", "A\r\nVia: \r\n",
    ] {
      #expect(Via.firstTransport(in: Text(text.utf8)) == nil, "\(text)")
    }
  }
}
