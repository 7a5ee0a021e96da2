public import Base

/// What a password must be.
///
/// Either long, or of 8 characters of three kinds (letters small and capital, digits, others), which
/// carriers ask for.
public enum PasswordRules {
  /// How long a password may be, in bytes.
  public static let range = 8...64
  /// From this length on the kinds do not matter.
  private static let phrase = 16
  private static let kinds = 3

  /// Why a text must not be a role's password; `nil` when it may.
  public static func problem(_ password: Text, of role: UserRole) -> StaticString? {
    guard range.contains(password.count) else { return "8 to 64 characters, please" }
    guard isVisible(password) else { return "a character of it cannot be typed everywhere" }
    guard !contains(password, Text(role.loginName)) else { return "it contains the user's name" }
    guard password.count >= phrase || kindCount(of: password) >= kinds else {
      return "of small letters, capitals, digits and others three kinds, or 16 characters"
    }
    guard distinctCount(of: password) > 4 else { return "too few different characters" }
    return nil
  }

  private static func isVisible(_ password: Text) -> Bool {
    password.allSatisfy { (0x20...0x7E).contains($0) }
  }

  private static func contains(_ text: Text, _ part: Text) -> Bool {
    let small = text.map { lowercased($0) }
    return small.indices.contains { small[$0...].starts(with: part) }
  }

  private static func kindCount(of password: Text) -> Int {
    var kinds: UInt8 = 0
    for byte in password { kinds |= 1 << kind(of: byte) }
    return kinds.nonzeroBitCount
  }

  private static func distinctCount(of password: Text) -> Int {
    password.indices.count { !password[..<$0].contains(password[$0]) }
  }

  private static func kind(of byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): 0
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): 1
    case UInt8(ascii: "0")...UInt8(ascii: "9"): 2
    default: 3
    }
  }
}
