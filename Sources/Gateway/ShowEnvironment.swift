public import Base
internal import Console

/// What the box runs on, as the system tells it.
public struct BoxEnvironment: Equatable, Sendable {
  /// A sensor's name and what it shows, in thousandths of a degree Celsius.
  public struct Temperature: Equatable, Sendable {
    /// The name that the kernel gives it.
    public let name: Text
    /// What it shows.
    public let milliCelsius: Int

    /// Makes a reading.
    public init(name: Text, milliCelsius: Int) {
      self.name = name
      self.milliCelsius = milliCelsius
    }
  }

  /// The load averages of 1, 5 and 15 minutes, as the kernel writes them; empty when it does not.
  public var load = Text()
  /// The memory of the board, in KiB.
  public var memoryKiB = 0
  /// What of it a program could have, in KiB.
  public var availableKiB = 0
  /// What this program takes, with its share of the libraries, in KiB.
  public var ownKiB = 0
  /// The storage that is written to, in KiB.
  public var storageKiB = 0
  /// What is free of it, in KiB.
  public var freeKiB = 0
  /// The sensors that there are.
  public var temperatures: [Temperature] = []

  /// Nothing is known.
  public init() {}
}

extension Gateway {
  /// Appends what the box runs on.
  func show(_ environment: BoxEnvironment, _ answer: inout Text) {
    var table = newTable()
    table.addColumn("what")
    table.addColumn("all KiB", .right)
    table.addColumn("free KiB", .right)
    table.addRow([
      Text("memory"), cell { $0.append(decimal: environment.memoryKiB) },
      cell { $0.append(decimal: environment.availableKiB) },
    ])
    table.addRow([
      Text("storage"), cell { $0.append(decimal: environment.storageKiB) },
      cell { $0.append(decimal: environment.freeKiB) },
    ])
    table.addRow([Text("this program"), cell { $0.append(decimal: environment.ownKiB) }])
    table.append(to: &answer)
    if !environment.load.isEmpty {
      answer.append("load of 1, 5, 15 minutes: ")
      answer += environment.load
      answer.append("\n")
    }
    for sensor in environment.temperatures {
      answer.append("temperature ")
      answer += sensor.name
      answer.append(sensor.milliCelsius < 0 ? ": -" : ": ")
      let tenths = (abs(sensor.milliCelsius) + 50) / 100
      answer.append(decimal: tenths / 10)
      answer.append(".")
      answer.append(decimal: tenths % 10)
      answer.append(" C\n")
    }
    if environment.temperatures.isEmpty { answer.append("no temperature sensor\n") }
    appendResetButton(to: &answer)
  }
}
