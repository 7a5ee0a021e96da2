internal import Base
internal import Board

/// A configuration in the making, with the place where each value was set.
struct ConfigurationDraft {
  /// Where a value was set.
  struct Origin {
    let parameter: Parameter
    let port: UInt8
    let line: Int
    let column: Int
  }

  var configuration = Configuration()
  private var origins: [Origin] = []
  /// What the file names, even with a wrong value: it is not missing as well.
  private var attempts: [(parameter: Parameter, port: UInt8)] = []

  mutating func attempt(_ parameter: Parameter, _ port: UInt8) {
    attempts.append((parameter, port))
  }

  mutating func set(_ value: ParameterValue, _ origin: Origin) {
    configuration.set(origin.parameter, port: origin.port, to: value)
    origins.append(origin)
  }

  func origin(_ parameter: Parameter, port: UInt8 = 0) -> Origin? {
    origins.first { $0.parameter == parameter && $0.port == port }
  }

  func isMissing(_ parameter: Parameter, port: UInt8 = 0) -> Bool {
    !attempts.contains { $0.parameter == parameter && $0.port == port }
  }

  /// Notes what is wrong between values that are right one by one.
  ///
  /// Without a board the lines are simulated.
  func crossCheck(_ mistakes: inout MistakeList, driver: LineDriver?) {
    checkNetwork(&mistakes)
    noteMissing(&mistakes)
    checkLines(of: driver ?? .simulator, &mistakes)
    checkEndpoints(&mistakes)
    checkJitter(&mistakes)
    checkSessionTimer(&mistakes)
    checkMediaPorts(&mistakes)
    checkTwins(.portNumber, "the same number as port ", &mistakes)
    checkTwins(.portLineSimulator, "the same socket as port ", &mistakes)
    checkConsoleSocket(&mistakes)
    checkAgreementKeys(&mistakes)
    checkTrunk(&mistakes)
    checkSecurity(&mistakes)
  }

  // MARK: - What is missing

  private func noteMissing(_ mistakes: inout MistakeList) {
    for parameter in Parameter.allCases where parameter.row.isMandatory {
      switch parameter.row.scope {
      case .box:
        if isMissing(parameter) { noteMissing(parameter, 0, nil, &mistakes) }
      case .port:
        noteMissingOfPorts(parameter, &mistakes)
      }
    }
    if !attempts.contains(where: { $0.parameter == .portEnable }) {
      let reason = Text("no port is in service: 'port 1 enable' is missing")
      mistakes.note(Mistake(line: 0, column: 0, reason: reason))
    }
  }

  private func noteMissingOfPorts(_ parameter: Parameter, _ mistakes: inout MistakeList) {
    for port in configuration.portNumbers where isMissing(parameter, port: port) {
      guard let enabled = origin(.portEnable, port: port) else { continue }
      noteMissing(parameter, port, enabled, &mistakes)
    }
  }

  /// A simulated line is a socket; a line circuit has pins, which the board description names.
  private func checkLines(of driver: LineDriver, _ mistakes: inout MistakeList) {
    switch driver {
    case .simulator: noteMissingOfPorts(.portLineSimulator, &mistakes)
    case .slic:
      for origin in origins where origin.parameter == .portLineSimulator {
        let why = Text("the board's lines are real: its description says driver slic")
        note(.portLineSimulator, origin.port, why, &mistakes)
      }
    }
  }

  func noteMissing(
    _ parameter: Parameter, _ port: UInt8, _ place: Origin?, _ mistakes: inout MistakeList
  ) {
    var reason = Text()
    reason.append(subject: parameter, port: port)
    reason.append(" is missing")
    if port > 0 { reason.append(", and the port is enabled") }
    mistakes.note(Mistake(line: place?.line ?? 0, column: 0, reason: reason))
  }

  // MARK: - What contradicts

  func note(
    _ parameter: Parameter, _ port: UInt8 = 0, _ why: Text, _ mistakes: inout MistakeList
  ) {
    let place = origin(parameter, port: port)
    var reason = Text()
    reason.append(subject: parameter, port: port)
    reason.append(": ")
    reason.append(contentsOf: why)
    mistakes.note(Mistake(line: place?.line ?? 0, column: place?.column ?? 0, reason: reason))
  }

