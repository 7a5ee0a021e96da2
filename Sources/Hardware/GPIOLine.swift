internal import Base
internal import Board
internal import CHardware
internal import Linux

/// One pin of a line circuit, through libgpiod; released at the end.
@safe
final class GPIOLine {
  private let pin: OpaquePointer

  /// Takes a pin: an input that tells its edges, or an output that is inactive at first.
  init(_ description: GPIOPin, isOutput: Bool) throws(Errno) {
    var name = Text()
    var chip: Text?
    var offset: UInt32 = 0
    switch description.place {
    case .name(let text): name = text
    case .offset(let text, let number): (chip, offset) = (text, number)
    }
    var pin: OpaquePointer?
    let result = unsafe Self.withCString(chip ?? name) { text in
      unsafe chardware_pin_open(
        &pin, chip == nil ? nil : text, offset, chip == nil ? text : nil, isOutput ? 1 : 0,
        description.isActiveLow ? 1 : 0, 0)
    }
    try check(result)
    guard let pin = unsafe pin else { throw Errno(rawValue: 12) }
    unsafe self.pin = pin
  }

  deinit { unsafe chardware_pin_close(pin) }

  /// The descriptor that is readable when an input has edges; -1 when its chip tells none.
  var rawValue: CInt { unsafe chardware_pin_descriptor(pin) }

  /// Whether the pin is active now; `false` when the kernel cannot say.
  var isActive: Bool { unsafe chardware_pin_get(pin) == 1 }

  /// Makes an output active or not.
  func set(_ isActive: Bool) throws(Errno) {
    try check(unsafe chardware_pin_set(pin, isActive ? 1 : 0))
  }

  /// The oldest edge of an input: whether it made the pin active, and when; `nil` without one.
  func nextEdge() -> (isActive: Bool, at: Instant)? {
    var at: Int64 = 0
    let result = unsafe chardware_pin_edge(pin, &at)
    return result < 0 ? nil : (result == 1, Instant(nanoseconds: at))
  }

  private static func withCString(
    _ text: Text, _ body: (UnsafePointer<CChar>?) -> CInt
  ) -> CInt {
    var bytes = text
    bytes.append(0)
    return unsafe bytes.withUnsafeBytes {
      unsafe body($0.baseAddress?.assumingMemoryBound(to: CChar.self))
    }
  }
}

private func check(_ result: CInt) throws(Errno) {
  if result < 0 { throw Errno(rawValue: -result) }
}
