/// A call progress tone of a country: what it is called, what it is made of, how it is interrupted.
struct ToneRow: Equatable {
  /// ISO code of the country.
  let country: String
  /// The tone's name.
  let name: String
  /// Its frequencies.
  let hertz: [Double]
  /// Milliseconds on, off, on, off …; empty when it sounds without a break.
  let cadence: [Double]
}

/// The tones that the phone knows by name.
///
/// Figures: China by GB 3380 and ITU-T E.180 supplement 2; the others by E.180 supplement 2.
enum ToneTable {
  /// Every row, the rows of the wanted country first.
  static func rows(first country: String) -> [ToneRow] {
    all.filter { $0.country == country } + all.filter { $0.country != country }
  }

  /// The countries that have rows.
  static var countries: [String] {
    all.reduce(into: []) { if !$0.contains($1.country) { $0.append($1.country) } }
  }

  private static let all: [ToneRow] =
    china + unitedStates + unitedKingdom + germany + france + japan + australia + hongKong

  private static let china = [
    row("cn", "dial", [450]),
    row("cn", "ringback", [450], 1_000, 4_000),
    row("cn", "busy", [450], 350, 350),
    row("cn", "congestion", [450], 700, 700),
    row("cn", "call-waiting", [450], 400, 4_000),
    row("cn", "special-dial", [450], 400, 40),
    row("cn", "vacant", [450], 100, 100, 100, 100, 100, 100, 400, 400),
    row("cn", "intrusion", [450], 200, 200, 200, 600),
    row("cn", "howler", [950]),
    row("cn", "confirmation", [950], 400, 10_000),
  ]

  private static let unitedStates = [
    row("us", "dial", [350, 440]),
    row("us", "special-dial", [350, 440], 100, 100),
    row("us", "ringback", [440, 480], 2_000, 4_000),
    row("us", "busy", [480, 620], 500, 500),
    row("us", "congestion", [480, 620], 250, 250),
    row("us", "call-waiting", [440], 300, 10_000),
    row("us", "howler", [1_400, 2_060, 2_450, 2_600], 100, 100),
  ]

  private static let unitedKingdom = [
    row("uk", "dial", [350, 440]),
    row("uk", "ringback", [400, 450], 400, 200, 400, 2_000),
    row("uk", "busy", [400], 375, 375),
    row("uk", "congestion", [400], 400, 350, 225, 525),
    row("uk", "call-waiting", [400], 100, 4_000),
    row("uk", "vacant", [400]),
  ]

  private static let germany = [
    row("de", "dial", [425]),
    row("de", "special-dial", [400, 425]),
    row("de", "ringback", [425], 1_000, 4_000),
    row("de", "busy", [425], 480, 480),
    row("de", "congestion", [425], 240, 240),
    row("de", "call-waiting", [425], 200, 200, 200, 5_000),
  ]

  private static let france = [
    row("fr", "dial", [440]),
    row("fr", "special-dial", [330, 440]),
    row("fr", "ringback", [440], 1_500, 3_500),
    row("fr", "busy", [440], 500, 500),
    row("fr", "congestion", [440], 250, 250),
    row("fr", "call-waiting", [440], 300, 10_000),
  ]

  private static let japan = [
    row("jp", "dial", [400]),
    row("jp", "special-dial", [400], 250, 250),
    row("jp", "ringback", [384, 416], 1_000, 2_000),
    row("jp", "busy", [400], 500, 500),
  ]

  private static let australia = [
    row("au", "dial", [413, 438]),
    row("au", "ringback", [413, 438], 400, 200, 400, 2_000),
    row("au", "busy", [425], 375, 375),
    row("au", "call-waiting", [425], 200, 200, 200, 4_400),
  ]

  private static let hongKong = [
    row("hk", "ringback", [440, 480], 400, 200, 400, 3_000)
  ]

  private static func row(
    _ country: String, _ name: String, _ hertz: [Double], _ cadence: Double...
  ) -> ToneRow {
    ToneRow(country: country, name: name, hertz: hertz, cadence: cadence)
  }
}

/// Whether measured frequencies are those wanted, each within 1.6 %.
func areNear(_ measured: [Double], _ wanted: [Double], within tolerance: Double = 0.016) -> Bool {
  frequencyError(measured, wanted).map { $0 <= tolerance } ?? false
}

/// The largest relative distance between two lists of frequencies in rising order.
func frequencyError(_ measured: [Double], _ wanted: [Double]) -> Double? {
  guard measured.count == wanted.count, !wanted.isEmpty else { return nil }
  return zip(measured, wanted).map { abs($0 - $1) / $1 }.max()
}
