internal import Access
public import Base
internal import Call
internal import Config
internal import Network
public import Provisioning
internal import SIPAgent

/// What provisioning wants of the world around the gateway.
public enum ProvisioningErrand: Sendable {
  /// Ask a web server for a file; `provisioningAnswered` or `provisioningFailed` follows.
  case fetch(FileRequest)
  /// Do not wait for it any more.
  case abandon
  /// Check the signature of a content; `signatureChecked` follows.
  case checkSignature(content: Text, signature: Text)
  /// Do what a console's errand would; `provisioningCarriedOut` follows.
  case carryOut(ConsoleErrand)
  /// Store what is remembered of the last file.
  case remember(ProvisioningRecord)
}

/// The configuration comes from a server: what its machine wants is done here.
extension Gateway {
  /// The number of a console that nobody sits at: provisioning's.
  static let provisioningConsole: UInt8 = 0

  /// Begins to ask for configurations, if the configuration says where, or DHCP may.
  public mutating func beginProvisioning(
    _ record: ProvisioningRecord, random: RandomSource, now: Instant
  ) {
    let networks = [configuration.voiceNetwork, configuration.managementNetwork]
    let asksDHCP = networks.contains { $0.map { $0.address == nil } ?? false }
    guard configuration.provisioningURL != nil || asksDHCP else { return }
    provisioning = ProvisioningMachine(
      .init(configuration), record: record,
      isOnTrial: editing.trial != nil && !record.isKept && !record.fingerprint.isEmpty,
      random: random, now: now)
  }

  /// Where the configuration is: what is set, or what a DHCP server tells.
  var provisioningAddress: WebAddress? {
    if let url = configuration.provisioningURL { return url }
    for path in [managementPath, path] {
      guard case .up(let lease) = path else { continue }
      let told = WebAddress.told(
        bootServer: lease.bootServer, vendorInformation: lease.vendorInformation)
      if let told { return told }
    }
    return nil
  }

  /// Whether the server has to be asked now: the shell tells first what DHCP has said.
  public func isProvisioningDue(_ now: Instant) -> Bool {
    provisioning?.deadline.map { now >= $0 } ?? false
  }

  /// Lets the time pass for provisioning.
  mutating func advanceProvisioning(into out: inout Outbox<GatewayOutput>) {
    guard !isStopping, provisioning != nil else { return }
    if isProvisioningDue(now) {
      let address = provisioningAddress
      provisioning?.advance(to: now, address: address, into: &provisioningOutputs)
    }
    if provisioning?.isOnTrial == true {
      let registered = registeredPorts
      provisioning?.observe(registered: registered, now: now, into: &provisioningOutputs)
    }
    performProvisioning(into: &out)
  }

  /// Takes a web server's answer.
  public mutating func provisioningAnswered(
    _ response: HTTPResponse, now: Instant, into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    provisioning?.answered(response, now: now, into: &provisioningOutputs)
    performProvisioning(into: &out)
  }

  /// There is no answer: why.
  public mutating func provisioningFailed(
    _ why: Text, now: Instant, into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    provisioning?.failed(why, now: now, into: &provisioningOutputs)
    performProvisioning(into: &out)
  }

  /// What came of a signature: why it is not right, or `nil`.
  public mutating func signatureChecked(
    _ problem: Text?, now: Instant, into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    provisioning?.signatureChecked(problem, now: now, into: &provisioningOutputs)
    performProvisioning(into: &out)
  }

  private mutating func performProvisioning(into out: inout Outbox<GatewayOutput>) {
    while !provisioningOutputs.pending.isEmpty {
      for output in provisioningOutputs.drain() {
        switch output {
        case .fetch(let request): out.emit(.provision(.fetch(request)))
        case .abandon: out.emit(.provision(.abandon))
        case .checkSignature(let content, let signature):
          out.emit(.provision(.checkSignature(content: content, signature: signature)))
        case .offer(let content): consider(content, into: &out)
        case .confirm:
          editing.storing += 1
          out.emit(.provision(.carryOut(.confirm)))
        case .remember(let record): out.emit(.provision(.remember(record)))
        case .note(let words, let isFailure):
          let line = Text("provisioning: ") + words
          journal.note(isFailure ? .failure(line) : .provisioned(line), at: now)
        }
      }
    }
  }

