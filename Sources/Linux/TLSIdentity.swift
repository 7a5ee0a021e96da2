public import Base
internal import CTLS

/// Whom we trust and who we are, for any number of TLS connections.
@safe
public final class TLSIdentity {
  /// The files of it; every one is PEM.
  public struct Files: Equatable, Sendable {
    /// The certificates that a server's must come from.
    public var trust: Text
    /// Our own certificate, with those above it; empty without one.
    public var certificate: Text
    /// Its private key.
    public var key: Text

    /// Names the files.
    public init(trust: Text, certificate: Text = [], key: Text = []) {
      self.trust = trust
      self.certificate = certificate
      self.key = key
    }
  }

  /// What a bundle of all the world's authorities takes, twice.
  private static let trustLimit = 524_288
  private static let ownLimit = 32_768

  let raw: OpaquePointer

  /// Reads the files; a refusal names the one at fault.
  public init(_ files: Files) throws(TLSFailure) {
    let trust = try Self.read(files.trust, "tls trust ", limit: Self.trustLimit)
    var (certificate, key) = (Text(), Text())
    if !files.certificate.isEmpty {
      certificate = try Self.read(files.certificate, "tls certificate ", limit: Self.ownLimit)
      key = try Self.read(files.key, "tls key ", limit: Self.ownLimit)
    }
    var reason: CInt = 0
    let made = unsafe ctls_identity_new(
      trust, trust.count, certificate, certificate.count, key, key.count, &reason)
    guard let made = unsafe made else { throw Self.failure(reason, files) }
    unsafe raw = made
  }

  deinit { unsafe ctls_identity_free(raw) }

  /// When our own certificate expires, in seconds since 1970; `nil` without one.
  public var expirySeconds: Int64? {
    let seconds = unsafe ctls_identity_expiry(raw)
    return seconds == 0 ? nil : seconds
  }

  /// PEM wants its terminating zero counted.
  private static func read(
    _ path: Text, _ name: StaticString, limit: Int
  ) throws(TLSFailure) -> Text {
    do throws(Errno) {
      return try File.read(path, limit: limit).terminated
    } catch {
      throw TLSFailure(words: Text(name) + path + Text(": ") + error.message)
    }
  }

  private static func failure(_ reason: CInt, _ files: Files) -> TLSFailure {
    let failure = TLSFailure(reason: reason)
    let place: Text
    switch Int(reason) {
    case CTLS_BAD_TRUST: place = Text("tls trust ") + files.trust
    case CTLS_BAD_CERTIFICATE: place = Text("tls certificate ") + files.certificate
    case CTLS_BAD_KEY, CTLS_KEY_MISMATCH: place = Text("tls key ") + files.key
    default: return failure
    }
    return TLSFailure(words: place + Text(": ") + failure.words)
  }
}
