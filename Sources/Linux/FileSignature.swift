public import Base
internal import CTLS

/// A detached signature of a file: RSA or ECDSA over its SHA-256.
public enum FileSignature {
  private static let keyLimit = 8_192

  /// Why the signature is not that of the content under the public key of a file (PEM); `nil` when it
  /// is.
  public static func problem(of content: Text, signature: Text, key path: Text) -> Text? {
    let key: Text
    do throws(Errno) {
      key = try File.read(path, limit: keyLimit).terminated
    } catch {
      return Text("provisioning key ") + path + Text(": ") + error.message
    }
    let answer = unsafe ctls_check_signature(
      key, key.count, content, content.count, signature, signature.count)
    switch Int(answer) {
    case CTLS_SIGNATURE_GOOD: return nil
    case CTLS_SIGNATURE_WRONG:
      return Text("the signature is not that of this file under the provisioning key")
    case CTLS_SIGNATURE_BAD_KEY:
      return Text("provisioning key ") + path + Text(": no public key: it takes PEM")
    default: return Text("this firmware was built without TLS, which checks signatures")
    }
  }
}
