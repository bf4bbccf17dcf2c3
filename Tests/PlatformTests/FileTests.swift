import Glibc
import Platform
import Testing

@Suite("Files")
struct FileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("what is written is read back, with the mode asked for whatever the umask")
  func writesAndReads() throws {
    let path = folder.file("a")
    let big = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
    try FileSystem.writeAtomically(path, big)
    #expect(try FileSystem.read(path) == big)
    #expect(try FileSystem.status(path).mode == 0o600)
    #expect(try FileSystem.status(path).size == 300_000)
    try FileSystem.writeAtomically(path, [], mode: 0o666)
    #expect(try FileSystem.read(path) == [])
    #expect(try FileSystem.status(path).mode == 0o666)
    #expect(try FileSystem.listDirectory(folder.path) == ["a"])
  }

  @Test("a symbolic link stays one when the file behind it is replaced")
  func followsLinks() throws {
    try FileSystem.writeAtomically(folder.file("real"), [1])
    #expect(symlink("real", folder.file("link")) == 0)
    try FileSystem.writeAtomically(folder.file("link"), [2])
    #expect(try FileSystem.read(folder.file("real")) == [2])
    #expect(try FileSystem.listDirectory(folder.path) == ["link", "real"])
  }

  @Test("errors say what, where and why")
  func errors() throws {
    try FileSystem.writeAtomically(folder.file("a"), [1, 2, 3])
    func code(_ body: () throws -> Void) -> FileError.Code? {
      #expect(throws: FileError.self) { try body() }?.code
    }
    #expect(code { _ = try FileSystem.read(folder.file("none")) } == .notFound)
    #expect(code { _ = try FileSystem.read(folder.path) } == .isDirectory)
    #expect(code { _ = try FileSystem.read(folder.file("a/b")) } == .notDirectory)
    #expect(code { _ = try FileSystem.read(folder.file("a"), limit: 2) } == .tooLarge(limit: 2))
    #expect(code { try FileSystem.makeDirectories(folder.file("a/b")) } == .notDirectory)
    #expect(code { try FileSystem.remove(folder.file("none")) } == .notFound)
    #expect(code { try FileSystem.writeAtomically(folder.file("none/a"), []) } == .notFound)
    #expect(try FileSystem.read(folder.file("a"), limit: 3) == [1, 2, 3])
    let error = #expect(throws: FileError.self) { try FileSystem.read("/none/x") }
    #expect(error?.path == "/none/x")
    #expect(error?.operation == "open")
    #expect(error?.message == "no such file or directory")
  }

  @Test(
    "a full disk is told from other errors, and the old file stays",
    .enabled(if: FileSystem.exists("/dev/full")))
  func fullDisk() throws {
    let file = try FileDescriptor.open("/dev/full", O_WRONLY)
    var seen: FileError.Code?
    do throws(FileError) { try file.writeAll([1], path: "/dev/full") } catch { seen = error.code }
    #expect(seen == .noSpace)
  }

  static let modes: [(UInt32, Bool)] = [
    (0o600, true), (0o400, true), (0o700, true), (0o640, false), (0o620, false), (0o610, false),
    (0o604, false), (0o602, false), (0o601, false), (0o644, false), (0o666, false),
  ]

  @Test("a secret that others have any access to is refused with its mode", arguments: modes)
  func secretModes(mode: UInt32, isAccepted: Bool) throws {
    let path = folder.file("secret")
    try FileSystem.writeAtomically(path, Array("k".utf8), mode: mode)
    if isAccepted {
      #expect(try FileSystem.readSecret(path) == Array("k".utf8))
    } else {
      let error = #expect(throws: FileError.self) { try FileSystem.readSecret(path) }
      #expect(error?.code == .looseMode(mode))
    }
  }

  @Test("a secret is a regular file of one's own")
  func secretKinds() throws {
    #expect(throws: FileError(.isDirectory, path: folder.path, operation: "read")) {
      try FileSystem.readSecret(folder.path)
    }
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(throws: FileError(.notRegular, path: pipe, operation: "read")) {
      try FileSystem.readSecret(pipe)
    }
    // Only root can give a file away, and whoever is not root does not own this one.
    let foreign = geteuid() == 0 ? folder.file("foreign") : "/etc/passwd"
    if geteuid() == 0 {
      try FileSystem.writeAtomically(foreign, [])
      #expect(chown(foreign, 12_345, 12_345) == 0)
    }
    let error = #expect(throws: FileError.self) { try FileSystem.readSecret(foreign) }
    #expect(error?.code == .foreignOwner(geteuid() == 0 ? 12_345 : 0))
  }

  @Test("directories are made down to the last, private, and again without harm")
  func directories() throws {
    let deep = folder.file("a/b//c/")
    try FileSystem.makeDirectories(deep)
    try FileSystem.makeDirectories(deep)
    #expect(FileSystem.isDirectory(folder.file("a/b/c")))
    #expect(try FileSystem.status(folder.file("a/b")).mode == 0o700)
    #expect(!FileSystem.isDirectory(folder.file("x")))
    #expect(!FileSystem.exists(folder.file("x")))
  }

  static let paths: [(String, String, String)] = [
    ("/a/b", "/a", "b"), ("/a/b/", "/a", "b"), ("/a", "/", "a"), ("/", "/", ""), ("a", ".", "a"),
    ("a/b", "a", "b"), ("//a//b", "//a", "b"),
  ]

  @Test("paths are taken apart", arguments: paths)
  func takesApart(path: String, directory: String, name: String) {
    #expect(FileSystem.directory(of: path) == directory)
    #expect(FileSystem.name(of: path) == name)
  }

  @Test("absolute paths do not depend on the working directory")
  func absolute() {
    #expect(FileSystem.absolutePath("/a/./b//c/") == "/a/b/c")
    #expect(FileSystem.absolutePath("/a/../b") == "/a/../b")
    #expect(FileSystem.absolutePath("x") == FileSystem.joined(FileSystem.workingDirectory(), "x"))
    #expect(FileSystem.absolutePath(".") == FileSystem.workingDirectory())
  }

  @Test("a lock keeps others out until its holder lets go")
  func locks() throws {
    let path = folder.file("lock")
    do {
      let held = try FileLock(path: path, timeoutMilliseconds: 0)
      let error = #expect(throws: FileError.self) {
        _ = try FileLock(path: path, timeoutMilliseconds: 20)
      }
      #expect(error?.code == .locked)
      _ = consume held
    }
    // A child that another test is just starting may share the descriptor until it executes.
    _ = try FileLock(path: path, timeoutMilliseconds: 5_000)
    #expect(try FileSystem.status(path).mode == 0o600)
  }

  @Test("a lock is waited for")
  func waitsForLock() throws {
    let path = folder.file("lock")
    let isHeld = WaitCondition(false)
    let thread = try OSThread(name: "holder") {
      let held = try? FileLock(path: path, timeoutMilliseconds: 0)
      isHeld.broadcast { $0 = true }
      SystemTime.sleep(milliseconds: 30)
      _ = consume held
    }
    _ = isHeld.wait { $0 ? true : nil }
    _ = try FileLock(path: path, timeoutMilliseconds: 5_000)
    thread.join()
  }

  @Test("a descriptor is closed at the end of its life, unless it was handed on")
  func descriptors() throws {
    func isOpen(_ raw: Int32) -> Bool { fcntl(raw, F_GETFD) >= 0 }
    let number: Int32
    do {
      let file = try FileDescriptor.open("/dev/null", O_RDONLY)
      number = file.release()
    }
    #expect(isOpen(number))
    #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
    #expect(FileDescriptor(owning: number).close() == 0)
  }
}
