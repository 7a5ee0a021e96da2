public import Base
public import Board

/// One parameter that two configurations do not agree about; `nil` is the standard value.
public struct ConfigurationChange: Equatable, Sendable {
  /// The parameter.
  public let parameter: Parameter
  /// Its port, 0 for the box's own parameters.
  public let port: UInt8
  /// What was set before.
  public let old: ParameterValue?
  /// What is set now.
  public let new: ParameterValue?

  /// Whether the change waits for the next start.
  public var needsRestart: Bool { parameter.row.effect == .restart }
  /// Whether a person or an agent who is connected now may not reach the box any more.
  public var movesConsole: Bool {
    switch parameter {
    case .consoleSocket, .managementInterface, .managementVLAN, .managementAddress,
      .managementGateway:
      true
    default: false
    }
  }
}

extension Configuration {
  /// What must be done to `old` to make it this one, in the order of the text form.
  public func changes(since old: Configuration) -> [ConfigurationChange] {
    var changes: [ConfigurationChange] = []
    func compare(_ scope: ParameterScope, _ port: UInt8) {
      for parameter in Parameter.allCases where parameter.row.scope == scope {
        let (before, after) = (
          old.setValue(parameter, port: port), setValue(parameter, port: port)
        )
        guard before != after else { continue }
        changes.append(
          ConfigurationChange(parameter: parameter, port: port, old: before, new: after))
      }
    }
    compare(.box, 0)
    let ports = portNumbers + old.portNumbers.filter { !portNumbers.contains($0) }
    for port in (1...UInt8.max) where ports.contains(port) { compare(.port, port) }
    return changes
  }

  /// This configuration, with what waits for the next start as it is in `running`.
  public func untilRestart(_ running: Configuration) -> Configuration {
    var result = self
    for change in changes(since: running) where change.needsRestart {
      result.set(change.parameter, port: change.port, to: change.old)
    }
    return result
  }

  /// This configuration, with what is set in another one in place of its own.
  public func merging(_ other: Configuration) -> Configuration {
    var result = self
    for change in other.changes(since: self) where change.new != nil {
      result.set(change.parameter, port: change.port, to: change.new)
    }
    return result
  }

  /// What contradicts or is missing, one sentence each.
  public func mistakes(
    checks: ConfigurationChecks, board: BoardDescription?
  ) -> [Text] {
    let text = text(secrets: .stored)
    let (_, mistakes) = Configuration.read(text, checks: checks, board: board)
    return mistakes.kept.map { $0.reason }
  }
}

extension Array where Element == UInt8 {
  /// Appends a change as the line that goes, behind `-`, and the one that comes, behind `+`.
  public mutating func append(_ change: ConfigurationChange) {
    for (mark, value) in [("-", change.old), ("+", change.new)] as [(StaticString, ParameterValue?)]
    {
      guard let value else { continue }
      append(mark)
      append(" ")
      append(setting: change.parameter, port: change.port, to: value, .hidden)
    }
  }
}
