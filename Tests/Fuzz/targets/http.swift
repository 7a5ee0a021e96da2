import Base
import Provisioning

/// Takes any bytes as a web server's answer, whole and in pieces, which must come to the same; as a
/// URL; and as what is remembered of a file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Text(UnsafeBufferPointer(start: data, count: count))
  let piece = Int(bytes.first ?? 0) % 7 + 1
  precondition(read(bytes, pieces: max(1, count)) == read(bytes, pieces: piece))
  if let address = WebAddress(parsing: bytes) {
    precondition(WebAddress(parsing: address.text) == address)
    _ = address.following(bytes)
    let request = FileRequest(address).text(userAgent: bytes)
    precondition(request.count { $0 == UInt8(ascii: "\n") } == 6)
  }
  _ = WebAddress.told(bootServer: bytes, vendorInformation: bytes)
  let record = ProvisioningRecord(parsing: bytes)
  precondition(ProvisioningRecord(parsing: record.text) == record)
  return 0
}

private func read(_ bytes: Text, pieces: Int) -> HTTPResponse? {
  var reader = HTTPResponseReader(bodyLimit: 256)
  do throws(HTTPProblem) {
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      try reader.receive(Text(bytes[start..<min(start + pieces, bytes.count)]))
    }
    try reader.end()
  } catch {
    return nil
  }
  if let answer = reader.complete { precondition(answer.body.count <= 256) }
  return reader.complete
}
