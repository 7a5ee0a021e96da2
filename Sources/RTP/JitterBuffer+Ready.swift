extension JitterBuffer {
  /// Whether the next frame to be read is here; if not, its packet may still lie in the socket.
  public var isReady: Bool {
    state == .running && store.has(cursor..<cursor + Self.frame)
  }
}
