/// Messages that wait until a stream takes their bytes, the oldest first, within a limit.
public struct SendQueue: Sendable {
  private let limit: Int
  /// The messages that wait, behind those that are sent: taking each out for itself would move
  /// all the others each time.
  private var messages: [Text] = []
  private var sentMessages = 0
  private var size = 0
  private var sentOfFirst = 0

  /// Makes an empty queue of at most `limit` bytes.
  public init(limit: Int) { self.limit = limit }

  /// Whether nothing waits.
  public var isEmpty: Bool { messages.isEmpty }

  /// How many messages wait, one that is sent in part included.
  public var count: Int { messages.count - sentMessages }

  /// Adds a message; `false` when there is no room for it.
  public mutating func add(_ message: Text) -> Bool {
    guard size + message.count <= limit else { return false }
    size += message.count
    messages.append(message)
    return true
  }

  /// The bytes that are to be sent next; `nil` when nothing waits.
  public var next: ArraySlice<UInt8>? {
    isEmpty ? nil : messages[sentMessages][sentOfFirst...]
  }

  /// So many bytes of `next` are sent.
  public mutating func sent(_ count: Int) {
    guard !isEmpty else { return }
    let length = messages[sentMessages].count
    sentOfFirst += count
    guard sentOfFirst >= length else { return }
    size -= length
    sentOfFirst = 0
    messages[sentMessages] = []
    sentMessages += 1
    // No more move up than have left since the last time.
    guard sentMessages >= self.count else { return }
    messages.removeFirst(sentMessages)
    sentMessages = 0
  }

  /// Sends the first message again from its beginning, on another stream.
  public mutating func beginAgain() { sentOfFirst = 0 }
}
