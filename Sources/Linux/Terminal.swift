internal import CLinux

/// The terminal at standard input, key by key instead of line by line until `restore`.
public struct RawTerminal {
  private let saved: termios

  /// Switches echo, line editing and signals off.
  public init() throws(Errno) {
    var settings = termios()
    guard unsafe tcgetattr(0, &settings) == 0 else { throw Errno() }
    saved = settings
    unsafe cfmakeraw(&settings)
    guard unsafe tcsetattr(0, TCSANOW, &settings) == 0 else { throw Errno() }
  }

  /// Gives the terminal back as it was.
  public func restore() {
    var settings = saved
    _ = unsafe tcsetattr(0, TCSANOW, &settings)
  }

  /// How many characters a line of the terminal has.
  public static var columns: Int {
    let columns = Int(clinux_terminal_columns())
    return columns > 0 ? columns : 80
  }

  /// How many lines the terminal has; a serial line does not know, and is taken as a VT100.
  public static var rows: Int {
    let rows = Int(clinux_terminal_rows())
    return rows > 1 ? rows : 24
  }
}

/// SIGWINCH as something that the event loop can wait for: the terminal has another size.
public struct WindowSignal: ~Copyable {
  private let descriptor: FileDescriptor

  /// Blocks the signal and watches for it.
  public init() throws(Errno) { descriptor = try FileDescriptor(clinux_signalfd_for_window()) }

  /// The descriptor that is readable when the size has changed.
  public var rawValue: CInt { descriptor.rawValue }

  /// Takes the signal that waits.
  public func take() { _ = clinux_read_signal(descriptor.rawValue) }
}
