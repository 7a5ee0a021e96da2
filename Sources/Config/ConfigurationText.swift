public import Base

/// What happens to secrets when a configuration is written.
public enum SecretForm: UInt8, Sendable {
  /// `<hidden>` stands for each: for every eye. Read back, it keeps the secret that is set.
  case hidden
  /// As they are: only for the stored file, which only the box's owner may read.
  case stored
}

extension Configuration {
  /// The word that stands for a secret; a secret that reads the same is written in quotes.
  public static var hiddenMark: StaticString { "<hidden>" }

  /// The commands that set what is set: the box's parameters, then port by port.
  public func text(secrets: SecretForm) -> Text {
    var text = Text()
    if secrets == .stored { text.append(format: Self.format) }
    for parameter in Parameter.allCases where parameter.row.scope == .box {
      guard let value = setValue(parameter) else { continue }
      text.append(setting: parameter, port: 0, to: value, secrets)
    }
    for port in portNumbers {
      text.append("!\n")
      for parameter in Parameter.allCases where parameter.row.scope == .port {
        guard let value = setValue(parameter, port: port) else { continue }
        text.append(setting: parameter, port: port, to: value, secrets)
      }
    }
    return text
  }
}

extension Array where Element == UInt8 {
  /// Appends the line by which a later firmware knows an earlier one's file, and the other way round.
  fileprivate mutating func append(format: UInt8) {
    append(ConfigurationFormat.word)
    append(" ")
    append(decimal: format)
    append("\n")
  }

  /// Appends the command that gives a parameter a value, with the line's end.
  mutating func append(
    setting parameter: Parameter, port: UInt8, to value: ParameterValue, _ secrets: SecretForm
  ) {
    let row = parameter.row
    append(subject: parameter, port: port)
    if row.isSecret, secrets == .hidden {
      append(" ")
      append(Configuration.hiddenMark)
    } else {
      append(value, as: row.type)
    }
    append("\n")
  }

  /// Appends a parameter's full name: `sip expires`, `port 2 number`.
  public mutating func append(subject parameter: Parameter, port: UInt8) {
    if port > 0 {
      append("port ")
      append(decimal: port)
      append(" ")
    }
    append(parameter.row.words)
  }

  /// Appends a space and the value's words; nothing for a flag.
  mutating func append(_ value: ParameterValue, as type: ParameterType) {
    switch value {
    case .on: return
    case .text(let text):
      append(" ")
      append(word: text)
    case .number(let number):
      append(" ")
      if case .seconds = type { append(seconds: number) } else { append(decimal: number) }
    case .endpoint(let endpoint):
      append(" ")
      append(endpoint.address)
      if case .endpoint(endpoint.port) = type { return }
      if case .server(endpoint.port) = type { return }
      if case .address = type { return }
      append(" port ")
      append(decimal: endpoint.port)
    case .host(let name, let port):
      append(" ")
      append(contentsOf: name)
      guard port > 0 else { return }
      append(" port ")
      append(decimal: port)
    case .choice(let place): append(type.words, [place])
    case .choices(let places): append(type.words, places)
    }
  }

  private mutating func append(_ words: [StaticString], _ places: [UInt8]) {
    for place in places where Int(place) < words.count {
      append(" ")
      append(words[Int(place)])
    }
  }
}

extension ParameterType {
  /// The words to choose from; empty for other types.
  public var words: [StaticString] {
    switch self {
    case .choice(let words), .choices(let words): words
    default: []
    }
  }
}
