public import Base

/// A CSeq value (RFC 3261 §20.16).
public struct CSeq: Equatable, Sendable {
  /// The sequence number, below 2^31 (RFC 3261 §8.1.1.5).
  public let number: UInt32
  /// The method.
  public let method: Method
  private let methodPlace: Place

  /// The method's name as it stands there.
  public var methodText: Range<Int> { methodPlace.range }

  /// Reads the value that stands in the range.
  public init(parsing bytes: Text, _ range: Range<Int>) throws(SyntaxError) {
    try self.init(bytes.span, Place.check(range, bytes.count))
  }

  init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(SyntaxError) {
    let end = range.upperBound
    let (stop, start) = bytes.skipNumber(from: range.lowerBound, to: end)
    guard let number = bytes.number(range.lowerBound..<stop, upTo: 0x7FFF_FFFF), start > stop,
      start < end, bytes.skip(.token, from: start, to: end) == end
    else { throw SyntaxError(.badCSeq, at: stop) }
    self.number = number
    methodPlace = Place(start, end)
    method = Method(bytes, start..<end)
  }
}
