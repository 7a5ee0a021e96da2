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
    for parameter in Parameter.allCases where parameter.row.scope == .box {
      append(parameter, 0, secrets, to: &text)
    }
    for port in portNumbers {
      text.append("!\n")
      for parameter in Parameter.allCases where parameter.row.scope == .port {
        append(parameter, port, secrets, to: &text)
      }
    }
    return text
  }

  private func append(
    _ parameter: Parameter, _ port: UInt8, _ secrets: SecretForm, to text: inout Text
  ) {
    guard let value = setValue(parameter, port: port) else { return }
    let row = parameter.row
    text.append(subject: parameter, port: port)
    if row.isSecret, secrets == .hidden {
      text.append(" ")
      text.append(Self.hiddenMark)
    } else {
      text.append(value, as: row.type)
    }
    text.append("\n")
  }
}

extension Array where Element == UInt8 {
  /// Appends a parameter's full name: `sip expires`, `port 2 number`.
  mutating func append(subject parameter: Parameter, port: UInt8) {
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
      if case .address = type { return }
      append(" port ")
      append(decimal: endpoint.port)
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
  var words: [StaticString] {
    switch self {
    case .choice(let words), .choices(let words): words
    default: []
    }
  }
}
