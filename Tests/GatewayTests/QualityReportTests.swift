import Base
import MediaControl
import Testing

@testable import Gateway
@testable import SIPAgent

@Suite("The report of a call's quality")
struct QualityReportTests {
  static func lines(received: UInt32, _ adjust: (inout StreamStatistics) -> Void) -> [String] {
    var statistics = StreamStatistics()
    statistics.sentPackets = 1_000
    statistics.receivedPackets = received
    statistics.remoteSource = 0xABCD
    adjust(&statistics)
    var stream = StreamParameters(
      remote: Endpoint(.v4(0xC000_0207), 40_000), law: .muLaw,
      synchronizationSource: 0x1A2B_3C4D, firstSequenceNumber: 1, firstTimestamp: 1)
    stream.packetMs = 10
    let report = QualityReport(
      dialog: EndedDialog(
        session: SessionNumber(rawValue: 1), account: 1, isOutgoing: false, callID: Text("c@f"),
        localIdentity: Text("<sip:1@a>"), remoteIdentity: Text("<sip:2@b>"),
        localTag: Text("us"), remoteTag: Text("them")),
      local: Endpoint(.v4(0xC000_0264), 16_384), stream: stream, statistics: statistics,
      longestBufferMs: 200, began: 1_098_382_000_000_000_000, ended: 1_098_382_061_000_000_000)
    return String(decoding: report.text, as: UTF8.self).split(separator: "\r\n").map(String.init)
  }

  @Test("All that was measured, in the order of the grammar")
  func everything() {
    let lines = Self.lines(received: 950) {
      ($0.lostPackets, $0.latePackets, $0.jitter) = (50, 10, 80)
      ($0.bufferMs, $0.roundTripMs, $0.remoteLostPackets) = (40, 120, 7)
    }
    #expect(
      lines == [
        "VQSessionReport: CallTerm", "CallID: c@f", "LocalID: <sip:1@a>", "RemoteID: <sip:2@b>",
        "OrigID: <sip:2@b>", "LocalAddr: IP=192.0.2.100 PORT=16384 SSRC=0x1a2b3c4d",
        "RemoteAddr: IP=192.0.2.7 PORT=40000 SSRC=0x0000abcd", "LocalMetrics:",
        "Timestamps: START=2004-10-21T18:06:40Z STOP=2004-10-21T18:07:41Z",
        "SessionDesc: PT=0 PD=PCMU SR=8000 FD=10 FO=80 FPP=1 PPS=100 PLC=3 SSUP=off",
        "JitterBuffer: JBA=3 JBN=40 JBX=200", "PacketLoss: NLR=5.0 JDR=1.0",
        "Delay: RTD=120 IAJ=10", "QualityEst: MOSLQ=3.8 MOSCQ=3.7 QoEEstAlg=G.107",
        "RemoteMetrics:", "Timestamps: START=2004-10-21T18:06:40Z STOP=2004-10-21T18:07:41Z",
        "PacketLoss: NLR=0.7", "DialogID: c@f;to-tag=us;from-tag=them",
      ])
  }

  @Test("What was not measured is left out")
  func little() {
    let lines = Self.lines(received: 1) { _ in }
    #expect(!lines.contains { $0.hasPrefix("RemoteMetrics") || $0.contains("RTD=") })
    #expect(lines.contains("PacketLoss: NLR=0.0 JDR=0.0"))
    #expect(lines.contains("QualityEst: MOSLQ=4.4 MOSCQ=4.4 QoEEstAlg=G.107"))
  }
}
