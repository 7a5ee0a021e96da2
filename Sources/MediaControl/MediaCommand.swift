public import Base

/// Number of an FXS port; the first is 1.
public typealias PortNumber = UInt8

/// A caller ID message for the modem, framed and with its checksum.
public struct CallerIDSignal: Sendable, BitwiseCopyable {
  /// Which modulation carries it.
  public enum Modulation: UInt8, Sendable, BitwiseCopyable {
    /// 1200/2200 Hz, 1200 baud.
    case bell202
    /// 1300/2100 Hz, 1200 baud.
    case v23
    /// The bytes are DTMF digits.
    case dtmf
  }

  /// How many bytes a message has at the most.
  public static let limit = 128

  /// Which modulation carries it.
  public let modulation: Modulation
  /// The message from its type to its checksum; only the first `count` bytes are used.
  public private(set) var bytes: InlineArray<128, UInt8>
  /// How many bytes are used.
  public private(set) var count: UInt8

  /// Makes the signal, or returns `nil` when the message is longer than `limit`.
  public init?(_ message: Text, modulation: Modulation) {
    guard message.count <= Self.limit else { return nil }
    self.modulation = modulation
    bytes = InlineArray(repeating: 0)
    for i in message.indices { bytes[i] = message[i] }
    count = UInt8(message.count)
  }
}

/// What the control loop asks of the media thread.
public enum MediaCommand: Sendable, BitwiseCopyable {
  /// Play a tone into the line instead of the stream.
  case play(PortNumber, Tone)
  /// End the tone or the caller ID message; the stream is heard again, if there is one.
  case stopTone(PortNumber)
  /// Send a caller ID message into the line once; `callerIDSent` tells the end.
  case sendCallerID(PortNumber, CallerIDSignal)
  /// Report DTMF digits that the line sends, or stop it.
  case listenForDigits(PortNumber, Bool)
  /// Test the line in a way, or no more; a probe that begins forgets the one before.
  case probe(PortNumber, LineProbe?)
  /// Begin a stream on the port's own RTP socket.
  case openStream(PortNumber, StreamParameters)
  /// Change the far address, codec or direction of the open stream.
  case updateStream(PortNumber, StreamParameters)
  /// End the stream; `streamClosed` brings its last statistics.
  case closeStream(PortNumber)
  /// Ask for the statistics of the open stream now.
  case reportStream(PortNumber)
  /// The simulated line has an audio socket: the thread owns the descriptor from now on.
  case attachAudio(PortNumber, descriptor: Int32)
  /// Close every socket and end the thread.
  case stop
}

extension MediaCommand {
  /// The port that the command is for; `nil` for the whole thread.
  public var port: PortNumber? {
    switch self {
    case .play(let port, _), .stopTone(let port), .sendCallerID(let port, _),
      .listenForDigits(let port, _), .probe(let port, _), .openStream(let port, _),
      .updateStream(let port, _), .closeStream(let port), .reportStream(let port),
      .attachAudio(let port, _):
      port
    case .stop: nil
    }
  }
}

/// What the media thread tells the control loop.
public enum MediaEvent: Sendable, BitwiseCopyable {
  /// The line sent a DTMF digit (ASCII); `at` is when the detector was sure of it.
  case digit(PortNumber, UInt8, at: Instant)
  /// A DTMF digit (ASCII) that a probe waits for is over.
  case digitMeasured(PortNumber, UInt8, DigitLevels)
  /// How much of what a probe sent came back; the probe is over.
  case echoMeasured(PortNumber, EchoReturnLoss)
  /// The caller ID message is out.
  case callerIDSent(PortNumber)
  /// The first RTP packet of the far party was taken since the stream was opened.
  case streamStarted(PortNumber)
  /// The called end of the open stream is a modem or a fax machine.
  case dataHeard(PortNumber, VoicebandData)
  /// The statistics that were asked for.
  case streamReport(PortNumber, StreamStatistics)
  /// The stream is closed; its last statistics.
  case streamClosed(PortNumber, StreamStatistics)
  /// The simulated line's audio socket was closed by the other side.
  case audioDetached(PortNumber)
  /// The thread woke too late and left out this many periods.
  case periodsMissed(UInt32)
  /// A card's ring ran empty or full; it was started again.
  case xrun(CardNumber, CardXrun)
  /// A card is gone, or was not there at the start: its ports can neither hear nor speak. The number
  /// of the kernel's reason comes along.
  case cardLost(CardNumber, PortSet, errno: Int32)
  /// The card is there again.
  case cardReturned(CardNumber, PortSet)
}
