public import Base

/// The requests that make, address and route a network interface of ours.
public enum NetlinkRequests {
  private static let isUp: UInt32 = 1
  private static let staticRoute: UInt8 = 4
  private static let unicast: UInt8 = 1
  private static let linkScope: UInt8 = 253
  private static let toTable: UInt8 = 1
  /// No route of the interface's network in the main table: only its own table leads there.
  private static let noPrefixRoute: UInt32 = 0x200
  /// Before the main table's rule, 32766.
  private static let rulePriority: UInt32 = 1_000

  /// Takes an interface away.
  public static func remove(name: Text) -> Text {
    var message = NetlinkMessage(Netlink.deleteLink, flags: 0, fixed: link(index: 0))
    message.add(3, name: name)
    return message.finished
  }

  /// Makes the VLAN interface on the uplink; priorities of frames are those of their sockets.
  public static func create(_ settings: InterfaceSettings, uplink index: UInt32) -> Text {
    var message = NetlinkMessage(
      Netlink.newLink, flags: Netlink.create | Netlink.exclusive, fixed: link(index: 0))
    message.add(3, name: settings.name)
    message.add(5, word: index)
    if let address = settings.hardwareAddress { message.add(1, address) }
    if let mtu = settings.mtu { message.add(4, word: UInt32(mtu)) }
    message.add(18) { information in
      information.add(1, Text("vlan"))
      information.add(2) { data in
        var vlan = Text()
        vlan.append(half: settings.vlan ?? 0)
        data.add(1, vlan)
        data.add(3) { map in
          for priority in UInt32(1)...7 {
            var mapping = Text()
            mapping.append(word: priority)
            mapping.append(word: priority)
            map.add(1, mapping)
          }
        }
      }
    }
    return message.finished
  }

  /// Switches an interface on.
  public static func switchOn(index: UInt32) -> Text {
    NetlinkMessage(
      Netlink.newLink, flags: 0, fixed: link(index: index, flags: isUp, change: isUp)
    ).finished
  }

  /// Gives an address to an interface, or takes it away.
  public static func address(
    _ address: InterfaceAddress, index: UInt32, isRemoval: Bool = false
  ) -> Text {
    var fixed: Text = [family(address.address), address.prefix, 0, 0]
    fixed.append(word: index)
    var message = NetlinkMessage(
      isRemoval ? Netlink.deleteAddress : Netlink.newAddress,
      flags: isRemoval ? 0 : Netlink.create | Netlink.replace, fixed: fixed)
    message.add(2, octets(address.address))
    message.add(1, octets(address.address))
    message.add(8, word: noPrefixRoute)
    return message.finished
  }

  /// The routes of the interface's own table: its network, then the gateway if there is one.
  public static func routes(
    _ address: InterfaceAddress, index: UInt32, table: UInt8
  ) -> [Text] {
    var network = route(
      family(address.address), prefix: address.prefix, table, scope: linkScope)
    network.add(1, octets(address.network))
    network.add(4, word: index)
    network.add(7, octets(address.address))
    guard let gateway = address.gateway else { return [network.finished] }
    var rest = route(family(address.address), prefix: 0, table, scope: 0)
    rest.add(5, octets(gateway))
    rest.add(4, word: index)
    rest.add(7, octets(address.address))
    return [network.finished, rest.finished]
  }

  /// What is bound to the interface is routed by its own table, or is so no more.
  public static func rule(
    name: Text, table: UInt8, isIPv6: Bool, isRemoval: Bool = false
  ) -> Text {
    var fixed: Text = [isIPv6 ? 10 : 2, 0, 0, 0, table, 0, 0, toTable]
    fixed.append(word: 0)
    var message = NetlinkMessage(
      isRemoval ? Netlink.deleteRule : Netlink.newRule,
      flags: isRemoval ? 0 : Netlink.create | Netlink.exclusive, fixed: fixed)
    message.add(17, name: name)
    message.add(6, word: rulePriority)
    return message.finished
  }

  private static func link(index: UInt32, flags: UInt32 = 0, change: UInt32 = 0) -> Text {
    var fixed: Text = [0, 0, 0, 0]
    for word in [index, flags, change] { fixed.append(word: word) }
    return fixed
  }

  private static func route(
    _ family: UInt8, prefix: UInt8, _ table: UInt8, scope: UInt8
  ) -> NetlinkMessage {
    var fixed: Text = [family, prefix, 0, 0, table, staticRoute, scope, unicast]
    fixed.append(word: 0)
    return NetlinkMessage(
      Netlink.newRoute, flags: Netlink.create | Netlink.replace, fixed: fixed)
  }

  private static func family(_ address: IPAddress) -> UInt8 { address.isIPv6 ? 10 : 2 }

  private static func octets(_ address: IPAddress) -> Text {
    var octets = Text()
    octets.append(octets: address)
    return octets
  }
}

extension InterfaceAddress {
  /// The address with the host's bits zero.
  var network: IPAddress {
    switch address {
    case .v4(let value):
      return .v4(prefix == 0 ? 0 : value & ~UInt32(0) << (32 - UInt32(min(prefix, 32))))
    case .v6(let high, let low):
      let bits = UInt64(min(prefix, 128))
      let highMask = bits >= 64 ? ~0 : bits == 0 ? 0 : ~UInt64(0) << (64 - bits)
      let lowMask = bits <= 64 ? 0 : ~UInt64(0) << (128 - bits)
      return .v6(high & highMask, low & lowMask)
    }
  }
}
