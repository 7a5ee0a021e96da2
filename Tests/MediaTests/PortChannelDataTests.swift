import Base
import Media
import MediaControl
import Testing

@Suite("Modems and fax machines on a port")
struct PortChannelDataTests {
  private func heard(_ rig: Rig) -> [VoicebandData] {
    rig.events().compactMap { if case .dataHeard(1, let data) = $0 { data } else { nil } }
  }

  @Test("The answering tone counts where it begins: on a called line, else in the stream")
  func direction() {
    for isCalled in [true, false] {
      let rig = Rig()
      var parameters = stream()
      parameters.isCalled = isCalled
      rig.perform(.openStream(1, parameters))
      rig.say(sines([2100], ms: 1_200))
      #expect(heard(rig) == (isCalled ? [.modem] : []))
      for n in 0..<70 {
        let sound = sines([2100], ms: 20).map(aLawCode)
        rig.receive(packet(number: UInt16(n), timestamp: UInt32(n * 160), payload: sound))
        rig.run()
        rig.run()
      }
      #expect(heard(rig) == (isCalled ? [] : [.modem]))
    }
  }

  @Test("A modem's sound is not muted and sends no events, whatever digits it may contain")
  func digits() {
    let rig = Rig()
    var parameters = stream()
    parameters.data = .modem
    rig.perform(.openStream(1, parameters))
    rig.say(sines([852, 1477], ms: 200))
    let media = rig.takeSent().filter { $0.kind == .media }
    #expect(media.count == 10 && media.allSatisfy { $0.bytes[1] & 0x7F == 8 })
    let loud = media.flatMap { $0.bytes[12...] }.map(aLawSample).filter { abs($0) > 300 }
    #expect(loud.count > 1_400)
  }

  @Test("The delay becomes 80 ms, and people's when people speak again")
  func delay() {
    let rig = Rig()
    var parameters = stream()
    rig.perform(.openStream(1, parameters))
    var number = 0
    func talk(seconds: Int) -> UInt16 {
      for _ in 0..<seconds * 50 {
        rig.receive(packet(number: UInt16(number), timestamp: UInt32(number * 160)))
        number += 1
        rig.run()
        rig.run()
      }
      return rig.report()?.bufferMs ?? 0
    }
    #expect(talk(seconds: 2) < 40)
    parameters.data = .fax
    rig.perform(.updateStream(1, parameters))
    #expect((70...90).contains(talk(seconds: 2)))
    parameters.data = nil
    rig.perform(.updateStream(1, parameters))
    #expect(talk(seconds: 10) < 50)
  }
}

/// The A-law code of a sample: the nearest of all.
private func aLawCode(_ sample: Int16) -> UInt8 {
  var best: UInt8 = 0
  for code in UInt8.min...UInt8.max
  where abs(Int(aLawSample(code)) - Int(sample)) < abs(Int(aLawSample(best)) - Int(sample)) {
    best = code
  }
  return best
}
