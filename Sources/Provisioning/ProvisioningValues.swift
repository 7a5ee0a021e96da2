public import Base

/// What goes into the machine of provisioning, and what comes out.
extension ProvisioningMachine {
  /// What is provisioned of it.
  public struct Settings: Equatable, Sendable {
    /// `USER:PASSWORD` for the server; empty without.
    public var credentials: Text
    /// Whether the file must be signed.
    public var wantsSignature: Bool
    /// Between two askings; `nil` asks at the start only.
    public var interval: Duration?
    /// Up to how much later than that.
    public var spread: Duration

    /// Names them.
    public init(credentials: Text, wantsSignature: Bool, interval: Duration?, spread: Duration) {
      (self.credentials, self.wantsSignature) = (credentials, wantsSignature)
      (self.interval, self.spread) = (interval, spread)
    }
  }

  /// What has to be done, in order.
  public enum Output: Equatable, Sendable {
    /// Ask for the file; `answered` or `failed` follows.
    case fetch(FileRequest)
    /// Do not wait for it any more.
    case abandon
    /// Check a signature; `signatureChecked` follows.
    case checkSignature(content: Text, signature: Text)
    /// Make the file the configuration, on trial; `took` follows.
    case offer(Text)
    /// Keep what is on trial.
    case confirm
    /// Store this in place of what is remembered.
    case remember(ProvisioningRecord)
    /// Tell the log.
    case note(Text, isFailure: Bool)
  }

  /// What became of a file that was offered.
  public enum Verdict: Equatable, Sendable {
    /// It is on trial; so many ports were registered before.
    case onTrial(registered: Int)
    /// It says what is stored already.
    case same
    /// Not now: why.
    case busy(Text)
    /// It cannot be taken: why.
    case refused(Text)
  }
}
