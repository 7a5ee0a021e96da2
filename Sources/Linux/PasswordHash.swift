public import Base
internal import CLinux

/// What crypt(3) makes of a password; libcrypt is loaded for it.
public enum PasswordHash {
  private static let room = 256
  private static let saltLength = 16

  /// Makes the hash of a new password: SHA-512 with a salt of 96 bits (crypt(5), sha512crypt).
  ///
  /// It takes some milliseconds of the processor, on purpose.
  public static func make(of password: Text) throws(Errno) -> Text {
    try hash(password, setting: Text("$6$") + (try salt()) + Text("$"))
  }

  /// Whether a hash is the password's; the time it takes does not tell how much of it is.
  public static func matches(_ password: Text, _ hash: Text) throws(Errno) -> Bool {
    let made = try Self.hash(password, setting: hash)
    guard made.count == hash.count else { return false }
    var difference: UInt8 = 0
    for i in made.indices { difference |= made[i] ^ hash[i] }
    return difference == 0
  }

  private static func hash(_ password: Text, setting: Text) throws(Errno) -> Text {
    var room = Text(repeating: 0, count: room)
    let result = unsafe room.withUnsafeMutableBytes { room in
      unsafe clinux_crypt(
        password.terminated.asCString, setting.terminated.asCString,
        room.baseAddress?.assumingMemoryBound(to: CChar.self), room.count)
    }
    guard result == 0 else { throw Errno() }
    return Text(room.prefix { $0 != 0 })
  }

  private static func salt() throws(Errno) -> Text {
    let alphabet = Text("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    let seed = try Entropy.seed()
    var (low, high) = (seed.0, seed.1)
    var salt = Text()
    for _ in 0..<saltLength / 2 {
      salt.append(alphabet[Int(low & 63)])
      salt.append(alphabet[Int(high & 63)])
      low >>= 6
      high >>= 6
    }
    return salt
  }
}
