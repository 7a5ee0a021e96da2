internal import Base
internal import Call
internal import Line
internal import MediaControl
internal import SIPAgent

/// The words of the operator's language for what happens in the box.
extension Array where Element == UInt8 {
  mutating func append(_ status: RegistrationStatus) {
    switch status {
    case .unregistered: append("not registered")
    case .registering: append("registering")
    case .registered: append("registered")
    case .failed(.timeout): append("no answer")
    case .failed(.credentials): append("user name or password refused")
    case .failed(.unsupportedChallenge): append("unknown digest algorithm")
    case .failed(.foreignRealm): append("challenge of another realm")
    case .failed(.weakerChallenge): append("challenge weaker than before")
    case .failed(.bulkUnsupported): append("SBC knows no trunks")
    case .failed(.wrongKey): append("challenge made with another key")
    case .failed(.deregistered): append("ended by the network")
    case .failed(.refused(let code)):
      append("refused with ")
      append(decimal: code)
    }
  }

  mutating func append(_ reason: EndReason) {
    switch reason {
    case .local: append("ended here")
    case .byRemote: append("far party hung up")
    case .cancelled: append("caller gave up")
    case .timeout: append("SBC did not answer")
    case .unauthorized: append("credentials refused")
    case .unacknowledged: append("answer was never acknowledged")
    case .dialogLost: append("far party lost the call")
    case .status(let code):
      append("refused with ")
      append(decimal: code)
    }
  }

  mutating func append(_ end: CallEnd) {
    switch end {
    case .hungUp: append("hung up here")
    case .session(let reason): append(reason)
    case .noAnswer: append("nobody answered")
    case .incompatible: append("no common codec")
    case .refusedHere: append("no room for the call")
    case .outOfService: append("port out of service")
    }
  }

  /// Appends why a call ended, with the cause of the telephone network.
  mutating func append(endOf record: CallRecord) {
    append(record.end)
    guard let cause = record.cause else { return }
    append(", cause ")
    append(decimal: cause)
  }

  mutating func append(_ stage: PortStage) {
    switch stage {
    case .idle: append("on hook")
    case .unregistered: append("off hook, not registered")
    case .dialling: append("dialling")
    case .calling: append("calling")
    case .alerting: append("far phone rings")
    case .ringing: append("ringing")
    case .talking: append("talking")
    case .disconnected: append("tone after the call")
    case .howler: append("howler")
    case .lockedOut: append("locked out")
    case .outOfService: append("out of service")
    case .testing: append("under test")
    }
  }

  /// Appends a duration as `h:mm:ss`.
  mutating func append(clock duration: Duration) {
    // An SBC may grant 2^32 - 1 seconds, which 32 bits with a sign do not hold.
    let seconds = duration.inNanoseconds / 1_000_000_000
    append(decimal: seconds / 3_600)
    append(":")
    append(decimal: Int(seconds / 60 % 60), padded: 2)
    append(":")
    append(decimal: Int(seconds % 60), padded: 2)
  }

  /// Appends the mean opinion score with two decimals.
  mutating func append(_ quality: CallQuality) {
    append(decimal: quality.hundredthsOfMOS / 100)
    append(".")
    append(decimal: quality.hundredthsOfMOS % 100, padded: 2)
  }

  mutating func append(port: PortNumber) {
    append("port ")
    append(decimal: port)
  }

  mutating func append(card: CardNumber) {
    append("card ")
    append(decimal: card)
  }

  mutating func append(session: SessionNumber) {
    append("call ")
    append(decimal: session.rawValue)
  }

  /// Appends what a port misses, after a colon; nothing when it has everything.
  mutating func append(_ missing: MissingHardware) {
    if let card = missing.card {
      append(": ")
      append(card: card)
      append(" is gone")
    }
    guard missing.lineCircuit else { return }
    append(missing.card == nil ? ": " : ", ")
    append("line circuit cannot be driven")
  }
}
