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
}
