internal import Base
internal import Call
internal import Config
internal import MediaControl
internal import SIPAgent

extension Gateway {
  /// Tells the collector how a call was, if somebody collects and there was audio to judge.
  mutating func report(_ record: CallRecord) {
    guard let session = record.session,
      let dialog = agent.takeEndedDialog(of: session), let stream = record.stream,
      let statistics = record.statistics, statistics.receivedPackets > 0
    else { return }
    let port = configuration.mediaPorts(of: record.port).lowerBound
    let report = QualityReport(
      dialog: dialog, local: Endpoint(agent.settings.local.address, UInt16(port)),
      stream: stream, statistics: statistics, longestBufferMs: configuration.jitterMaximumMs,
      began: wallClock.utcNanoseconds(at: record.answeredAt ?? record.startedAt),
      ended: wallClock.utcNanoseconds(at: record.endedAt))
    agent.publish(report.text, account: dialog.account, now: now, into: &agentOutputs)
  }
}

/// A session report at the end of a call (RFC 6035 §4.6), in `application/vq-rtcpxr`.
///
/// It says what was measured, and nothing else: the optional figures that this box does not have
/// are left out. Of the far side's figures it has those of RTCP receiver reports.
struct QualityReport {
  var dialog: EndedDialog
  var local: Endpoint
  var stream: StreamParameters
  var statistics: StreamStatistics
  var longestBufferMs: Int
  /// When media began and ended, in nanoseconds since 1970 UTC.
  var began: Int64
  var ended: Int64

  /// The body.
  var text: Text {
    var text = Text("VQSessionReport: CallTerm\r\n")
    text.line("CallID: ", dialog.callID)
    text.line("LocalID: ", dialog.localIdentity)
    text.line("RemoteID: ", dialog.remoteIdentity)
    text.line("OrigID: ", dialog.isOutgoing ? dialog.localIdentity : dialog.remoteIdentity)
    text.line("LocalAddr: ", address(local, stream.synchronizationSource))
    text.line("RemoteAddr: ", address(stream.remote, statistics.remoteSource))
    text.append("LocalMetrics:\r\n")
    text.line("Timestamps: ", times)
    text.line("SessionDesc: ", session)
    text.line("JitterBuffer: ", buffer)
    text.line("PacketLoss: ", loss)
    text.line("Delay: ", delay)
    text.line("QualityEst: ", quality)
    if let remote = remoteLoss {
      text.append("RemoteMetrics:\r\n")
      text.line("Timestamps: ", times)
      text.line("PacketLoss: ", remote)
    }
    text.line("DialogID: ", dialogIdentity)
    return text
  }

  private func address(_ endpoint: Endpoint, _ source: UInt32) -> Text {
    var text = Text("IP=")
    text.append(endpoint.address)
    text.append(" PORT=")
    text.append(decimal: endpoint.port)
    text.append(" SSRC=0x")
    text.append(hex: UInt64(source), digits: 8)
    return text
  }

  private var times: Text {
    var text = Text("START=")
    text.append(utc: began)
    text.append(" STOP=")
    text.append(utc: ended)
    return text
  }

  /// A packet counts as one frame, as everybody does it with G.711; 3 is the usual concealment of
  /// RFC 3611 §4.7.6.
  private var session: Text {
    var text = Text("PT=")
    text.append(decimal: stream.receivePayloadType)
    text.append(stream.law == .aLaw ? " PD=PCMA" : " PD=PCMU")
    text.append(" SR=8000 FD=")
    text.append(decimal: stream.packetMs)
    text.append(" FO=")
    text.append(decimal: 8 * UInt32(stream.packetMs))
    text.append(" FPP=1 PPS=")
    text.append(decimal: 1_000 / UInt32(max(1, stream.packetMs)))
    text.append(" PLC=3 SSUP=off")
    return text
  }

  /// 3 is a buffer that adapts (RFC 3611 §4.7.7).
  private var buffer: Text {
    var text = Text("JBA=3 JBN=")
    text.append(decimal: statistics.bufferMs)
    text.append(" JBX=")
    text.append(decimal: longestBufferMs)
    return text
  }

  private var loss: Text {
    let expected = UInt64(statistics.receivedPackets) + UInt64(statistics.lostPackets)
    var text = Text("NLR=")
    text.append(percentOf: UInt64(statistics.lostPackets), in: expected)
    text.append(" JDR=")
    text.append(percentOf: UInt64(statistics.latePackets), in: expected)
    return text
  }

  private var delay: Text {
    var text = Text()
    if statistics.roundTripMs > 0 {
      text.append("RTD=")
      text.append(decimal: statistics.roundTripMs)
      text.append(" ")
    }
    text.append("IAJ=")
    text.append(decimal: statistics.jitter / 8)
    return text
  }

  private var quality: Text {
    guard let listening = CallQuality(listeningTo: statistics),
      let conversation = CallQuality(statistics)
    else { return [] }
    var text = Text("MOSLQ=")
    text.append(mos: listening)
    text.append(" MOSCQ=")
    text.append(mos: conversation)
    text.append(" QoEEstAlg=G.107")
    return text
  }

  /// What the far side lost of ours; `nil` if it has not reported.
  private var remoteLoss: Text? {
    guard statistics.roundTripMs > 0 || statistics.remoteLostPackets > 0 else { return nil }
    var text = Text("NLR=")
    text.append(
      percentOf: UInt64(statistics.remoteLostPackets), in: UInt64(statistics.sentPackets))
    return text
  }

  private var dialogIdentity: Text {
    var text = dialog.callID
    text.append(";to-tag=")
    text += dialog.isOutgoing ? dialog.remoteTag : dialog.localTag
    text.append(";from-tag=")
    text += dialog.isOutgoing ? dialog.localTag : dialog.remoteTag
    return text
  }
}

extension Array where Element == UInt8 {
  /// Appends a line; one without a value is left out.
  fileprivate mutating func line(_ name: StaticString, _ value: Text) {
    guard !value.isEmpty else { return }
    append(name)
    self += value
    append("\r\n")
  }

  /// Appends `YYYY-MM-DDThh:mm:ssZ` (RFC 3339).
  fileprivate mutating func append(utc nanoseconds: Int64) {
    let clock = WallClock(utcNanoseconds: nanoseconds, utcOffsetSeconds: 0, at: .zero)
    append(timestamp: clock.localTime(at: .zero))
    append("Z")
  }

  /// Appends a share in percent with one decimal, at most 100.0.
  fileprivate mutating func append(percentOf part: UInt64, in whole: UInt64) {
    append(tenths: whole == 0 ? 0 : Swift.min(1_000, (part * 1_000 + whole / 2) / whole))
  }

  fileprivate mutating func append(mos quality: CallQuality) {
    append(tenths: UInt64((quality.hundredthsOfMOS + 5) / 10))
  }

  private mutating func append(tenths: UInt64) {
    append(decimal: tenths / 10)
    append(".")
    append(decimal: tenths % 10)
  }
}
