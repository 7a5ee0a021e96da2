public import Base

/// The password hashes of a box's users, as a file holds them: a line a user, `NAME HASH`.
///
/// A hash is what crypt(3) makes of a password.
public struct UserList: Equatable, Sendable {
  /// The longest file that is read, in bytes.
  public static let fileLimit = 4_096
  private static let hashLimit = 200

  private var hashes: [(role: UserRole, hash: Text)] = []

  /// Makes an empty list.
  public init() {}

  /// Reads a file; a line that is not one is as if it were not there.
  public init(_ file: Text) {
    for line in file.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " "))
      guard words.count == 2, let role = UserRole(loginName: Text(words[0])),
        Self.isHash(words[1])
      else { continue }
      set(role, Text(words[1]))
    }
  }

  /// What crypt(3) made of the role's password; `nil` when the role has none.
  public func hash(of role: UserRole) -> Text? { hashes.first { $0.role == role }?.hash }

  /// Gives a role another password's hash.
  public mutating func set(_ role: UserRole, _ hash: Text) {
    hashes.removeAll { $0.role == role }
    hashes.append((role, hash))
  }

  /// The list as a file.
  public var text: Text {
    var text = Text()
    for role in UserRole.allCases {
      guard let hash = hash(of: role) else { continue }
      text.append(role.loginName)
      text.append(" ")
      text += hash
      text.append("\n")
    }
    return text
  }

  /// Whether both have the same hashes.
  public static func == (a: UserList, b: UserList) -> Bool { a.text == b.text }

  /// A hash names its method behind `$`; the old ones without are too weak (crypt(5)).
  private static func isHash(_ word: ArraySlice<UInt8>) -> Bool {
    (4...hashLimit).contains(word.count) && word.first == UInt8(ascii: "$")
      && word.allSatisfy { $0 > UInt8(ascii: " ") && $0 < 0x7F && $0 != UInt8(ascii: ":") }
  }
}
