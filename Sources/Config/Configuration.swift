/// The values that somebody set; everything else has the schema's standard value.
///
/// Two configurations are equal when the same values are set, so that what is printed and read
/// again can be compared.
public struct Configuration: Equatable, Sendable {
  /// The values set for one port.
  struct PortValues: Equatable, Sendable {
    let number: UInt8
    var values: [ParameterValue?]
  }

  private var box: [ParameterValue?]
  private(set) var portValues: [PortValues] = []

  private static var unset: [ParameterValue?] {
    [ParameterValue?](repeating: nil, count: Parameter.allCases.count)
  }

  /// Makes a configuration in which nothing is set.
  public init() { box = Self.unset }

  /// The numbers of the ports for which something is set, ascending.
  public var portNumbers: [UInt8] { portValues.map { $0.number } }

  /// What was set; `port` is the port's number, 0 for the box's own parameters.
  public func setValue(_ parameter: Parameter, port: UInt8 = 0) -> ParameterValue? {
    let place = Int(parameter.rawValue)
    if port == 0 { return box[place] }
    return portValues.first { $0.number == port }?.values[place]
  }

  /// What counts: what was set, or else the standard value.
  public func value(_ parameter: Parameter, port: UInt8 = 0) -> ParameterValue? {
    setValue(parameter, port: port) ?? parameter.row.standard
  }

  /// Sets a value of the parameter's type, or on `nil` goes back to the standard.
  public mutating func set(_ parameter: Parameter, port: UInt8 = 0, to value: ParameterValue?) {
    let place = Int(parameter.rawValue)
    guard port > 0 else {
      box[place] = value
      return
    }
    let index = portValues.firstIndex { $0.number >= port } ?? portValues.count
    if index == portValues.count || portValues[index].number != port {
      guard value != nil else { return }
      portValues.insert(PortValues(number: port, values: Self.unset), at: index)
    }
    portValues[index].values[place] = value
    if portValues[index].values.allSatisfy({ $0 == nil }) { portValues.remove(at: index) }
  }
}
