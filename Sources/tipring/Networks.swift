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
    voice = try Self.interface(configuration.voiceNetwork, "voice", Self.voiceTable)
    management = try Self.interface(
      configuration.managementNetwork, "manage", Self.managementTable)
    links =
      voice == nil && management == nil
      ? nil : try opening("network links") { () throws(Errno) in try LinkSocket() }
  }

  private static func interface(
    _ configuration: NetworkConfiguration?, _ name: StaticString, _ table: UInt8
  ) throws(StartFailure) -> NetworkInterface? {
    guard let configuration else { return nil }
    return try NetworkInterface(
      InterfaceSettings(configuration, name: name, table: table))
  }

  /// The device that voice is bound to; empty when it is bound to none.
  var voiceDevice: Text { voice?.settings.name ?? [] }

  /// The descriptor to watch, if there are interfaces.
  var rawValue: CInt? { links?.rawValue }

  /// When `advance` must be called next.
  var deadline: Instant? { soonest(voice?.deadline, management?.deadline) }

  /// Looks at the cables for the first time.
  func begin(in loop: borrowing EventLoop, _ body: (NetworkInterface.Event) -> Void) {
    voice?.begin(in: loop).forEach(body)
    _ = management?.begin(in: loop)
  }

  /// Serves a ready descriptor if it is one of ours; `body` takes what it means for voice.
  func serve(
    _ descriptor: CInt, now: Instant, in loop: borrowing EventLoop,
    _ body: (NetworkInterface.Event) -> Void
  ) -> Bool {
    if descriptor == links?.rawValue {
      while let datagram = links?.receive() {
        let reports = LinkReport.read(datagram)
        voice?.receive(reports, in: loop).forEach(body)
        _ = management?.receive(reports, in: loop)
      }
    } else if descriptor == voice?.clientDescriptor {
      voice?.readClient(now: now, in: loop).forEach(body)
    } else if descriptor == management?.clientDescriptor {
      _ = management?.readClient(now: now, in: loop)
    } else {
      return false
    }
    return true
  }

  /// Lets the time pass.
  func advance(
    to now: Instant, in loop: borrowing EventLoop, _ body: (NetworkInterface.Event) -> Void
  ) {
    guard let deadline, now >= deadline else { return }
    voice?.advance(to: now, in: loop).forEach(body)
    _ = management?.advance(to: now, in: loop)
  }
}
