internal import Base
internal import SIPSyntax

/// What a core wants instead of what was asked for (TS 24.229 §7.6, `application/3gpp-ims+xml`).
struct AlternativeService {
  private(set) var isRestoration = false
  private(set) var isInitialRegistration = false
  private(set) var isEmergency = false

  /// Reads the body of a 380 or a 504; what is not whole wants nothing.
  init(_ body: Text) {
    var reader = XMLReader(body)
    var name = 0..<0
    while let step = reader.next() {
      switch step {
      case .open(let opened, _): name = opened
      case .close: name = 0..<0
      case .text(let range):
        let value = reader.value(range)
        if reader.isNamed("type", name) {
          if value.equals("restoration") { isRestoration = true }
          if value.equals("emergency") { isEmergency = true }
        }
        if reader.isNamed("action", name), value.equals("initial-registration") {
          isInitialRegistration = true
        }
      }
    }
    guard reader.isComplete else {
      (isRestoration, isInitialRegistration, isEmergency) = (false, false, false)
      return
    }
  }
}
