import Base
import Gateway
import Linux

/// Reads what the box runs on, from the kernel's files.
struct EnvironmentReader {
  /// More sensors than any board has.
  private static let sensorLimit = 16
  private static let fileLimit = 8_192

  /// A path on the storage that is written to.
  let storage: Text

  /// Does what a console asks for, when that is about the box itself.
  func carryOut(_ errand: ConsoleErrand) -> ConsoleErrandResult? {
    guard errand == .readEnvironment else { return nil }
    var environment = BoxEnvironment()
    let load = Self.read(Text("/proc/loadavg")).split(separator: UInt8(ascii: " ")).prefix(3)
    environment.load = Text(load.joined(separator: [UInt8(ascii: " ")]))
    let memory = Self.read(Text("/proc/meminfo"))
    environment.memoryKiB = Self.number(behind: "MemTotal:", in: memory)
    environment.availableKiB = Self.number(behind: "MemAvailable:", in: memory)
    let own = Self.read(Text("/proc/self/smaps_rollup"))
    environment.ownKiB = Self.number(behind: "Pss:", in: own)
    if let space = File.space(at: storage) {
      environment.storageKiB = space.allKiB
      environment.freeKiB = space.freeKiB
    }
    environment.temperatures = (0..<Self.sensorLimit).compactMap(Self.sensor)
    return .environment(environment)
  }

  private static func sensor(_ number: Int) -> BoxEnvironment.Temperature? {
    var folder = Text("/sys/class/thermal/thermal_zone")
    folder.append(decimal: number)
    let value = read(folder + Text("/temp")).filter { $0 != UInt8(ascii: "\n") }
    let isNegative = value.first == UInt8(ascii: "-")
    guard let size = Text(value.drop { $0 == UInt8(ascii: "-") }).decimalValue, size < 1_000_000
    else { return nil }
    let name = read(folder + Text("/type")).filter { $0 != UInt8(ascii: "\n") }
    return .init(name: name, milliCelsius: isNegative ? -Int(size) : Int(size))
  }

  private static func read(_ path: Text) -> Text {
    (try? File.read(path, limit: fileLimit)) ?? []
  }

  /// The number behind a word at the beginning of a line; 0 when there is none.
  private static func number(behind word: StaticString, in text: Text) -> Int {
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " "))
      guard words.count > 1, words[0].equals(word) else { continue }
      return words[1].decimalValue.flatMap { Int(exactly: $0) } ?? 0
    }
    return 0
  }
}
