import Access
import Base
import Gateway
import Linux

/// Where the users' passwords are: what was chosen, beside the configuration, before what the box was
/// delivered with.
///
/// They are not part of the configuration: whoever may read or restore one must not get another's
/// password with it, and a box that goes back to an earlier one keeps its locks.
struct UserStore {
  let path: Text

  /// The users of the box whose configuration is stored at a path.
  init(beside stored: Text) { path = stored + Text(".users") }

  /// What crypt(3) made of a role's password, and whether everybody knows it.
  ///
  /// Throws when the chosen ones cannot be read: that must not open the box to the delivered one.
  func hash(
    of role: UserRole, delivered: Text
  ) throws(Errno) -> (hash: Text, isDelivered: Bool)? {
    if let hash = try Self.read(path).hash(of: role) { return (hash, false) }
    return try Self.read(delivered).hash(of: role).map { ($0, true) }
  }

  /// Does what a console asks for, when that is about users; what crypt(3) wants takes its time.
  func carryOut(_ errand: ConsoleErrand) -> ConsoleErrandResult? {
    switch errand {
    case .setPassword(let role, let password):
      attempt { () throws(Errno) in
        try set(role, password)
      }
    case .store, .confirm, .factoryReset, .load, .openCapture, .closeCapture, .readCapture,
      .readEnvironment:
      nil
    }
  }

  /// Goes back to the delivered passwords.
  func forget() -> ConsoleErrandResult {
    attempt { () throws(Errno) in try File.remove(path) }
  }

  private func set(_ role: UserRole, _ password: Text) throws(Errno) {
    var list = try Self.read(path)
    list.set(role, try PasswordHash.make(of: password))
    try File.replace(path, with: list.text)
  }

  private func attempt(_ body: () throws(Errno) -> Void) -> ConsoleErrandResult {
    do throws(Errno) {
      try body()
      return .done
    } catch {
      return .failed(path + Text(": ") + error.message)
    }
  }

  /// The users in a file; none where none were ever chosen.
  private static func read(_ path: Text) throws(Errno) -> UserList {
    do throws(Errno) {
      return UserList(try File.read(path, limit: UserList.fileLimit))
    } catch {
      if error.isNoSuchFile { return UserList() }
      throw error
    }
  }
}
