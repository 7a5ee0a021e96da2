import Base
import Config
import Linux
import Media

/// The RTP and RTCP sockets of every port, opened once and for all.
///
/// They are bound before the first offer names them, so that no call fails for a taken port.
enum MediaSockets {
  /// Opens them.
  ///
  /// On an interface of ours they are bound to the device and to no address: so they outlive a new
  /// lease, and the kernel gives what is sent the interface's own address.
  static func open(
    _ configuration: Configuration, device: Text
  ) throws(StartFailure) -> [MediaPortSockets] {
    let highest = configuration.enabledPorts.reduce(0) { max($0, $1.number) }
    var sockets: [MediaPortSockets] = []
    for port in 1...max(1, highest) {
      let first = UInt16(configuration.mediaPorts(of: port).lowerBound)
      sockets.append(
        MediaPortSockets(
          rtp: try open(first, configuration, device),
          rtcp: try open(first + 1, configuration, device)))
    }
    return sockets
  }

  /// The UDP ports of all of them.
  static func ports(_ configuration: Configuration) -> ClosedRange<UInt16> {
    let highest = configuration.enabledPorts.reduce(1) { max($0, $1.number) }
    let (first, last) = (configuration.mediaPorts(of: 1), configuration.mediaPorts(of: highest))
    return UInt16(first.lowerBound)...UInt16(last.upperBound - 1)
  }

  private static func open(
    _ port: UInt16, _ configuration: Configuration, _ device: Text
  ) throws(StartFailure) -> CInt {
    let local = Endpoint(configuration.boundAddress, port)
    let marks = TrafficMarks(
      dscp: configuration.mediaDSCP, priority: device.isEmpty ? 0 : configuration.mediaPriority)
    return try opening("media port", local.text) { () throws(Errno) in
      try UDPSocket(local: local, marks: marks, device: device).release()
    }
  }
}

extension Configuration {
  /// The address that sockets are bound to: our own, or any of the voice interface.
  var boundAddress: IPAddress {
    guard let network = voiceNetwork else { return sipLocal.address }
    return network.address?.address.isIPv6 ?? false ? .v6(0, 0) : .v4(0)
  }
}

extension MediaSettings {
  /// What the configuration says of all streams.
  init(_ configuration: Configuration) {
    self.init(canonicalName: configuration.hostname)
    minimumDelay = .milliseconds(configuration.jitterMinimumMs)
    maximumDelay = .milliseconds(configuration.jitterMaximumMs)
  }
}
