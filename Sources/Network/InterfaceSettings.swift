public import Base

/// An address with the length of its network's prefix.
public struct InterfaceAddress: Equatable, Sendable {
  /// The host's address.
  public var address: IPAddress
  /// How many of its bits are the network's.
  public var prefix: UInt8
  /// Where packets to other networks go; `nil` keeps them in this one.
  public var gateway: IPAddress?

  /// Makes an address from its parts.
  public init(_ address: IPAddress, prefix: UInt8, gateway: IPAddress? = nil) {
    self.address = address
    self.prefix = prefix
    self.gateway = gateway
  }
}

/// What is provisioned of a network interface of ours.
public struct InterfaceSettings: Equatable, Sendable {
  /// The longest name of a network interface, in bytes: the kernel's 16 less the end mark.
  public static let nameLimit = 15

  /// The device that carries it, such as `eth0`.
  public var uplink: Text
  /// What the interface itself is called; the uplink's name when it has no VLAN of its own.
  public var name: Text
  /// The VLAN (IEEE 802.1Q), 1 to 4094; `nil` leaves frames untagged.
  public var vlan: UInt16?
  /// Its own hardware address, six octets; `nil` takes the uplink's.
  public var hardwareAddress: Text?
  /// The largest packet in octets; `nil` leaves it to the uplink.
  public var mtu: UInt16?
  /// The address; `nil` asks a DHCP server.
  public var fixed: InterfaceAddress?
  /// Whether a DHCPv6 server tells the SBC, the address being fixed.
  public var asksDHCPv6 = false
  /// The routing table that is the interface's own.
  public var table: UInt8

  /// Describes an untagged interface with an address from DHCP.
  public init(uplink: Text, table: UInt8) {
    self.uplink = uplink
    name = uplink
    self.table = table
  }
}
