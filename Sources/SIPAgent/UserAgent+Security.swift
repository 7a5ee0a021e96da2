internal import Base
internal import SIPSyntax

/// The security agreement with an SBC (RFC 3329 §2.3) in our requests and in its answers.
extension UserAgent {
  /// Adds what we can do to a REGISTER, and what the SBC said that it can to every request.
  func addAgreement(to writer: inout MessageWriter, account i: Int, method: Method) {
    let agreement = settings.agreement
    let words = accounts[registrant(of: i)].securityServer
    guard agreement != .off, method == .register || !words.isEmpty else { return }
    if method == .register { writer.add(other: "Security-Client", Text(agreement.offer)) }
    for word in words { writer.add(other: "Security-Verify", word) }
    writer.add(.require, agreement.option)
    writer.add(.proxyRequire, agreement.option)
  }

  /// Takes what a challenge says that the SBC can; returns whether that is news.
  mutating func learnAgreement(from response: Message, account i: Int) -> Bool {
    let words = settings.agreement.words(of: response)
    guard !words.isEmpty, words != accounts[i].securityServer else { return false }
    accounts[i].securityServer = words
    return true
  }

  /// Answers 494 with the SBC's own words, once for each list of them.
  mutating func repeatWithAgreement(
    _ response: Message, client c: Int, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) -> Bool {
    // A cluster whose members want different things would go on so without end.
    guard clients[c].rounds < Authenticator.roundLimit, learnAgreement(from: response, account: i)
    else { return false }
    return repeatRegister(client: c, account: i, to: clients[c].destination, now: now, into: &out)
  }
}
