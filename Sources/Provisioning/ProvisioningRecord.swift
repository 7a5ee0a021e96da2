public import Base

/// What is remembered of the file that was applied last, so that a restart neither applies it again
/// nor forgets that it is on trial.
public struct ProvisioningRecord: Equatable, Sendable {
  /// The longest text of one.
  public static let limit = 2_048

  /// Where the file was.
  public var url: Text = []
  /// What the server calls this version.
  public var entityTag: Text = []
  /// What tells the file from others.
  public var fingerprint: Text = []
  /// How many ports were registered before it.
  public var registered = 0
  /// Whether it proved good; without a trial that runs, one that did not has gone back.
  public var isKept = false

  /// Remembers nothing.
  public init() {}

  /// Reads what `text` wrote; a torn record remembers nothing.
  public init(parsing text: Text) {
    guard text.count <= Self.limit else { return }
    for line in text.split(separator: UInt8(ascii: "\n")) {
      guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { continue }
      let (name, value) = (line[..<space], Text(line[(space + 1)...]))
      if name.equals("url") {
        url = value
      } else if name.equals("etag") {
        entityTag = value
      } else if name.equals("file") {
        fingerprint = value
      } else if name.equals("registered") {
        registered = value.decimalValue.flatMap { Int(exactly: $0) } ?? 0
      } else if name.equals("state") {
        isKept = value.equals("kept")
      }
    }
  }

  /// The record as a text, one value a line.
  public var text: Text {
    var text = Text("url ") + url
    text.append("\netag ")
    text += entityTag
    text.append("\nfile ")
    text += fingerprint
    text.append("\nregistered ")
    text.append(decimal: registered)
    text.append(isKept ? "\nstate kept\n" : "\nstate tried\n")
    return text
  }

  /// Tells files apart (FNV-1a of 64 bits, and the length); who may change the file is not asked here.
  static func fingerprint(of content: Text) -> Text {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in content { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var text = Text()
    text.append(hex: hash, digits: 16)
    text.append("-")
    text.append(decimal: content.count)
    return text
  }
}
