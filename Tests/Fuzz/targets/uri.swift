import Base
import SIPSyntax

/// Takes any bytes as a URI and as a name with its address; what was read is read again alike.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Text(UnsafeBufferPointer(start: data, count: count))
  if let uri = try? SIPURI(parsing: bytes) { read(uri, of: bytes, in: 0..<bytes.count) }
  let all = 0..<bytes.count
  guard let address = try? NameAddress(parsing: bytes, all) else { return 0 }
  precondition(address.uri.lowerBound >= 0 && address.uri.upperBound <= bytes.count)
  if let tag = address.tag { precondition(tag.upperBound <= bytes.count) }
  if let uri = try? SIPURI(parsing: bytes, address.uri) { read(uri, of: bytes, in: address.uri) }
  return 0
}

private func read(_ uri: SIPURI, of bytes: Text, in range: Range<Int>) {
  let parts = [uri.user, uri.host, uri.parameters, uri.headers].compactMap { $0 }
  for part in parts where !part.isEmpty {
    precondition(part.lowerBound >= range.lowerBound && part.upperBound <= range.upperBound)
  }
  guard let user = uri.user, uri.scheme != .other else { return }
  // A user part that is written again is the same user.
  var written = Text("sip:")
  let name = bytes.unescaped(user)
  written.append(user: name)
  written.append("@h")
  guard let again = try? SIPURI(parsing: written), let second = again.user else {
    preconditionFailure("what we write cannot be read")
  }
  precondition(written.unescaped(second) == name, "another user")
}
