internal import Base

extension Parameter {
  /// The rows of the network interfaces.
  var networkRow: ParameterRow {
    switch self {
    case .networkInterface:
      ParameterRow(
        "network interface", .device, .restart,
        "Device that voice goes over; without it, the box leaves the network to the system.")
    case .networkVLAN:
      ParameterRow(
        "network vlan", .number(1...4094, unit: ""), .restart,
        "VLAN of voice (IEEE 802.1Q); without it, frames are untagged.")
    case .networkMAC:
      ParameterRow(
        "network mac", .hardwareAddress, .restart,
        "Hardware address of the VLAN's interface; without it, that of the device.")
    case .networkMTU:
      ParameterRow(
        "network mtu", .number(576...9000, unit: "bytes"), .restart,
        "Largest packet of the VLAN's interface; without it, as the device has it.")
    case .networkAddress:
      ParameterRow(
        "network address", .interfaceAddress, standard: .text(Text("dhcp")), .restart,
        "Own address for voice; of IPv6 it is set by hand, and so is the gateway.")
    case .networkGateway:
      ParameterRow(
        "network gateway", .address, .restart,
        "Way to other networks for voice; DHCP tells its own.")
    case .networkDNS:
      ParameterRow(
        "network dns", .endpoint(standardPort: 53), .restart,
        "DNS server for names such as the SBC's; without it, those that DHCP or the system tell.")
    case .networkBackupDNS:
      ParameterRow(
        "network backup-dns", .endpoint(standardPort: 53), .restart,
        "DNS server that is asked when the first does not answer.")
    case .networkSIPPriority:
      ParameterRow(
        "network sip-priority", .number(0...7, unit: ""), standard: .number(3), .restart,
        "Priority of SIP in the VLAN tag (IEEE 802.1Q PCP).")
    case .networkMediaPriority:
      ParameterRow(
        "network media-priority", .number(0...7, unit: ""), standard: .number(5), .restart,
        "Priority of RTP and RTCP in the VLAN tag.")
    case .managementInterface:
      ParameterRow(
        "management interface", .device, .restart,
        "Device that management goes over; without it, there is no management network.")
    case .managementVLAN:
      ParameterRow(
        "management vlan", .number(1...4094, unit: ""), .restart,
        "VLAN of management; without it, frames are untagged.")
    case .managementAddress:
      ParameterRow(
        "management address", .interfaceAddress, standard: .text(Text("dhcp")), .restart,
        "Own address for management.")
    default:
      ParameterRow(
        "management gateway", .address, .restart,
        "Way to other networks for management; DHCP tells its own.")
    }
  }
}
