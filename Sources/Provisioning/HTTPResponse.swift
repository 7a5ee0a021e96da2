public import Base

/// What a web server has answered, as far as a client of files needs it (RFC 9110).
public struct HTTPResponse: Equatable, Sendable {
  /// The status code, 200 to 599.
  public var status: UInt16 = 0
  /// What stands for this version of the file, as written, with its quotes; empty without one.
  public var entityTag: Text = []
  /// Where the file is now; empty without one.
  public var location: Text = []
  /// How many seconds the server wants to be left alone, when it says so in seconds.
  public var retryAfter: Int?
  /// The body, chunks put together.
  public var body: Text = []

  /// Makes an empty answer.
  public init() {}
}

/// Why bytes are no answer of a web server.
public enum HTTPProblem: Error, Equatable, Sendable, CaseIterable {
  /// The first line is not one of HTTP/1.0 or 1.1.
  case statusLine
  /// A line of the head is no field.
  case field
  /// The head is longer than anybody's.
  case longHead
  /// The length is no number, or there are two of them.
  case length
  /// The body is coded in a way that we did not ask for.
  case coding
  /// A chunk's size is no number, or what follows it is not its end.
  case chunk
  /// The body is longer than a file may be.
  case longBody
  /// The connection ended before the answer did.
  case cutShort

  /// The reason in words.
  public var words: StaticString {
    switch self {
    case .statusLine: "the server does not speak HTTP/1.1"
    case .field: "a header field of the answer is malformed"
    case .longHead: "the head of the answer is too long"
    case .length: "the length of the answer is malformed"
    case .coding: "the answer has a transfer coding other than chunked"
    case .chunk: "a chunk of the answer is malformed"
    case .longBody: "the file is too long"
    case .cutShort: "the answer is cut short"
    }
  }
}
