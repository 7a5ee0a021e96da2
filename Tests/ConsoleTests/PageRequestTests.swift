import Base
import Console
import Testing

@Suite("Request for the page of metrics")
struct PageRequestTests {
  struct Row: Sendable {
    let head: String
    let verdict: PageRequest.Verdict?
    var isHead = false
  }

  private static let host = "Host: box.example:9100\r\n"

  static let rows = [
    // As Prometheus, curl, a person with netcat and an old client ask.
    Row(
      head: "GET /metrics HTTP/1.1\r\n\(host)User-Agent: Prometheus/2.53\r\n"
        + "Accept: text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\nAccept-Encoding: gzip\r\n"
        + "X-Prometheus-Scrape-Timeout-Seconds: 10\r\n\r\n", verdict: .page),
    Row(head: "HEAD /metrics HTTP/1.1\r\n\(host)\r\n", verdict: .page, isHead: true),
    Row(head: "GET /metrics HTTP/1.0\r\n\r\n", verdict: .page),
    Row(head: "GET /metrics HTTP/1.1\nhost:box\n\n", verdict: .page),
    Row(head: "\r\n\r\nGET /metrics HTTP/1.1\r\n\(host)\r\n", verdict: .page),
    Row(head: "GET /metrics HTTP/1.1\r\n\(host)\r\nwhat follows", verdict: .page),
    Row(head: "GET /metrics?name[]=up HTTP/1.1\r\n\(host)\r\n", verdict: .page),
    Row(head: "GET http://box.example/metrics HTTP/1.1\r\n\(host)\r\n", verdict: .page),
    Row(head: "GET HTTP://box?x/metrics HTTP/1.1\r\n\(host)\r\n", verdict: .notFound),
    Row(head: "GET /metrics HTTP/1.1\r\nHost:\r\nX: \u{e9}\t:\r\nY:\r\n\r\n", verdict: .page),
    // Another page, another method, or both.
    Row(head: "GET / HTTP/1.1\r\n\(host)\r\n", verdict: .notFound),
    Row(head: "GET /metrics/ HTTP/1.1\r\n\(host)\r\n", verdict: .notFound),
    Row(head: "GET /METRICS HTTP/1.1\r\n\(host)\r\n", verdict: .notFound),
    Row(head: "GET metrics HTTP/1.1\r\n\(host)\r\n", verdict: .notFound),
    Row(head: "HEAD /../metrics HTTP/1.1\r\n\(host)\r\n", verdict: .notFound, isHead: true),
    Row(head: "OPTIONS * HTTP/1.1\r\n\(host)\r\n", verdict: .notFound),
    Row(head: "POST /metrics HTTP/1.1\r\n\(host)\r\n", verdict: .methodNotAllowed),
    Row(head: "get /metrics HTTP/1.1\r\n\(host)\r\n", verdict: .methodNotAllowed),
    // Not whole yet.
    Row(head: "", verdict: nil),
    Row(head: "\r\n\n\r\n", verdict: nil),
    Row(head: "GET /metrics HTTP/1.1\r\n\(host)", verdict: nil),
    Row(head: "GET /metrics HTTP/1.1\r\n\(host)\r", verdict: nil),
    // Not HTTP/1.1.
    Row(head: "GET /metrics\r\n\r\n", verdict: .malformed),
    Row(head: "GET  /metrics HTTP/1.1\r\n\(host)\r\n", verdict: .malformed),
    Row(head: " GET /metrics HTTP/1.1\r\n\(host)\r\n", verdict: .malformed),
    Row(head: "GET /metrics HTTP/1.1 \r\n\(host)\r\n", verdict: .malformed),
    Row(head: "GET /metrics HTTP/2.0\r\n\(host)\r\n", verdict: .malformed),
    Row(head: "GET /metrics HTTP/1.10\r\n\(host)\r\n", verdict: .malformed),
    Row(head: "GET /metrics HTTP/1.x\r\n\(host)\r\n", verdict: .malformed),
    Row(head: "GET /metrics http/1.1\r\n\(host)\r\n", verdict: .malformed),
    Row(head: "G(T /metrics HTTP/1.1\r\n\(host)\r\n", verdict: .malformed),
    Row(head: "GET /m\u{e9}trics HTTP/1.1\r\n\(host)\r\n", verdict: .malformed),
    Row(head: "GET /metrics\0 HTTP/1.1\r\n\(host)\r\n", verdict: .malformed),
    Row(head: "GET /metrics HTTP/1.1\r\r\n\(host)\r\n", verdict: .malformed),
    Row(head: "GET /metrics HTTP/1.1\r\n\(host)X: a\rb\r\n\r\n", verdict: .malformed),
    Row(head: "GET /metrics HTTP/1.1\r\n\(host)X: \u{7F}\r\n\r\n", verdict: .malformed),
    Row(head: "GET /metrics HTTP/1.1\r\n\(host) folded\r\n\r\n", verdict: .malformed),
    Row(head: "GET /metrics HTTP/1.1\r\n\(host)X : a\r\n\r\n", verdict: .malformed),
    Row(head: "GET /metrics HTTP/1.1\r\n\(host): a\r\n\r\n", verdict: .malformed),
    Row(head: "GET /metrics HTTP/1.1\r\n\(host)no colon\r\n\r\n", verdict: .malformed),
    Row(head: "GET /metrics HTTP/1.1\r\n\r\n", verdict: .malformed),
    Row(head: "GET /metrics HTTP/1.1\r\n\(host)\(host)\r\n", verdict: .malformed),
    Row(head: "GET /metrics HTTP/1.0\r\n\(host)\(host)\r\n", verdict: .malformed),
    Row(head: "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\n\r\n", verdict: .malformed),
  ]

