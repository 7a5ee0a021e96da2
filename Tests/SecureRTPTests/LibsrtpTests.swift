import Base
import Testing

@testable import SecureRTP

/// What libsrtp 2 makes with the master key 1, 2, 3 …: two packets of RTP around a wrap, and RTCP.
struct Protected: Sendable {
  let suite: CryptoSuite
  let media: [String]
  let control: String

  static let rows = [
    Protected(
      suite: .gcm256,
      media: [
        "8008ffff009fff60cafebabe77c6776fb5c5738e4ec6d24ffd7e6e10"
          + "0996dfc9ba278915382e4f195323a8b915a6ebf1",
        "8008000000000000cafebabe81ce014bb9f575c5cba474476acae0cb"
          + "61afc7d9210575c5515adc0092d2d88781857619",
      ],
      control: "80c90001cafebabeaf994aa2d34eeb2fb296ab5a083013e6d1cdc6c480ee35ea"
        + "ee641a6680000001"),
    Protected(
      suite: .gcm128,
      media: [
        "8008ffff009fff60cafebabe135dc195554cae896f1dadcd2aa876bd"
          + "9cc062bf855582277d21f41ee29b727712957e5f",
        "8008000000000000cafebabee6f99682eb838e699b9a252f227ec8cb"
          + "0f788154207edd63efba806d55f7b0c890b8144e",
      ],
      control: "80c90001cafebabef11dc81d126e354ab119e56c611e0ee14686ea41265ae420"
        + "6ee5a0a780000001"),
    Protected(
      suite: .counter80,
      media: [
        "8008ffff009fff60cafebabeefa10a6c96c1022b6173ea8b203740f092839a2e14d1af1cb4a7e133266d",
        "8008000000000000cafebabedb959f720546984494902db18e65a33b6b58df6639714dc84d3b2c08b365",
      ],
      control: "80c90001cafebabe2991095aff83074330985206800000019f31f44ad06b85fb4848"),
    Protected(
      suite: .counter32,
      media: [
        "8008ffff009fff60cafebabeefa10a6c96c1022b6173ea8b203740f092839a2e14d1af1c",
        "8008000000000000cafebabedb959f720546984494902db18e65a33b6b58df6639714dc8",
      ],
      control: "80c90001cafebabe2991095aff83074330985206800000019f31f44ad06b85fb4848"),
  ]
}

@Suite("Packets of libsrtp")
struct LibsrtpTests {
  private let payload = (0..<20).map { UInt8($0) }
  private let report = hex("80c90001cafebabe 81ca0002cafebabe 01014100")

  @Test("They open, and ours are the same", arguments: Protected.rows)
  func both(_ row: Protected) throws {
    let size = row.suite.keySize + row.suite.saltSize
    let key = try #require(MediaKey(row.suite, (1...UInt8(size)).map { $0 }))
    let (sender, receiver) = (SecureSender(key), SecureReceiver(key))
    let headers = [hex("8008ffff009fff60cafebabe"), hex("8008000000000000cafebabe")]
    for (header, media) in zip(headers, row.media) {
      let plain = header + payload
      var theirs = hex(media)
      var span = theirs.mutableSpan
      let count = try receiver.unprotect(&span, count: hex(media).count)
      #expect(Array(theirs[..<count]) == plain)
      var ours = plain + [UInt8](repeating: 0, count: SecureSender.overhead)
      var room = ours.mutableSpan
      let end = sender.protect(&room, count: plain.count)
      #expect(Array(ours[..<end]) == hex(media))
    }
    var theirs = hex(row.control)
    var span = theirs.mutableSpan
    let count = try receiver.unprotectControl(&span, count: hex(row.control).count)
    #expect(Array(theirs[..<count]) == report)
    var ours = report + [UInt8](repeating: 0, count: SecureSender.overhead)
    var room = ours.mutableSpan
    let end = sender.protectControl(&room, count: report.count)
    #expect(Array(ours[..<end]) == hex(row.control))
  }
}
