import Base
import SIPSyntax

/// Takes any bytes as a stream of SIP, whole and in pieces, which must come to the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Text(UnsafeBufferPointer(start: data, count: count))
  let piece = Int(bytes.first ?? 0) % 7 + 1
  let whole = read(bytes, pieces: max(1, count))
  precondition(whole == read(bytes, pieces: piece))
  for case .message(let message) in whole {
    precondition(message.count <= StreamReader.limit)
    precondition((try? Message(parsing: message)) != nil)
  }
  if let (_, place) = Via.firstTransport(in: bytes) { precondition(place.upperBound <= count) }
  return 0
}

private func read(_ bytes: Text, pieces: Int) -> [StreamReader.Piece] {
  var reader = StreamReader()
  var found: [StreamReader.Piece] = []
  for start in stride(from: 0, to: bytes.count, by: pieces) {
    reader.receive(Text(bytes[start..<min(start + pieces, bytes.count)]))
    do throws(StreamProblem) {
      while let piece = try reader.next() { found.append(piece) }
    } catch {
      return found
    }
  }
  return found
}
