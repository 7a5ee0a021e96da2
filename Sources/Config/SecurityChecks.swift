internal import Base

/// What is wrong between the values of TLS and of provisioning.
extension ConfigurationDraft {
  /// Notes a certificate without its key, a user without a password, and what has no effect.
  func checkSecurity(_ mistakes: inout MistakeList) {
    checkPair(.tlsCertificate, .tlsKey, "takes tls key beside it", &mistakes)
    checkPair(.tlsKey, .tlsCertificate, "takes tls certificate beside it", &mistakes)
    checkPair(
      .provisioningUser, .provisioningPassword, "takes provisioning password beside it", &mistakes)
    checkPair(
      .provisioningPassword, .provisioningUser, "takes provisioning user beside it", &mistakes)
    if origin(.syslogName) != nil, configuration.syslogTransport != .tls {
      note(.syslogName, 0, Text("without syslog transport tls it has no effect"), &mistakes)
    }
    if configuration.sipScheme == .sips, configuration.sipTransport != .tls {
      note(.sipScheme, 0, Text("sips takes sip transport tls beside it"), &mistakes)
    }
    checkAgreement(&mistakes)
  }

  /// Nobody agrees on what would not be done.
  private func checkAgreement(_ mistakes: inout MistakeList) {
    switch configuration.sipSecurityAgreement {
    case .tls where configuration.sipTransport != .tls:
      note(.sipSecurityAgreement, 0, Text("tls takes sip transport tls beside it"), &mistakes)
    case .media where configuration.sipSRTP == .off:
      note(.sipSecurityAgreement, 0, Text("media takes sip srtp beside it"), &mistakes)
    case .off, .tls, .media:
      break
    }
  }

  private func checkPair(
    _ parameter: Parameter, _ other: Parameter, _ why: StaticString,
    _ mistakes: inout MistakeList
  ) {
    guard origin(parameter) != nil, isMissing(other) else { return }
    note(parameter, 0, Text(why), &mistakes)
  }
}
