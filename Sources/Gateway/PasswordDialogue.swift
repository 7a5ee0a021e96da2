internal import Access
internal import Base
internal import Console

/// A new password, typed twice.
///
///     first ──a good one──> again ──the same──> stored
///       │ ^                   └──another──> first
///       │ └──bad, or none while one is needed
///       └──none──> over, the old one stays
struct PasswordDialogue {
  /// Whose password it is.
  let role: UserRole
  /// Whether the console can do nothing else before.
  let isNeeded: Bool
  /// What was typed first.
  var first: Text?

  var prompt: StaticString { first == nil ? "new password:" : "once more:" }
}

extension Gateway {
  static var passwordCommand: Command<Gateway> {
    Command(
      "password", "Change the password that you log in with",
      [
        Command("operator", "That of the user who looks and changes nothing") { box, _, answer in
          box.beginPassword(of: .operator, &answer)
        }
      ]
    ) { box, _, answer in box.beginPassword(of: box.console.role, &answer) }
  }

  /// Somebody has logged in at this console.
  mutating func beginLogin(hasDelivered: Bool, _ answer: inout Text) {
    journal.note(.loggedIn(console: console.number, console.role, at: now), at: now)
    guard hasDelivered else { return }
    answer.append("every box is delivered with this password: a new one is needed\n")
    console.passwordDialogue = .init(role: console.role, isNeeded: true)
  }

  /// The login prompt, which is root's, tells of a wrong password; nobody else is believed.
  mutating func noteRefusedLogin(_ user: Text) {
    guard console.role == .administrator else { return }
    journal.note(.loginRefused(UserRole(loginName: user), at: now), at: now)
  }

  /// The command `password`; nobody but an administrator changes another's.
  mutating func beginPassword(of role: UserRole, _ answer: inout Text) {
    console.passwordDialogue = .init(role: role, isNeeded: false)
    answer.append("for ")
    answer.append(role.loginName)
    answer.append("; an empty line leaves it as it is\n")
  }

  /// Takes a line that was typed for a password.
  mutating func takePassword(_ line: Text, _ answer: inout Text) {
    guard var dialogue = console.passwordDialogue else { return }
    if let first = dialogue.first {
      guard line == first else {
        answer.append("not the same\n")
        dialogue.first = nil
        return console.passwordDialogue = dialogue
      }
      console.errand = .setPassword(dialogue.role, line)
    } else if line.isEmpty, !dialogue.isNeeded {
      answer.append("left as it is\n")
      console.passwordDialogue = nil
    } else if let problem = PasswordRules.problem(line, of: dialogue.role) {
      answer.append(problem)
      answer.append("\n")
    } else {
      dialogue.first = line
      console.passwordDialogue = dialogue
    }
  }

  /// The errand of a new password is done, or could not be: then nobody is locked out of the box.
  mutating func finishPassword(of role: UserRole, isStored: Bool, _ answer: inout Text) {
    console.passwordDialogue = nil
    guard isStored else { return }
    journal.note(.passwordChanged(console: console.number, role, at: now), at: now)
    answer.append("the password of ")
    answer.append(role.loginName)
    answer.append(" is changed\n")
  }
}