  private func checkEndpoints(_ mistakes: inout MistakeList) {
    if let backup = configuration.sipBackupServer, backup == configuration.sipServer {
      note(.sipBackupServer, 0, Text("the same as sip server"), &mistakes)
    }
    guard case .endpoint(let server) = configuration.sipServer, origin(.sipLocal) != nil else {
      return
    }
    let local = configuration.sipLocal
    if server == local {
      note(.sipLocal, 0, Text("the box and its SBC cannot have the same address"), &mistakes)
    }
    if server.address.isIPv6 != local.address.isIPv6 {
      note(.sipLocal, 0, Text("one of IPv4 and IPv6, but sip server has the other"), &mistakes)
    }
  }

  private func checkJitter(_ mistakes: inout MistakeList) {
    guard configuration.jitterMinimumMs > configuration.jitterMaximumMs else { return }
    let isMinSet = origin(.mediaJitterMin) != nil
    var why = Text("the shortest delay, ")
    why.append(decimal: configuration.jitterMinimumMs)
    why.append(" ms, is above the longest, ")
    why.append(decimal: configuration.jitterMaximumMs)
    why.append(" ms")
    note(isMinSet ? .mediaJitterMin : .mediaJitterMax, 0, why, &mistakes)
  }

  private func checkSessionTimer(_ mistakes: inout MistakeList) {
    let asked = configuration.sipSessionExpiresSeconds
    let least = configuration.sipSessionMinimumSeconds
    guard asked > 0, least > asked else { return }
    var why = Text("the shortest interval, ")
    why.append(decimal: least)
    why.append(" s, is above the one asked for, ")
    why.append(decimal: asked)
    why.append(" s")
    let isSet = origin(.sipSessionMinimum) != nil
    note(isSet ? .sipSessionMinimum : .sipSessionExpires, 0, why, &mistakes)
  }

  private func checkMediaPorts(_ mistakes: inout MistakeList) {
    guard let last = configuration.portNumbers.last else { return }
    let first = configuration.mediaPorts(of: 1).lowerBound
    let ports = first..<configuration.mediaPorts(of: last).upperBound
    guard ports.contains(Int(configuration.sipLocal.port)) else { return }
    var why = Text("the ports up to ")
    why.append(decimal: ports.upperBound - 1)
    why.append(" hold ")
    why.append(decimal: configuration.sipLocal.port)
    why.append(", where SIP listens")
    let isSet = origin(.mediaPortBase) != nil
    note(isSet ? .mediaPortBase : .sipLocal, 0, why, &mistakes)
  }

  /// AKA takes K and one of OP and OPc, each in 32 digits.
  private func checkAgreementKeys(_ mistakes: inout MistakeList) {
    for place in origins {
      switch place.parameter {
      case .portAKAKey, .portAKAOP, .portAKAOPc: break
      default: continue
      }
      let (parameter, port) = (place.parameter, place.port)
      if octets(configuration.text(parameter, port: port)) == nil {
        note(parameter, port, Text("a key is 32 hexadecimal digits"), &mistakes)
      }
      let hasOP = origin(.portAKAOP, port: port) != nil
      let hasOPc = origin(.portAKAOPc, port: port) != nil
      if parameter == .portAKAKey, !hasOP, !hasOPc {
        note(parameter, port, Text("takes aka operator or aka opc beside it"), &mistakes)
      } else if parameter == .portAKAOP, hasOPc {
        note(parameter, port, Text("aka opc is set as well, which takes its place"), &mistakes)
      } else if parameter != .portAKAKey, origin(.portAKAKey, port: port) == nil {
        note(parameter, port, Text("takes aka key beside it"), &mistakes)
      }
    }
  }

  /// Who the trunk is comes before how it proves that.
  private func checkTrunk(_ mistakes: inout MistakeList) {
    for parameter: Parameter in [.sipTrunkUser, .sipTrunkPassword]
    where origin(parameter) != nil && isMissing(.sipTrunkName) {
      note(parameter, 0, Text("takes sip trunk name beside it"), &mistakes)
    }
  }

  /// No two ports may have the same value; whoever has it later in the file is wrong.
  private func checkTwins(
    _ parameter: Parameter, _ why: StaticString, _ mistakes: inout MistakeList
  ) {
    let set = origins.filter { $0.parameter == parameter }
    for (i, later) in set.enumerated() {
      let value = configuration.setValue(parameter, port: later.port)
      let twin = set[..<i].first {
        configuration.setValue(parameter, port: $0.port) == value
      }
      guard let twin else { continue }
      var reason = Text(why)
      reason.append(decimal: twin.port)
      note(parameter, later.port, reason, &mistakes)
    }
  }

  private func checkConsoleSocket(_ mistakes: inout MistakeList) {
    for port in configuration.ports where port.lineSocket == configuration.consoleSocket {
      note(.portLineSimulator, port.number, Text("the same socket as the console"), &mistakes)
    }
  }
}
