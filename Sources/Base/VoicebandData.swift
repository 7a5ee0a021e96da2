/// What speaks on a line instead of people (ITU-T V.152: voiceband data).
public enum VoicebandData: UInt8, Equatable, Sendable, BitwiseCopyable {
  /// A modem, or a fax machine of which no more than the answering tone is known.
  case modem
  /// A fax machine of group 3.
  case fax
}
