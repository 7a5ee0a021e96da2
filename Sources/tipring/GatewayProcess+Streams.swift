import Base
import Config
import Gateway
import Linux

/// SIP by connections, as the loop serves it.
extension GatewayProcess {
  static func openStreams(
    _ configuration: Configuration, _ device: Text
  ) throws(StartFailure) -> SIPStreams {
    let local = Endpoint(configuration.boundAddress, configuration.sipLocal.port)
    return try opening("sip local by TCP", local.text) { () throws(Errno) in
      try SIPStreams(
        configuration, marks: sipMarks(configuration, device), device: device,
        random: RandomSource(seed: Entropy.seed()))
    }
  }

  static func sipMarks(_ configuration: Configuration, _ device: Text) -> TrafficMarks {
    TrafficMarks(
      dscp: configuration.sipDSCP, priority: device.isEmpty ? 0 : configuration.sipPriority)
  }

  func serveStreams(_ descriptor: CInt, _ now: Instant) {
    if descriptor == streams.rawValue {
      take(streams.welcome(now: now, in: loop) { gateway.welcomes($0, now: now) }, now)
    } else {
      take(streams.serve(descriptor, now: now, in: loop), now)
    }
  }

  func advanceStreams(_ now: Instant) {
    streams.keepAlive = gateway.keepAlive
    take(streams.advance(to: now, in: loop), now)
  }

  func loseStreams(_ now: Instant) { take(streams.loseAll(), now) }

  func sendByStream(_ message: Text, to remote: Endpoint, secureName: Text?) {
    let now = Clock.now
    if !streams.hasRoom(for: remote) { take(streams.retire { !gateway.needs($0) }, now) }
    take(
      streams.send(
        message, to: remote, secureName: secureName, patience: gateway.connectPatience,
        isClockSet: gateway.isClockSet, now: now, in: loop),
      now)
  }

  private func take(_ events: [SIPStreams.Event], _ now: Instant) {
    for event in events {
      switch event {
      case .opened(let stream):
        gateway.streamOpened(stream.remote, isSecure: stream.isSecure, now: now)
      case .message(let message, let stream):
        gateway.receive(
          message, from: stream.remote, byStream: stream.isSecure, now: now, into: &outputs)
        perform()
      case .lost(let remote, let isSecure, let wasOpen, let why):
        gateway.streamLost(
          remote, isSecure: isSecure, wasOpen: wasOpen, why: why, now: now, into: &outputs)
        perform()
      case .warning(let words): note(failure: Text("SBC: ") + words)
      }
    }
  }
}
