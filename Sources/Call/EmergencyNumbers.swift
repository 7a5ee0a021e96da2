public import Base
public import Line

/// The numbers that are called before everything else: the country's, and what is provisioned.
public struct EmergencyNumbers: Sendable {
  private let known: [EmergencyNumber]
  private let further: [Text]

  /// Makes the list; `further` numbers are for no service in particular.
  public init(_ known: [EmergencyNumber] = [], further: [Text] = []) {
    self.known = known
    self.further = further
  }

  /// The service behind `urn:service:` (RFC 5031 §4.2) that the digits call; `nil` for none.
  public func service(of digits: Text) -> Text? {
    for number in known where digits.equals(number.digits) { return Text(number.service) }
    return further.contains(digits) ? Text("sos") : nil
  }

  /// Whether a number of the list begins with the digits and is longer.
  public func continues(_ digits: Text) -> Bool {
    for number in known where Text(number.digits).starts(with: digits) {
      if number.digits.utf8CodeUnitCount > digits.count { return true }
    }
    return further.contains { $0.starts(with: digits) && $0.count > digits.count }
  }
}

/// The digits of somebody who can call nothing but an emergency number now.
///
/// The first digit that leads to none of them ends the attempt: the rest of an ordinary number must
/// not look like one.
struct EmergencyDialling: Sendable {
  /// The digits so far that may become a number.
  private(set) var digits: Text = []
  private var isOver = false

  /// Takes a key; the service that is called, if the number is complete.
  mutating func press(_ key: UInt8, _ numbers: EmergencyNumbers) -> Text? {
    guard !isOver else { return nil }
    digits.append(key)
    if let service = numbers.service(of: digits) { return service }
    guard !numbers.continues(digits) else { return nil }
    isOver = true
    digits = []
    return nil
  }
}
