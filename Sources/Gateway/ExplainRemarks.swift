internal import Base
internal import Call
internal import MediaControl
internal import Network
internal import SIPAgent

/// The notes of `explain port N`: what does not stop calls as such, but may be what somebody complains
/// of.
extension Gateway {
  /// From this share of lost packets on it is worth a note, in percent; no standard names one.
  private static let noticedLoss = 3
  /// A call that has sent less, two seconds, is too short to judge; one packet may be anybody's.
  private static let judgedPackets: UInt32 = 100
  private static let noticedPackets: UInt32 = 10

  func remarks(on port: PortNumber) -> [Text] {
    var remarks: [Text] = []
    if !isClockSet {
      remarks.append(said("the clock is not set: no time server has answered", "时钟未校准：时间服务器无应答"))
    }
    if hasStorageFailed {
      remarks.append(
        said("the last change could not be stored: is the disk full?", "上次更改未能保存：存储已满？"))
    }
    if isSlow {
      remarks.append(
        said("the box was too slow for its audio: speech has gaps", "设备处理音频太慢：话音有间断"))
    }
    if !directory.endpoints.isEmpty, let (name, failure) = directory.failures.first {
      remarks.append(
        cell { text in
          text.append(name)
          text.append(": ")
          text += said(failure.english, failure.chinese)
          text += said("; what was known before goes on", "；沿用之前的结果")
        })
    }
    if configuration.showsKeys {
      remarks.append(
        said(
          "keys of SRTP go in the clear: sip transport is not tls",
          "SRTP 密钥以明文传送：sip transport 不是 tls"))
    }
    if let words = renewalRemark(port) { remarks.append(words) }
    guard let call = history.last(where: { $0.port == port }) else { return remarks }
    if call.answeredAt == nil {
      remarks.append(unanswered(call))
    } else if let stream = call.statistics, let words = self.words(for: stream) {
      remarks.append(said("in the last call ", "最近一次通话") + words)
    }
    return remarks
  }

  private func renewalRemark(_ port: PortNumber) -> Text? {
    guard let report = agent.registrations.first(where: { $0.account == port }),
      report.status == .registered, report.failures > 0, let end = report.expiresAt
    else { return nil }
    return cell { text in
      text += said(
        "the SBC does not renew the registration, which is over in ", "SBC 不续期注册，剩余 ")
      text.append(clock: max(.zero, end - now))
    }
  }

  private func unanswered(_ call: CallRecord) -> Text {
    cell { text in
      text +=
        call.direction == .outgoing
        ? said("the last call, to ", "最近一次通话，呼叫 ") : said("the last call, from ", "最近一次通话，来自 ")
      text += call.number.isEmpty ? Text("unknown") : call.number
      text.append(": ")
      text.append(call.end)
    }
  }

  /// What was wrong with a call's audio, if anything.
  private func words(for stream: StreamStatistics) -> Text? {
    guard stream.sentPackets >= Self.judgedPackets else { return nil }
    if stream.receivedPackets == 0, stream.strangerPackets >= Self.noticedPackets {
      return said(
        "the audio came from another address than the SBC had said: it was not played",
        "收到的音频来自 SBC 未声明的地址：未播放")
    }
    if stream.receivedPackets == 0, stream.forgedPackets >= Self.noticedPackets {
      return said(
        "the audio came under another key than the far party had said: it was not played",
        "收到的音频密钥与对方所声明的不符：未播放")
    }
    if stream.receivedPackets == 0, stream.refusedPackets >= Self.noticedPackets {
      return said(
        "the audio came in a codec that was not agreed on: it was not played",
        "收到的音频不是协商的编码：未播放")
    }
    if stream.receivedPackets == 0 {
      return said(
        "no audio came from the far party: RTP is blocked on the way", "没有收到对方音频：RTP 在途中被拦")
    }
    if Self.isNoticed(stream.lostPackets, of: stream.lostPackets + stream.receivedPackets) {
      return lossWords(stream.lostPackets, said(" packets to us were lost", " 个收到方向的包丢失"))
    }
    if Self.isNoticed(stream.remoteLostPackets, of: stream.sentPackets) {
      return lossWords(
        stream.remoteLostPackets, said(" packets to the far party were lost", " 个发送方向的包丢失"))
    }
    return nil
  }

  private static func isNoticed(_ lost: UInt32, of all: UInt32) -> Bool {
    UInt64(lost) * 100 > UInt64(all) * UInt64(noticedLoss)
  }

  private func lossWords(_ count: UInt32, _ words: Text) -> Text {
    cell { text in
      text.append(decimal: count)
      text += words
    }
  }
}
