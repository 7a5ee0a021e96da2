internal import Base

/// One request to the kernel's rtnetlink(7), built attribute by attribute.
///
/// Numbers are in the processor's byte order, addresses in the network's; every attribute begins at
/// a multiple of four octets.
struct NetlinkMessage {
  /// The octets so far; the length in front is set by `finished`.
  private var octets: Text

  /// Begins a request with its header; the fixed part of its kind follows.
  init(_ kind: UInt16, flags: UInt16, fixed: Text) {
    octets = []
    octets.append(word: 0)
    octets.append(half: kind)
    octets.append(half: flags | Netlink.request | Netlink.acknowledge)
    octets.append(word: 1)
    octets.append(word: 0)
    octets += fixed
  }

  /// Adds an attribute.
  mutating func add(_ kind: UInt16, _ value: Text) {
    octets.append(half: UInt16(4 + value.count))
    octets.append(half: kind)
    octets += value
    while !octets.count.isMultiple(of: 4) { octets.append(UInt8(0)) }
  }

  /// Adds an attribute that is one number of 32 bits.
  mutating func add(_ kind: UInt16, word: UInt32) {
    var value = Text()
    value.append(word: word)
    add(kind, value)
  }

  /// Adds a name with its end mark.
  mutating func add(_ kind: UInt16, name: Text) { add(kind, name + [0]) }

  /// Adds an attribute that holds attributes.
  mutating func add(_ kind: UInt16, nested: (inout NetlinkMessage) -> Void) {
    var inner = NetlinkMessage(empty: ())
    nested(&inner)
    add(kind | Netlink.nested, inner.octets)
  }

  private init(empty: ()) { octets = [] }

  /// The whole request.
  var finished: Text {
    var length = Text()
    length.append(word: UInt32(octets.count))
    return length + octets.dropFirst(4)
  }
}

/// The numbers of linux/netlink.h and linux/rtnetlink.h that we use.
enum Netlink {
  static let request: UInt16 = 0x1
  static let acknowledge: UInt16 = 0x4
  static let replace: UInt16 = 0x100
  static let exclusive: UInt16 = 0x200
  static let create: UInt16 = 0x400
  static let nested: UInt16 = 0x8000

  static let error: UInt16 = 2
  static let newLink: UInt16 = 16
  static let deleteLink: UInt16 = 17
  static let newAddress: UInt16 = 20
  static let deleteAddress: UInt16 = 21
  static let newRoute: UInt16 = 24
  static let newRule: UInt16 = 32
  static let deleteRule: UInt16 = 33

  static let headerLength = 16
}

extension Array where Element == UInt8 {
  mutating func append(half: UInt16) {
    append(UInt8(truncatingIfNeeded: half.littleEndian == half ? half : half >> 8))
    append(UInt8(truncatingIfNeeded: half.littleEndian == half ? half >> 8 : half))
  }

  mutating func append(word: UInt32) {
    let isLittle = word.littleEndian == word
    for place in 0..<4 {
      append(UInt8(truncatingIfNeeded: word >> UInt32(8 * (isLittle ? place : 3 - place))))
    }
  }

  /// Appends an address in the network's order: 4 or 16 octets.
  mutating func append(octets address: IPAddress) {
    switch address {
    case .v4(let value):
      for shift in stride(from: UInt32(24), through: 0, by: -8) {
        append(UInt8(truncatingIfNeeded: value >> shift))
      }
    case .v6(let high, let low):
      for half in [high, low] {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
          append(UInt8(truncatingIfNeeded: half >> shift))
        }
      }
    }
  }
}

extension IPAddress {
  /// Reads an address in the network's order; `nil` unless it has 4 or 16 octets.
  init?(octets: ArraySlice<UInt8>) {
    func wide(_ octets: ArraySlice<UInt8>) -> UInt64 {
      octets.reduce(0) { $0 << 8 | UInt64($1) }
    }
    switch octets.count {
    case 4: self = .v4(UInt32(wide(octets)))
    case 16: self = .v6(wide(octets.prefix(8)), wide(octets.suffix(8)))
    default: return nil
    }
  }
}
