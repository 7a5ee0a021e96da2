import Access
import Base
import Testing

@Suite("Access")
struct AccessTests {
  @Test("A list of users survives its file, and strangers' lines are dropped")
  func list() {
    var list = UserList()
    list.set(.operator, Text("$6$salt$hash"))
    list.set(.administrator, Text("$y$j9T$salt$hash"))
    #expect(list.text == Text("admin $y$j9T$salt$hash\noperator $6$salt$hash\n"))
    #expect(UserList(list.text) == list)
    let torn = UserList(
      Text("root $6$a$b\nadmin\nadmin plain\noperator $6$x$y z\nadmin $1$a$b\nope"))
    #expect(torn.hash(of: .administrator) == Text("$1$a$b"))
    #expect(torn.hash(of: .operator) == nil)
  }

  @Test(
    "Passwords that may be, and not",
    arguments: [
      ("Short1!", false), ("alllowercase", false), ("lower1234", false), ("Lower1234", true),
      ("lower-1234", true), ("a phrase of small letters", true), ("MyAdmin123", false),
      ("Aa1Aa1Aa1", false), ("Aa1Aa1Aa1Bb2", true), ("Tel\u{7}foon12", false),
      (String(repeating: "Ab1-", count: 17), false),
    ])
  func rules(password: String, isGood: Bool) {
    #expect((PasswordRules.problem(Text(password.utf8), of: .administrator) == nil) == isGood)
  }

  @Test("Delays double, the fifth wrong password locks, a right one forgets")
  func guarding() {
    var login = LoginGuard()
    var now = Instant(nanoseconds: 1_000_000_000)
    for seconds in [1, 2, 4, 8] {
      login.fail(.administrator, at: now)
      #expect(login.wait(at: now) == .seconds(seconds))
      #expect(!login.isLocked(at: now))
      now = now + .seconds(seconds)
      #expect(login.wait(at: now) == .zero)
    }
    login.fail(nil, at: now)
    #expect(login.isLocked(at: now))
    #expect(LoginGuard(login.text) == login)
    now = now + LoginGuard.lock
    #expect(!login.isLocked(at: now))
    login.fail(.administrator, at: now)
    #expect(login.isLocked(at: now))
    login.succeed(.administrator)
    #expect(login.wait(at: now) == .zero)
  }

  @Test("The operator's right password forgets no guess at the administrator's")
  func guardingTwo() {
    var login = LoginGuard()
    let now = Instant(nanoseconds: 1_000_000_000)
    for _ in 1..<LoginGuard.limit {
      login.fail(.administrator, at: now)
      login.succeed(.operator)
      #expect(!login.isLocked(at: now))
    }
    login.fail(.administrator, at: now)
    #expect(login.isLocked(at: now))
  }

  @Test("When a lock is over, the other role's delay is a delay and no lock")
  func guardingAfterALock() {
    var login = LoginGuard()
    var now = Instant(nanoseconds: 1_000_000_000)
    for _ in 0..<LoginGuard.limit { login.fail(.administrator, at: now) }
    now = now + LoginGuard.lock
    login.fail(.operator, at: now)
    #expect(login.wait(at: now) == .seconds(1))
    #expect(!login.isLocked(at: now))
    #expect(LoginGuard(login.text) == login)
  }

  @Test(
    "A torn file of failures is none",
    arguments: ["", "5", "x y", "5 1", "5 0 -1", "99999999 0 1", "1 2 3 4", "1 2 3 x", "1 2 3"])
  func torn(file: String) {
    #expect(LoginGuard(Text(file.utf8)) == LoginGuard())
  }
}
