public import Base

/// A file that is asked for at a web server.
public struct FileRequest: Equatable, Sendable {
  /// Where it is.
  public let address: WebAddress
  /// The version that we have, of which the server sends only another one; empty to take any.
  public let entityTag: Text
  /// `USER:PASSWORD`; empty to say neither.
  public let credentials: Text

  /// Asks for a file.
  public init(_ address: WebAddress, entityTag: Text = [], credentials: Text = []) {
    self.address = address
    self.entityTag = entityTag
    self.credentials = credentials
  }

  /// The request as the server wants it (RFC 9112 §3), with the product's name.
  public func text(userAgent: Text) -> Text {
    var text = Text("GET ")
    text += address.target
    text.append(" HTTP/1.1\r\nHost: ")
    text += address.authority
    text.append("\r\nUser-Agent: ")
    text += userAgent.filter { !isControl($0) }
    text.append("\r\nAccept: */*\r\nConnection: close\r\n")
    if !entityTag.isEmpty {
      text.append("If-None-Match: ")
      text += entityTag
      text.append("\r\n")
    }
    if !credentials.isEmpty {
      text.append("Authorization: Basic ")
      text += encodedBase64(credentials)
      text.append("\r\n")
    }
    text.append("\r\n")
    return text
  }
}
