public import Base

/// A RAck value: which provisional response a PRACK acknowledges (RFC 3262 §7.2).
public struct RAck: Equatable, Sendable {
  /// The RSeq of the response.
  public let responseNumber: UInt32
  /// The CSeq of the response.
  public let sequence: CSeq

  /// Reads the value that stands in the range.
  public init(parsing bytes: Text, _ range: Range<Int>) throws(SyntaxError) {
    try self.init(bytes.span, Place.check(range, bytes.count))
  }

  init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(SyntaxError) {
    let end = range.upperBound
    let (stop, start) = bytes.skipNumber(from: range.lowerBound, to: end)
    guard let number = bytes.number(range.lowerBound..<stop, upTo: UInt32.max), start > stop else {
      throw SyntaxError(.badNumber, at: stop)
    }
    responseNumber = number
    sequence = try CSeq(bytes, start..<end)
  }
}
