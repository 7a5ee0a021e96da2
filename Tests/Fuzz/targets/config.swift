import Base
import Board
import Config

/// Reads any bytes as a configuration and as a board description; what is printed of a
/// configuration reads back as the same one.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe Text(UnsafeBufferPointer(start: data, count: count))
  _ = BoardDescription.read(bytes)
  let checks = ConfigurationChecks(countries: [Text("cn"), Text("us")]) { _ in nil }
  let first = Configuration.read(bytes, checks: checks).configuration
  let text = first.text(secrets: .stored)
  let second = Configuration.read(text, checks: checks).configuration
  precondition(first == second)
  return 0
}
