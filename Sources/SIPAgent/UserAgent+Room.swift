internal import Base

/// Room in the table of sessions.
extension UserAgent {
  /// Whether another session fits; one that is over and only waits for a late message makes way, for
  /// calls that are given up must not keep others out.
  mutating func makeRoom() -> Bool {
    guard table.count(where: { !$0.isEnded }) < Self.sessionLimit else { return false }
    if table.count >= Self.memoryLimit {
      let ended = table.indices.filter { table[$0].isEnded && table[$0].isOver }
      // Whose BYE is still on its way comes last.
      let idle = ended.first { s in
        !clients.contains { $0.isOpen && $0.purpose.session == table[s].number }
      }
      if let oldest = idle ?? ended.first { forget(at: oldest) }
    }
    return table.count < Self.memoryLimit
  }

  /// Forgets a session with all that is on its way for it.
  mutating func forget(at s: Int) {
    let number = table[s].number
    clients.removeAll { $0.purpose.session == number }
    table.remove(at: s)
  }
}
