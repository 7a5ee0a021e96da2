import Base
import Config
import Gateway
import Linux

/// What provisioning wants of the network and of the disk.
extension GatewayProcess {
  func carryOut(_ errand: ProvisioningErrand) {
    let now = Clock.now
    switch errand {
    case .fetch(let request):
      fetch.begin(request, isClockSet: gateway.isClockSet, in: loop)
      // Nobody resolves names here: a host that is no address has none.
      if fetch.wantedName != nil {
        fetch.resolved(nil, isClockSet: gateway.isClockSet, in: loop)
      }
      takeFetched(now)
    case .abandon: fetch.abandon()
    case .checkSignature(let content, let signature):
      let key = gateway.configuration.provisioningKey
      let problem = FileSignature.problem(of: content, signature: signature, key: key)
      gateway.signatureChecked(problem, now: now, into: &outputs)
    case .carryOut(let errand):
      let result = store.carryOut(errand)
      gateway.provisioningCarriedOut(errand, result, now: now, into: &outputs)
    case .remember(let record):
      do throws(FileComplaint) {
        try store.remember(record)
      } catch {
        note(failure: error.sentence)
      }
    }
    perform()
  }

  /// Gives the gateway the answer of the web server, if there is one.
  func takeFetched(_ now: Instant) {
    switch fetch.takeResult() {
    case .answered(let response)?:
      gateway.provisioningAnswered(response, now: now, into: &outputs)
    case .failed(let why)?: gateway.provisioningFailed(why, now: now, into: &outputs)
    case nil: break
    }
  }
}
