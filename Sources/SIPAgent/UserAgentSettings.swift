public import Base
public import SIPSyntax
public import SIPTransaction

/// What the user agent needs to know about itself and its SBCs.
public struct UserAgentSettings: Sendable {
  /// The SBCs, the first choice first; messages are accepted from their addresses only.
  public var servers: [Endpoint]
  /// How the one is chosen that serves.
  public var heartbeat = HeartbeatSettings()
  /// Our own address and port, as they appear in Via and Contact.
  public var local: Endpoint
  /// The value of User-Agent and Server; empty for none.
  public var userAgent: Text
  /// Which documents registration and identities follow.
  public var profile = SIPProfile.rfc3261
  /// The user of the trunk that registers for all accounts at once (RFC 6140); empty for none, and
  /// every account registers itself.
  public var trunk = Text()
  /// The value of P-Access-Network-Info (RFC 7315 §5.4); empty for none.
  public var accessNetwork = Text()
  /// The realm whose challenges are answered; without one any, under IMS that of the domain.
  public var realm = Text()
  /// Whether Contact follows the address that the SBC sees us at (RFC 3581).
  public var followsSeenAddress = false
  /// Whether our own URIs are `sips` (RFC 5630); TLS is the transport then.
  public var usesSIPS = false
  /// When REGISTER offers the way that it goes by as a flow.
  public var outbound = OutboundOffer.streams
  /// What is agreed on with the SBC about protection.
  public var agreement = SecurityAgreement.off
  /// How accounts learn of messages that wait for them.
  public var messageWaiting = MessageWaiting.unsolicited
  /// Whether accounts ask the network which dial tone they get (RFC 6080, TS 183 043).
  public var followsProfile = false
  /// The URI that reports of calls' quality go to (RFC 6035); empty for none.
  public var collector = Text()
  /// How SIP goes to the SBCs.
  public var transport = Transport.udp
  /// Whether Via offers our connection for requests to us (RFC 5923 §8.1).
  public var isAlias = false
  /// The longest request that goes by UDP; a longer one goes by TCP (RFC 3261 §18.1.1).
  public var longestDatagram = UserAgent.longestDatagram
  /// T1, T2 and T4 (RFC 3261 table 4).
  public var timers = Timers()
  /// 100rel and session timers.
  public var sessions = SessionSettings()
  /// How registration is tried again when the SBC is silent or overloaded.
  public var backOff = BackOff()
  /// How long to wait after a refusal that will not heal by itself (403, 404, a wrong password).
  ///
  /// Half of it to all of it, by chance. 1,200 s is what the common products ship.
  public var refusalPause = Duration.seconds(1_200)
  /// How long `stop` waits for answers before it reports `.stopped` all the same.
  public var stopPatience = Duration.seconds(4)

  /// Makes settings with the standard's timers.
  public init(servers: [Endpoint], local: Endpoint, userAgent: Text) {
    self.servers = servers
    self.local = local
    self.userAgent = userAgent
  }
}
