/// A range of a message, in four bytes: a message has many, and none is longer than a datagram.
struct Place: Equatable, Sendable {
  private let start: UInt16
  private let end: UInt16

  /// The place of something that is not there.
  static let none = Place(start: .max, end: 0)

  private init(start: UInt16, end: UInt16) {
    self.start = start
    self.end = end
  }

  /// Keeps a range that ends within `Message.maximumSize`.
  @inline(__always)
  init(_ range: Range<Int>) {
    start = UInt16(truncatingIfNeeded: range.lowerBound)
    end = UInt16(truncatingIfNeeded: range.upperBound)
  }

  /// Keeps the range between two offsets.
  @inline(__always)
  init(_ start: Int, _ end: Int) {
    self.start = UInt16(truncatingIfNeeded: start)
    self.end = UInt16(truncatingIfNeeded: end)
  }

  /// The range; empty for `none`.
  @inline(__always)
  var range: Range<Int> {
    Int(min(start, end))..<Int(end)
  }

  /// The range, or `nil` for `none`.
  @inline(__always)
  var optional: Range<Int>? { start <= end ? range : nil }

  /// Refuses ranges that a place cannot keep; cuts off what is outside the text.
  @inline(__always)
  static func check(_ range: Range<Int>, _ count: Int) throws(SyntaxError) -> Range<Int> {
    if range.lowerBound >= 0, range.upperBound <= min(count, Message.maximumSize) { return range }
    guard count <= Message.maximumSize else {
      throw SyntaxError(.tooLong, at: Message.maximumSize)
    }
    return range.clamped(to: 0..<count)
  }
}
