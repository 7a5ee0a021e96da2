import Base
import Console
import Gateway
import Linux

/// What consoles, provisioning and trials want of the disk and of the box.
extension GatewayProcess {
  /// Carries out an errand of a console; `nil` when the disk has it now.
  func carryOut(_ errand: ConsoleErrand, for number: UInt8) -> ConsoleErrandResult? {
    let environment = EnvironmentReader(storage: store.path)
    if let result = captureFile.carryOut(errand, in: loop) ?? environment.carryOut(errand) {
      return result
    }
    return storage.begin(.errand(errand, for: .console(number))).map { .failed($0) }
  }

  /// Has the disk carry out an errand of nobody at a console.
  func begin(_ errand: ConsoleErrand, for asker: Storage.Asker) {
    guard let why = storage.begin(.errand(errand, for: asker)) else { return }
    take(.done(errand, .failed(why), for: asker), Clock.now)
    perform()
  }

  /// Takes what the disk has done.
  func serveStorage(_ now: Instant) {
    let (products, complaints) = storage.takeProducts()
    for complaint in complaints { note(failure: complaint) }
    for product in products {
      take(product, now)
      perform()
    }
  }

  private func take(_ product: Storage.Product, _ now: Instant) {
    switch product {
    case .done(let errand, let result, for: .console(let number)):
      let left = console.resume(number, now: now, in: loop) { session in
        gateway.carriedOut(errand, result, of: &session, now: now, into: &outputs)
      } answer: { request, session in
        answer(request, of: &session, now)
      }
      if let left { gateway.close(left, now: now, into: &outputs) }
    case .done(let errand, let result, for: .provisioning):
      gateway.provisioningCarriedOut(errand, result, now: now, into: &outputs)
    case .done(let errand, let result, for: .trial):
      gateway.storedAgain(errand, result, now: now)
    case .done(_, let result, for: .button):
      gateway.buttonResetDone(result, now: now, into: &outputs)
    case .remembered(let failure):
      if let failure { note(failure: failure) }
    }
  }
}
