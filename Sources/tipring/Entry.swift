import Base
import CDigest
import CHardware
import Linux

@main
enum Entry {
  static func main() {
    unsafe print(String(cString: chardware_alsa_version()))
    print("\(Clock.now.nanoseconds)")
    var out = [UInt8](repeating: 0, count: 16)
    unsafe out.withUnsafeMutableBufferPointer { unsafe cdigest_md5($0.baseAddress!, 0, $0.baseAddress!) }
    var text = Text()
    text.append(IPAddress.v6(1, 2))
    print(String(decoding: text, as: UTF8.self))
  }
}