  @Test("What becomes of a request", arguments: rows)
  func verdict(row: Row) {
    var reader = PageRequestReader()
    let request = reader.receive(Array(row.head.utf8))
    #expect(request?.verdict == row.verdict)
    #expect(request?.isHead ?? false == row.isHead)
  }

  @Test("A head that comes byte by byte is the same", arguments: rows)
  func pieces(row: Row) {
    var reader = PageRequestReader()
    let requests = row.head.utf8.compactMap { reader.receive([$0]) }
    #expect(requests.first?.verdict == row.verdict)
  }

  @Test("A head of 4096 bytes is read, one byte more is refused, whatever the bytes are")
  func limit() {
    let start = "GET /metrics HTTP/1.1\r\nHost: a\r\nX: "
    for (length, verdict) in [(4_096, PageRequest.Verdict.page), (4_097, .malformed)] {
      let filling = String(repeating: "x", count: length - start.utf8.count - 4)
      var reader = PageRequestReader()
      let request = reader.receive(Array((start + filling + "\r\n\r\n").utf8))
      #expect(request?.verdict == verdict)
    }
    for byte in [UInt8(0x0A), 0x0D, 0x20, 0x41, 0xFF] {
      var reader = PageRequestReader()
      #expect(reader.receive([UInt8](repeating: byte, count: 4_096)) == nil)
      #expect(reader.receive([byte])?.verdict == .malformed)
    }
  }

  @Test("No bytes are too strange", arguments: [UInt64(1), 2, 3])
  func noise(seed: UInt64) {
    var random = RandomSource(seed: (seed, 0, 0, 0))
    let honest = Array(Self.rows[0].head.utf8)
    for _ in 0..<2_000 {
      var bent = honest
      for _ in 0..<(1 + random.next() % 8) {
        bent[Int(random.next() % UInt64(bent.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      var reader = PageRequestReader()
      guard let request = reader.receive(bent) else { continue }
      var made = 0
      let answer = request.answer {
        made += 1
        return [0x21]
      }
      #expect(made == (request.verdict == .page ? 1 : 0))
      #expect(answer.starts(with: Array("HTTP/1.1 ".utf8)))
    }
  }

  private func answer(_ request: String) -> String {
    var reader = PageRequestReader()
    let answer = reader.receive(Array(request.utf8))?.answer { Array("up 1\n".utf8) }
    return String(decoding: answer ?? [], as: UTF8.self)
  }

  private func expected(_ status: String, length: Int) -> String {
    "HTTP/1.1 \(status)\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
      + "Content-Length: \(length)\r\nConnection: close\r\n\r\n"
  }

  @Test("The answers, byte by byte")
  func answers() {
    let page = expected("200 OK", length: 5)
    #expect(answer("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n") == page + "up 1\n")
    #expect(answer("HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n") == page)
    #expect(
      answer("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        == expected("404 Not Found", length: 26) + "the only page is /metrics\n")
    #expect(
      answer("PUT /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        == expected("405 Method Not Allowed\r\nAllow: GET, HEAD", length: 39)
        + "the page can only be read: GET or HEAD\n")
    #expect(
      answer("hello\r\n\r\n")
        == expected("400 Bad Request", length: 26) + "not a request of HTTP/1.1\n")
  }
}
