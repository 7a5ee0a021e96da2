internal import Base
public import MediaControl

/// When caller ID is sent, seen from the first ring.
public enum CallerIDTiming: Equatable, Sendable {
  /// In the first long silence.
  case afterFirstRing
  /// Before the first ring, after a reversal of the polarity if the country wants one.
  case beforeRinging(reversesPolarity: Bool)
}

/// How caller ID is carried.
public enum CallerIDScheme: UInt8, Equatable, Sendable, BitwiseCopyable {
  /// FSK of Bell 202, MDMF.
  case bell202
  /// FSK of Bell 202, SDMF; without the time, which it cannot do without, MDMF.
  case bell202Single
  /// FSK of V.23, MDMF.
  case v23
  /// DTMF digits between a start and a stop code.
  case dtmf
  /// Not sent.
  case off
}

/// What a country expects of its telephone lines.
///
/// A row of a country's file overrides a default here. Values that no public text confirms are
/// marked in that file; all of them can be provisioned.
public struct CountryProfile: Sendable {
  /// ISO 3166 code in lower case as users write it (`uk` for the United Kingdom).
  public let code: StaticString
  /// The country's name for lists.
  public let name: StaticString
  /// The law that the country's network uses.
  public var law: CompandingLaw = .aLaw
  /// Level of a tone whose row names none, in dBm0.
  public var toneLevelDBm0: Int8 = -12
  /// The bell's rhythm.
  public var ringCadence = RingCadence(onMs: 1000, offMs: 4000)
  /// Frequency of the ring current in hertz.
  public var ringHz: UInt8 = 25
  /// What a break of the loop means.
  public var loopTiming = LoopTiming(flashMs: 90...500)
  /// How caller ID is carried.
  public var callerIDScheme = CallerIDScheme.bell202
  /// When FSK caller ID is sent; DTMF always goes before the first ring.
  public var callerIDTiming = CallerIDTiming.afterFirstRing
  /// DTMF caller ID begins with this code.
  public var callerIDStart = UInt8(ascii: "A")
  /// DTMF caller ID ends with this code.
  public var callerIDEnd = UInt8(ascii: "C")
  /// Dial tone without a digit for so long ends in busy tone.
  public var firstDigitSeconds: UInt16 = 20
  /// A call that nobody answers is given up after so long.
  public var noAnswerSeconds: UInt16 = 60
  /// A bell that nobody answers is given up after so long.
  public var ringLimitSeconds: UInt16 = 120
  /// How long a disconnect tone (busy, congestion, vacant…) sounds before the howler.
  public var disconnectToneSeconds: UInt16 = 40
  /// How long the howler sounds before the line is locked out.
  public var howlerSeconds: UInt16 = 60
  /// The numbers that are called before everything else.
  public var emergencyNumbers: [EmergencyNumber] = []

  private var rows: [StaticString]

  /// Makes a profile with defaults; `tones` has one row a `CallProgressTone`, in its order.
  init(code: StaticString, name: StaticString, tones: ToneRows) {
    self.code = code
    self.name = name
    rows = tones.inOrder
  }

  /// The tone's text as the country's file has it, in the syntax of `Tone.init(parsing:)`.
  public func text(of tone: CallProgressTone) -> StaticString { rows[Int(tone.rawValue)] }

  /// The tone, ready to be played.
  ///
  /// A test parses every row of every country; a row that does not parse plays silence.
  public func tone(_ tone: CallProgressTone) -> Tone {
    do throws(ToneSyntaxError) {
      return try Tone(parsing: Text(text(of: tone)), levelDBm0: toneLevelDBm0)
    } catch {
      return Tone()
    }
  }
}

/// The rows of a country's tone table; every country must fill each of them.
struct ToneRows {
  var dial: StaticString
  var stutterDial: StaticString
  var ringback: StaticString
  var busy: StaticString
  var congestion: StaticString
  var vacant: StaticString
  var noAnswer: StaticString
  var unregistered: StaticString
  var callWaiting: StaticString
  var confirmation: StaticString
  var howler: StaticString

  var inOrder: [StaticString] {
    [
      dial, stutterDial, ringback, busy, congestion, vacant, noAnswer, unregistered, callWaiting,
      confirmation, howler,
    ]
  }
}