  // MARK: - A file that was fetched

  /// Makes a fetched file the configuration, on trial, or says why not.
  private mutating func consider(_ content: Text, into out: inout Outbox<GatewayOutput>) {
    if editing.trial != nil { return took(.busy(Text("another configuration is on trial"))) }
    if editing.storing > 0 { return took(.busy(Text("another change is being stored"))) }
    let (fetched, mistakes) = Configuration.read(content, checks: .standard, board: board)
    guard mistakes.isEmpty else { return took(.refused(Self.words(of: mistakes))) }
    let old = editing.stored
    guard fetched != old else { return took(.same) }
    let waits = fetched.untilRestart(configuration) != fetched
    if waits, let busy = wordsOfCalls { return took(.busy(busy)) }
    let minutes = configuration.provisioningConfirmMinutes
    editing.storing += 1
    out.emit(.provision(.carryOut(.store(fetched, trialMinutes: minutes))))
  }

  /// What came of storing or keeping a fetched configuration.
  public mutating func provisioningCarriedOut(
    _ errand: ConsoleErrand, _ result: ConsoleErrandResult, now: Instant,
    into out: inout Outbox<GatewayOutput>
  ) {
    self.now = now
    editing.storing -= 1
    console = ConsoleSession(number: Self.provisioningConsole, role: .administrator)
    let registered = registeredPorts
    let wasUntouched = !editing.isChanged
    var answer = Text()
    finish(errand, result, &answer)
    guard case .store(let fetched, _) = errand else { return }
    if case .failed(let why) = result {
      took(.refused(why))
      return performProvisioning(into: &out)
    }
    if wasUntouched { editing.candidate = fetched }
    took(.onTrial(registered: min(registered, fetched.enabledPorts.count)))
    performProvisioning(into: &out)
    if fetched != configuration { stop(now: now, into: &out) }
  }

  private mutating func took(_ verdict: ProvisioningMachine.Verdict) {
    provisioning?.took(verdict, now: now, into: &provisioningOutputs)
  }

  /// What is on trial was kept by somebody at a console.
  mutating func provisioningConfirmed() {
    provisioning?.confirmed(now: now, into: &provisioningOutputs)
  }

  /// What is on trial went back.
  mutating func provisioningWentBack(into out: inout Outbox<GatewayOutput>) {
    provisioning?.wentBack(now: now, into: &provisioningOutputs)
    performProvisioning(into: &out)
  }

  private var registeredPorts: Int {
    agent.registrations.count { $0.status == .registered }
  }

  /// A restart that a file needs waits for calls to end.
  private var wordsOfCalls: Text? {
    let calls = ports.count { $0.report.call != nil }
    guard calls > 0 else { return nil }
    return Text("a new configuration waits until no port is in a call")
  }

  /// The first mistake with its place, and how many more there are.
  private static func words(of mistakes: MistakeList) -> Text {
    var words = Text("the file is refused: ")
    if let first = mistakes.kept.first { words.append(first) }
    guard mistakes.count > 1 else { return words }
    words.append(", and ")
    words.append(decimal: mistakes.count - 1)
    words.append(" more")
    return words
  }
}

extension ProvisioningMachine.Settings {
  /// What the configuration says of it.
  init(_ configuration: Configuration) {
    self.init(
      credentials: configuration.provisioningCredentials,
      wantsSignature: !configuration.provisioningKey.isEmpty,
      interval: configuration.provisioningInterval, spread: configuration.provisioningSpread)
  }
}
