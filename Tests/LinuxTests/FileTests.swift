import Base
import Glibc
import Linux
import Testing

/// A folder of a test's own.
private struct Folder {
  let path = "/tmp/tipring-files-\(getpid())-\(UInt32.random(in: 0 ... .max))"

  func file(_ name: String = "file") -> Text { Text("\(path)/\(name)".utf8) }

  func exists(_ name: String) -> Bool { access("\(path)/\(name)", F_OK) == 0 }
}

/// Runs a test with a folder that is there until it has ended.
private func withFolder(_ body: (Folder) throws -> Void) rethrows {
  let folder = Folder()
  mkdir(folder.path, 0o700)
  defer {
    for name in ["file", "file.new"] { unlink("\(folder.path)/\(name)") }
    rmdir(folder.path)
  }
  try body(folder)
}

@Suite("Files")
struct FileTests {
  @Test(
    "A file up to the limit comes whole, a larger one is refused",
    arguments: [0, 1, 4095, 4096, 4097, 8192, 8193, 16_384, 65_535, 65_536, 65_537, 70_000])
  func limit(size: Int) throws {
    try withFolder { folder in
      let content = Text((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ $0 >> 8) })
      try File.replace(folder.file(), with: content)
      if size <= 65_536 {
        #expect(try File.read(folder.file(), limit: 65_536) == content)
      } else {
        #expect(throws: Errno(rawValue: EFBIG)) {
          try File.read(folder.file(), limit: 65_536)
        }
      }
    }
  }

  @Test("A file of the kernel, which tells no size, comes whole")
  func kernelFile() throws {
    let words = try File.read(Text("/proc/self/status".utf8), limit: 65_536)
    #expect(words.count > 500)
    #expect(words.last == UInt8(ascii: "\n"))
    #expect(throws: Errno(rawValue: EFBIG)) {
      try File.read(Text("/proc/self/status".utf8), limit: 100)
    }
  }

  @Test("A file that is not there is refused with its reason")
  func missing() {
    withFolder { folder in
      #expect(throws: Errno(rawValue: ENOENT)) { try File.read(folder.file(), limit: 10) }
    }
  }

  @Test("A replaced file is the new one, and no draft is left")
  func replace() throws {
    try withFolder { folder in
      try File.replace(folder.file(), with: Text("old, and longer than the new one".utf8))
      try File.replace(folder.file(), with: Text("new".utf8))
      #expect(try File.read(folder.file(), limit: 100) == Text("new".utf8))
      #expect(!folder.exists("file.new"))
    }
  }

  @Test("A draft that cannot be written leaves the file")
  func refusedReplace() throws {
    try withFolder { folder in
      try File.replace(folder.file(), with: Text("old".utf8))
      // A folder in the draft's place refuses it, even to the superuser.
      mkdir("\(folder.path)/file.new", 0o700)
      defer { rmdir("\(folder.path)/file.new") }
      #expect(throws: Errno.self) { try File.replace(folder.file(), with: Text("new".utf8)) }
      #expect(try File.read(folder.file(), limit: 100) == Text("old".utf8))
    }
  }
}
