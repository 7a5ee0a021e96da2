import Base
import Config
import Linux
import Media

/// The RTP and RTCP sockets of every port, opened once and for all.
///
/// They are bound before the first offer names them, so that no call fails for a taken port.
enum MediaSockets {
  static func open(_ configuration: Configuration) throws(StartFailure) -> [MediaPortSockets] {
    let highest = configuration.enabledPorts.reduce(0) { max($0, $1.number) }
    var sockets: [MediaPortSockets] = []
    for port in 1...max(1, highest) {
      let first = UInt16(configuration.mediaPorts(of: port).lowerBound)
      sockets.append(
        MediaPortSockets(
          rtp: try open(first, configuration), rtcp: try open(first + 1, configuration)))
    }
    return sockets
  }

  private static func open(
    _ port: UInt16, _ configuration: Configuration
  ) throws(StartFailure) -> CInt {
    let local = Endpoint(configuration.sipLocal.address, port)
    return try opening("media port", local.text) { () throws(Errno) in
      try UDPSocket(local: local, dscp: configuration.mediaDSCP).release()
    }
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
