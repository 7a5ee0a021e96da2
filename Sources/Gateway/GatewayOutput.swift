public import Base
public import Config
public import Line
public import MediaControl
public import Network

/// What the control plane wants done by the shell around it, in order.
public enum GatewayOutput: Sendable {
  /// Put a SIP datagram on the wire.
  case send(Text, to: Endpoint)
  /// Send a SIP message by the connection to that endpoint, and make it when there is none: with TLS
  /// to the server of this name, or without TLS.
  case sendByStream(Text, to: Endpoint, secureName: Text?)
  /// Change what a line circuit puts on its wires.
  case feed(PortNumber, LineFeed)
  /// Hand a command to the media thread.
  case media(MediaCommand)
  /// Send an echo request (ICMP) of this number; the answer comes by `echoed`.
  case echo(UInt16, to: IPAddress)
  /// Ask these DNS servers from now on; those of the system if it is `nil`.
  case useNameServers([Endpoint]?)
  /// Ask DNS; the answer comes by `resolved` with this number.
  case ask(UInt32, DNSQuestion)
  /// Store a configuration in place of one that was on trial.
  case storeAgain(Configuration)
  /// Forget every setting, as the reset button asks; `buttonResetDone` follows.
  case factoryReset
  /// Do what provisioning wants.
  case provision(ProvisioningErrand)
  /// Everything that `stop` asked for is done: the process may end.
  case stopped
}
