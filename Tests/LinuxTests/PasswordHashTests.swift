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
}
