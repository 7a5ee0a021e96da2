import Base
import Linux
import Testing

@Suite("Password hash")
struct PasswordHashTests {
  @Test("What openssl makes of the example of the SHA-crypt document")
  func vector() throws {
    let hash =
      Text("$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI6")
      + Text("8u4OTLiBFdcbYEdFCoEOfaS35inz1")
    #expect(try PasswordHash.matches(Text("Hello world!"), hash))
    #expect(try !PasswordHash.matches(Text("Hello world"), hash))
  }

  @Test("Each hash has a salt of its own")
  func salts() throws {
    let (first, second) = (
      try PasswordHash.make(of: Text("Geheim-1234")), try PasswordHash.make(of: Text("Geheim-1234"))
    )
    #expect(first != second)
    #expect(first.count == 3 + 16 + 1 + 86)
    #expect(try PasswordHash.matches(Text("Geheim-1234"), first))
    #expect(try !PasswordHash.matches(Text(""), second))
  }

  @Test("A hash of an unknown method is an error, not a match")
  func unknown() {
    #expect(throws: Errno.self) { try PasswordHash.matches(Text("x"), Text("$99$nothing")) }
  }

  @Test("Two threads that ask at once get each its own answer")
  func concurrent() async {
    let hash =
      Text("$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI6")
      + Text("8u4OTLiBFdcbYEdFCoEOfaS35inz1")
    let right = await withTaskGroup(of: Bool.self) { group in
      for i in 0..<64 {
        let password = i % 2 == 0 ? Text("Hello world!") : Text("Hello world")
        group.addTask { (try? PasswordHash.matches(password, hash)) == (i % 2 == 0) }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(right == 64)
  }
}
