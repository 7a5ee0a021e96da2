import Base
import Provisioning
import Testing

/// The answer of a web server, whole, in pieces, and malformed.
@Suite struct HTTPResponseTests {
  private static let limit = 64

  /// Reads a text in pieces of a size; the end of the connection follows when it is told.
  private func read(
    _ text: String, pieces: Int = 1_000, ends: Bool = false
  ) throws(HTTPProblem) -> HTTPResponse? {
    var reader = HTTPResponseReader(bodyLimit: Self.limit)
    let bytes = Text(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      try reader.receive(Text(bytes[start..<min(start + pieces, bytes.count)]))
    }
    if ends { try reader.end() }
    return reader.complete
  }

  private func problem(_ text: String, ends: Bool = true) -> HTTPProblem? {
    do throws(HTTPProblem) {
      _ = try read(text, ends: ends)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [1, 2, 3, 7, 1_000])
  func lengthAndFields(pieces: Int) throws {
    let answer = try read(
      "HTTP/1.1 200 OK\r\nETag: \"a1\"\r\ncontent-LENGTH: 5\r\nX: y\r\n\r\nhellomore",
      pieces: pieces)
    #expect(answer?.status == 200)
    #expect(answer?.body == Text("hello"))
    #expect(answer?.entityTag == Text("\"a1\""))
  }

  @Test(arguments: [1, 2, 5, 1_000])
  func chunks(pieces: Int) throws {
    let answer = try read(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "3;a=b\r\nhel\r\n0A\r\nlo, world!\r\n0\r\nTrailer: x\r\n\r\n", pieces: pieces)
    #expect(answer?.body == Text("hello, world!"))
  }

  @Test func theEndOfTheConnectionEndsSome() throws {
    #expect(try read("HTTP/1.0 200 OK\r\n\r\nhello") == nil)
    #expect(try read("HTTP/1.0 200 OK\r\n\r\nhello", ends: true)?.body == Text("hello"))
    #expect(try read("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n")?.status == 304)
    #expect(try read("HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 204 x\r\n\r\n")?.status == 204)
    let busy = try read("HTTP/1.1 503 x\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n")
    #expect(busy?.retryAfter == 120)
  }

  @Test(
    arguments: [
      ("HTTP/2 200 OK\r\n\r\n", HTTPProblem.statusLine),
      ("HTTP/1.1 20 OK\r\n\r\n", .statusLine), ("HTTP/1.1 600 OK\r\n\r\n", .statusLine),
      ("hello\n\n", .statusLine), ("HTTP/1.1 200 OK\r\nno field\r\n\r\n", .field),
      ("HTTP/1.1 200 OK\r\n folded: x\r\n\r\n", .field),
      ("HTTP/1.1 200 OK\r\nA: \u{1}\r\n\r\n", .field),
      ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .length),
      ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", .length),
      ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", .length),
      (
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .length
      ),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", .coding),
      ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", .coding),
      ("HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n", .longBody),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n41\r\n", .longBody),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", .chunk),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", .chunk),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1FFFFFFFF\r\n", .chunk),
      // What 32 bits do not hold, alone and behind a body.
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n80000000\r\n", .longBody),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n", .longBody),
      (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n7FFFFFFF\r\n",
        .longBody
      ),
      (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3F\r\n",
        .longBody
      ),
      ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", .cutShort),
      ("HTTP/1.1 200 OK\r\nContent-", .cutShort), ("", .cutShort),
    ] as [(String, HTTPProblem)])
  func malformed(text: String, expected: HTTPProblem) {
    #expect(problem(text) == expected, "\(text)")
  }

  @Test("What comes before the answer comes at most eight times")
  func interimHeads() throws {
    let interim = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    let answer = "HTTP/1.1 204 No Content\r\n\r\n"
    #expect(try read(String(repeating: interim, count: 8) + answer)?.status == 204)
    #expect(problem(String(repeating: interim, count: 9) + answer) == .longHead)
  }

  @Test func nothingGrowsWithoutEnd() {
    let long = String(repeating: "a", count: 9_000)
    #expect(problem("HTTP/1.1 200 " + long) == .longHead)
    #expect(
      problem("HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 2_000)) == .longHead)
    #expect(problem("HTTP/1.1 200 OK\r\n\r\n" + long) == .longBody)
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    #expect(problem(chunked + "1;" + long) == .chunk)
    #expect(
      problem(chunked + "0\r\n" + String(repeating: "A: b\r\n", count: 2_000)) == .longHead)
  }
}
