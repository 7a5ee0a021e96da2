import Base
import Config
import Gateway
import Linux
import Network

/// The network interfaces of ours: that of voice and that of management, each if provisioned.
final class Networks {
  private static let voiceTable: UInt8 = 100
  private static let managementTable: UInt8 = 101

  private let voice: NetworkInterface?
  private let management: NetworkInterface?
  private let links: LinkSocket?

  /// Makes the interfaces that the configuration names; there is no way over them yet.
  init(_ configuration: Configuration) throws(StartFailure) {
    voice = try Self.interface(
      configuration.voiceNetwork, "voice", Self.voiceTable, asksDHCPv6: configuration.asksDHCPv6)
    management = try Self.interface(
      configuration.managementNetwork, "manage", Self.managementTable)
    links =
      voice == nil && management == nil
      ? nil : try opening("network links") { () throws(Errno) in try LinkSocket() }
  }

  private static func interface(
    _ configuration: NetworkConfiguration?, _ name: StaticString, _ table: UInt8,
    asksDHCPv6: Bool = false
  ) throws(StartFailure) -> NetworkInterface? {
    guard let configuration else { return nil }
    var settings = InterfaceSettings(configuration, name: name, table: table)
    settings.asksDHCPv6 = asksDHCPv6
    return try NetworkInterface(settings)
  }

  /// The device that voice is bound to; empty when it is bound to none.
  var voiceDevice: Text { voice?.settings.name ?? [] }

  /// The device that management is bound to; `nil` when it goes where voice goes.
  var managementDevice: Text? { management?.settings.name }

  /// Whether the voice interface has a link; so it is taken where the system sees to that.
  var hasVoiceCable: Bool { voice?.hasCable ?? true }

  /// Whether another device has the voice interface's address.
  var isVoiceAddressTaken: Bool { voice?.isAddressTaken ?? false }

  /// Whether there is a way over the management interface; unmanaged without one.
  var managementPath: NetworkPath { management?.path ?? .unmanaged }

  /// The descriptor to watch, if there are interfaces.
  var rawValue: CInt? { links?.rawValue }

  /// When `advance` must be called next.
  var deadline: Instant? { soonest(voice?.deadline, management?.deadline) }

  /// Looks at the cables for the first time; returns what that means for voice.
  func begin(in loop: borrowing EventLoop) -> [NetworkInterface.Event] {
    Self.failures(management?.begin(in: loop)) + (voice?.begin(in: loop) ?? [])
  }

  /// Of the management interface only what was refused is told: no call goes over it.
  private static func failures(_ events: [NetworkInterface.Event]?) -> [NetworkInterface.Event] {
    (events ?? []).filter { if case .failed = $0 { true } else { false } }
  }

  /// Serves a ready descriptor and returns what it means for voice; `nil` when it is not ours.
  func serve(
    _ descriptor: CInt, now: Instant, in loop: borrowing EventLoop
  ) -> [NetworkInterface.Event]? {
    if descriptor == links?.rawValue { return readLinks(now: now, in: loop) }
    if descriptor == voice?.clientDescriptor { return voice?.readClient(now: now, in: loop) }
    if descriptor == voice?.inquiryDescriptor { return voice?.readInquiry(now: now, in: loop) }
    guard descriptor == management?.clientDescriptor else { return nil }
    return Self.failures(management?.readClient(now: now, in: loop))
  }

  private func readLinks(
    now: Instant, in loop: borrowing EventLoop
  ) -> [NetworkInterface.Event] {
    var events: [NetworkInterface.Event] = []
    while let datagram = links?.receive() {
      let (links, addresses) = (LinkReport.read(datagram), AddressReport.read(datagram))
      if let voice {
        events += voice.receive(links, in: loop)
        events += voice.receive(addresses, now: now, in: loop)
      }
      events += Self.failures(management?.receive(links, in: loop))
      events += Self.failures(management?.receive(addresses, now: now, in: loop))
    }
    return events
  }

  /// Lets the time pass.
  func advance(to now: Instant, in loop: borrowing EventLoop) -> [NetworkInterface.Event] {
    guard let deadline, now >= deadline else { return [] }
    return Self.failures(management?.advance(to: now, in: loop))
      + (voice?.advance(to: now, in: loop) ?? [])
  }

  /// Takes the interfaces away.
  func end() {
    voice?.end()
    management?.end()
  }
}
