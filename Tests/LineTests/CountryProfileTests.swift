import Base
import Line
import MediaControl
import Testing

@Suite("Country profiles")
struct CountryProfileTests {
  /// Rhythm and frequencies as the public tables have them (Asterisk `indications`, E.180 for Hong
  /// Kong), typed in apart from the profiles.
  static let published: [(country: String, tone: CallProgressTone, text: String)] = [
    ("cn", .dial, "450"), ("cn", .ringback, "450/1000,0/4000"), ("cn", .busy, "450/350,0/350"),
    ("cn", .congestion, "450/700,0/700"), ("cn", .callWaiting, "450/400,0/4000"),
    ("cn", .vacant, "450/100,0/100,450/100,0/100,450/100,0/100,450/400,0/400"),
    ("us", .dial, "350+440"), ("us", .ringback, "440+480/2000,0/4000"),
    ("us", .busy, "480+620/500,0/500"), ("us", .congestion, "480+620/250,0/250"),
    ("uk", .dial, "350+440"), ("uk", .ringback, "400+450/400,0/200,400+450/400,0/2000"),
    ("uk", .busy, "400/375,0/375"), ("uk", .congestion, "400/400,0/350,400/225,0/525"),
    ("uk", .vacant, "400"),
    ("de", .dial, "425"), ("de", .ringback, "425/1000,0/4000"), ("de", .busy, "425/480,0/480"),
    ("de", .congestion, "425/240,0/240"), ("de", .vacant, "950/330,1400/330,1800/330,0/1000"),
    ("fr", .dial, "440"), ("fr", .ringback, "440/1500,0/3500"), ("fr", .busy, "440/500,0/500"),
    ("fr", .congestion, "440/250,0/250"),
    ("jp", .dial, "400"), ("jp", .busy, "400/500,0/500"), ("jp", .congestion, "400/500,0/500"),
    ("au", .dial, "413+438"), ("au", .ringback, "413+438/400,0/200,413+438/400,0/2000"),
    ("au", .busy, "425/375,0/375"), ("au", .congestion, "425/375,0/375,420/375,0/375"),
    ("hk", .dial, "350+440"), ("hk", .ringback, "440+480/400,0/200,440+480/400,0/3000"),
    ("hk", .busy, "480+620/500,0/500"), ("hk", .congestion, "480+620/250,0/250"),
    ("hk", .vacant, "480+620"),
  ]

  @Test("A tone is the published one, apart from its level", arguments: published)
  func tone(_ country: String, _ tone: CallProgressTone, _ text: String) throws {
    let profile = try #require(CountryProfile.named(Text(country.utf8)))
    let ours = withoutLevels(profile.tone(tone))
    let theirs = withoutLevels(try Tone(parsing: Text(text.utf8)))
    #expect(ours == theirs)
  }

  /// Everything of a tone but its levels, as something to compare.
  private func withoutLevels(_ tone: Tone) -> [[Int]] {
    var rows = [[Int(tone.count), tone.repeatFrom.map { Int($0) } ?? -1]]
    for i in 0..<Int(tone.count) {
      let segment = tone.segments[i]
      var row = [Int(segment.milliseconds), Int(segment.modulationHz)]
      for k in 0..<4 { row.append(Int(segment.components[k].hertz)) }
      rows.append(row)
    }
    return rows
  }

  @Test("Every row of every country parses", arguments: CountryProfile.all.indices)
  func rows(_ index: Int) throws {
    let profile = CountryProfile.all[index]
    for tone in CallProgressTone.allCases {
      let text = Text(profile.text(of: tone))
      #expect(throws: Never.self, "\(profile.code) \(tone)") { _ = try Tone(parsing: text) }
      #expect(profile.tone(tone).count > 0)
    }
  }

  @Test("Levels of China are -10 dBm0 but for the howler, which rises")
  func levels() throws {
    let china = CountryProfile.china
    for tone in CallProgressTone.allCases where tone != .howler {
      #expect(china.tone(tone).segments[0].components[0].levelDBm0 == -10)
    }
    let howler = china.tone(.howler)
    #expect(howler.count == 5)
    for i in 1..<5 {
      let (before, after) = (howler.segments[i - 1], howler.segments[i])
      #expect(before.components[0].levelDBm0 < after.components[0].levelDBm0)
    }
  }

  @Test("Codes are unique and found without case")
  func codes() {
    let codes = CountryProfile.all.map { "\($0.code)" }
    #expect(Set(codes).count == codes.count)
    #expect(Set(codes).isSuperset(of: ["cn", "us", "uk", "de", "fr", "jp", "au", "hk"]))
    #expect(CountryProfile.named(Text("CN"))?.name.description == "China")
    #expect(CountryProfile.named(Text("zz")) == nil)
    #expect(CountryProfile.named([]) == nil)
  }

  @Test("A cadence refuses odd counts, zeros and too much")
  func cadences() {
    #expect(RingCadence([1000, 4000]) == RingCadence(onMs: 1000, offMs: 4000))
    #expect(RingCadence([]) == nil)
    #expect(RingCadence([1000]) == nil)
    #expect(RingCadence([1000, 0]) == nil)
    #expect(RingCadence([UInt16](repeating: 1, count: 18)) == nil)
    #expect(RingCadence([400, 200, 400, 2000])?.longSilence == 3)
    #expect(RingCadence([400, 200, 400, 200])?.longSilence == 1)
  }
}
