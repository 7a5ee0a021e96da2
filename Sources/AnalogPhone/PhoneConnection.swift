extension Phone {
  /// Both connections to the box are there.
  mutating func connect(now: Nanoseconds) {
    passTime(to: now)
    isConnected = true
    tell(.event("connected", say: "connected to the box; type help"), at: now)
    // The handset may have stayed lifted while the box was away.
    if hook.isClosed { emit(.setLoop(closed: true)) }
    settleWait(now)
  }

  /// The box is gone; the handset stays as it is.
  mutating func disconnect(now: Nanoseconds) {
    passTime(to: now)
    isConnected = false
    mouth.stop()
    forgetSound(now)
    notes.feed = nil
    notes.polarity = nil
    tell(
      .event("disconnected", say: "the box is gone; waiting for it to come back"), at: now)
    for notice in ring.observe(on: false, now: now, lineTime: clock.time) {
      note(notice, now: now)
    }
  }
}
