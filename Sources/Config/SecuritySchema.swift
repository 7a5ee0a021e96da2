internal import Base

extension Parameter {
  /// The rows of TLS and of provisioning.
  var securityRow: ParameterRow {
    switch self {
    case .syslogName:
      ParameterRow(
        "syslog name", .host, .restart,
        "Name in the collector's certificate, with TLS; without it, its address.")
    case .tlsTrust:
      ParameterRow(
        "tls trust", .socketPath, standard: .text(Text("/data/tipring/ca.pem")), .restart,
        "File (PEM) with the certificates that a server's must come from.")
    case .tlsCertificate:
      ParameterRow(
        "tls certificate", .socketPath, .restart,
        "File (PEM) with our own certificate, for servers that ask for one.")
    case .tlsKey:
      ParameterRow(
        "tls key", .socketPath, .restart, "File (PEM) with the private key of tls certificate.")
    case .provisioningURL:
      ParameterRow(
        "provisioning url", .httpsURL, .restart,
        "Where the configuration is fetched; without it, a URL from DHCP (option 43).")
    case .provisioningUser:
      ParameterRow(
        "provisioning user", .text(limit: 128), .restart,
        "User name for the provisioning server (Basic, inside TLS).")
    case .provisioningPassword:
      ParameterRow(
        "provisioning password", .secret(limit: 128), .restart,
        "Password for the provisioning server.")
    case .provisioningKey:
      ParameterRow(
        "provisioning key", .socketPath, .restart,
        "File (PEM) with a public key; with it, URL.sig must be the configuration's signature.")
    case .provisioningInterval:
      ParameterRow(
        "provisioning interval", .number(0...43_200, unit: "min"), standard: .number(1_440),
        .restart, "How often a new configuration is asked for; 0 asks at the start only.")
    case .provisioningSpread:
      ParameterRow(
        "provisioning spread", .number(0...86_400, unit: "s"), standard: .number(60), .restart,
        "Longest random wait before each asking, so that boxes do not ask together.")
    default:
      ParameterRow(
        "provisioning confirm", .number(1...60, unit: "min"), standard: .number(10), .restart,
        "How long a fetched configuration may take to register the ports before it goes back.")
    }
  }
}
