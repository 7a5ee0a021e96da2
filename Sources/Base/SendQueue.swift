/// Messages that wait until a stream takes their bytes, the oldest first, within a limit.
public struct SendQueue: Sendable {
  private let limit: Int
  private var waiting: [Text] = []
  private var size = 0
  private var sentOfFirst = 0

  /// Makes an empty queue of at most `limit` bytes.
  public init(limit: Int) { self.limit = limit }

  /// Whether nothing waits.
  public var isEmpty: Bool { waiting.isEmpty }

  /// Adds a message; `false` when there is no room for it.
  public mutating func add(_ message: Text) -> Bool {
    guard size + message.count <= limit else { return false }
    size += message.count
    waiting.append(message)
    return true
  }

  /// The bytes that are to be sent next; `nil` when nothing waits.
  public var next: ArraySlice<UInt8>? { waiting.first.map { $0[sentOfFirst...] } }

  /// So many bytes of `next` are sent.
  public mutating func sent(_ count: Int) {
    guard let first = waiting.first else { return }
    sentOfFirst += count
    guard sentOfFirst >= first.count else { return }
    size -= first.count
    sentOfFirst = 0
    waiting.removeFirst()
  }

  /// Sends the first message again from its beginning, on another stream.
  public mutating func beginAgain() { sentOfFirst = 0 }
}
