public import Base

/// Types of caller ID messages and of their parameters (GR-30, also ETSI EN 300 659-3).
private enum Code {
  static let singleCallSetup: UInt8 = 0x04
  static let multipleCallSetup: UInt8 = 0x80
  static let singleMessageWaiting: UInt8 = 0x06
  static let multipleMessageWaiting: UInt8 = 0x82
  static let dateAndTime: UInt8 = 0x01
  static let callingNumber: UInt8 = 0x02
  static let numberAbsence: UInt8 = 0x04
  static let callingName: UInt8 = 0x07
  static let nameAbsence: UInt8 = 0x08
  static let visualIndicator: UInt8 = 0x0B
  /// EN 300 659-3 only.
  static let redirectingNumber: UInt8 = 0x1A
}

extension CallerID {
  /// The MDMF message `80H`: type, length, parameters, checksum.
  ///
  /// A box that does not know the time leaves it out. The redirecting number is for the lines that
  /// know such a parameter.
  public func multipleDataMessage(_ time: TimeOfDay?, redirecting: Text = []) -> Text {
    var parameters = Text()
    if let time { parameters.add(Code.dateAndTime, Self.digits(of: time)) }
    if let absence {
      parameters.add(Code.numberAbsence, [absence.rawValue])
    } else {
      parameters.add(Code.callingNumber, number)
    }
    if !name.isEmpty {
      parameters.add(Code.callingName, name)
    } else if absence == .withheld {
      parameters.add(Code.nameAbsence, [Absence.withheld.rawValue])
    }
    if !redirecting.isEmpty { parameters.add(Code.redirectingNumber, redirecting) }
    return Self.frame(Code.multipleCallSetup, parameters)
  }

  /// The SDMF message `04H`: type, length, time and number in one piece, checksum.
  ///
  /// The form has no room for an unknown time.
  public func singleDataMessage(_ time: TimeOfDay) -> Text {
    let who = absence.map { [$0.rawValue] } ?? number
    return Self.frame(Code.singleCallSetup, Self.digits(of: time) + who)
  }

  /// The DTMF digits between a start and an end code.
  ///
  /// Without a number: `B10` for a withheld, `B00` for an unavailable one, before the end code.
  public func digitMessage(from start: UInt8, to end: UInt8) -> Text {
    switch absence {
    case nil: [start] + number + [end]
    case .withheld: Text("B10") + [end]
    case .unavailable: Text("B00") + [end]
    }
  }

  /// The message that lights a telephone's lamp or puts it out: MDMF `82H`, or SDMF `06H`.
  static func lampMessage(isLit: Bool, isSingle: Bool) -> Text {
    if isSingle {
      return frame(Code.singleMessageWaiting, Text(repeating: isLit ? 0x42 : 0x6F, count: 3))
    }
    var parameters = Text()
    parameters.add(Code.visualIndicator, [isLit ? 0xFF : 0])
    return frame(Code.multipleMessageWaiting, parameters)
  }

  private static func digits(of time: TimeOfDay) -> Text {
    var text = Text()
    for part in [time.month, time.day, time.hour, time.minute] {
      text.append(decimal: Int(part), padded: 2)
    }
    return text
  }

  /// Puts type and length before the content and the two's complement of the sum behind it.
  private static func frame(_ type: UInt8, _ content: Text) -> Text {
    var message = [type, UInt8(content.count)] + content
    let sum = message.reduce(0, &+)
    message.append(0 &- sum)
    return message
  }
}

extension Array where Element == UInt8 {
  fileprivate mutating func add(_ type: UInt8, _ value: Text) {
    append(type)
    append(UInt8(value.count))
    append(contentsOf: value)
  }
}
