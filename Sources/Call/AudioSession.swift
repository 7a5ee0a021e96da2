internal import Base
internal import MediaControl
internal import SDP

/// The audio of one call: what was described to the far party, and what was agreed on.
struct AudioSession: Sendable {
  init(settings: PortSettings, random: inout RandomSource) {}
  mutating func offer() -> Text { Text("v=0") }
  mutating func accept(answer: Text) -> StreamParameters? { nil }
  mutating func answer(offer: Text) -> (Text, StreamParameters)? { nil }
}
