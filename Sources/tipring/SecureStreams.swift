import Base
import Config
import Linux

/// TLS as the configuration says, for whoever makes a connection.
///
/// The files are read for every connection: one that was renewed counts from the next on, and memory
/// is taken only while there is one.
struct SecureStreams {
  /// How long before its end a certificate is complained of.
  private static let warningDays = 30

  private let files: TLSIdentity.Files

  init(_ configuration: Configuration) {
    files = TLSIdentity.Files(
      trust: configuration.tlsTrust, certificate: configuration.tlsCertificate,
      key: configuration.tlsKey)
  }

  /// What a connection to a server of this name takes.
  ///
  /// A box that does not know the date cannot tell a certificate that has expired: it makes no
  /// connection, rather than one that anybody's old key opens.
  func security(
    host: Text, rule: ClientStream.NameRule, isClockSet: Bool
  ) throws(TLSFailure) -> ClientStream.Security {
    guard isClockSet else {
      throw TLSFailure(
        words: Text("the clock is not set, so no certificate can be checked: waiting for the time"))
    }
    return ClientStream.Security(try TLSIdentity(files), host: host, rule: rule)
  }

  /// What has to be said of the certificates of a connection that stands.
  static func warnings(of stream: ClientStream, now: Instant) -> [Text] {
    let today = Clock.wall.utcNanoseconds(at: now) / 1_000_000_000
    var warnings: [Text] = []
    for (isOwn, seconds) in stream.expiries {
      let days = (seconds - today) / 86_400
      guard days < Self.warningDays else { continue }
      var words = Text(isOwn ? "tls certificate" : "the server's certificate")
      words.append(days < 0 ? " has expired" : " expires in ")
      if days >= 0 {
        words.append(decimal: days)
        words.append(days == 1 ? " day" : " days")
      }
      warnings.append(words)
    }
    return warnings
  }
}
