internal import Base
internal import MediaControl
internal import SDP

/// The audio of one call: what was described to the far party, and what was agreed on.
struct AudioSession: Sendable {
}
