import Credentials
import Fallback
import Glibc
import JSONText
import Platform
import Testing

@Suite("Rewriting auth.json")
struct AuthDocumentTests {
  static let hermes = """
    {
      "version": 1,
      "providers": {
        "nous": {
          "access_token": "tok-\\ud83d\\ude00",
          "odd": [1.50, 1e3, "\\ud800"]
        }
      },
      "unknown": {"kept": true},
      "credential_pool": {
        "openrouter": [
          {
            "id": "aaaaaa",
            "label": "one",
            "access_token": "sk-or-one",
            "priority": 0,
            "last_status": null,
            "mine": {"x": [1, 2]}
          },
          7,
          {
            "id": "bbbbbb",
            "access_token": "sk-or-two",
            "priority": 1
          }
        ],
        "zai": []
      },
      "updated_at": "2026-01-01T00:00:00+00:00"
    }

    """

  private func changed(
    _ text: String, _ change: (inout AuthDocument) throws(AuthFileError) -> Void
  ) throws -> String {
    let folder = try Folder()
    let path = try folder.write(text)
    let lock = try AuthLock(path, waitMilliseconds: 0)
    try AuthDocument.update(under: lock, now: 1_795_341_600_000, change)
    return String(decoding: try FileSystem.readSecret(path), as: UTF8.self)
  }

  @Test("D12: only what is changed is changed: every other byte of a hermes file stays")
  func untouched() throws {
    let after = try changed(Self.hermes) { document throws(AuthFileError) in
      let place = AuthDocument.Place.entry(pool: "openrouter", index: 2)
      try document.set([JSONPair("access_token", "sk-or-new")], in: place)
    }
    let expected = Self.hermes.replacing("sk-or-two", with: "sk-or-new")
      .replacing("2026-01-01T00:00:00+00:00", with: "2026-11-22T10:00:00.000Z")
    #expect(after == expected)
  }

  @Test("fields are set, added at the end and removed, in entries and logins")
  func fields() throws {
    let after = try changed(Self.hermes) { document throws(AuthFileError) in
      guard let place = document.place(of: "aaaaaa", in: "openrouter") else { return }
      try document.set([JSONPair("label", "uno"), JSONPair("note", ["a": 1])], in: place)
      try document.remove(["mine", "none"], from: place)
      try document.set([JSONPair("refresh_token", "r1")], in: .login("nous"))
      try document.set([JSONPair("access_token", "x")], in: .login("other"))
    }
    let root = try JSONNode.parse(after)
    let entry = try #require(root["credential_pool"]?["openrouter"]?.elements?.first)
    #expect(
      entry.members?.map(\.key)
        == ["id", "label", "access_token", "priority", "last_status", "note"])
    #expect(entry["label"]?.string == "uno" && entry["note"]?["a"]?.int == 1)
    #expect(root["providers"]?["nous"]?["refresh_token"]?.string == "r1")
    #expect(root["providers"]?["other"]?["access_token"]?.string == "x")
    #expect(after.contains("\"odd\": [1.50, 1e3, \"\\ud800\"]"))
    #expect(
      root.members?.map(\.key)
        == ["version", "providers", "unknown", "credential_pool", "updated_at"])
  }

  @Test("a new entry gets the next priority; removing numbers the rest anew and keeps odd elements")
  func membership() throws {
    let after = try changed(Self.hermes) { document throws(AuthFileError) in
      for pool in ["openrouter", "zai", "new"] {
        try document.add([JSONPair("id", "cccccc"), JSONPair("label", "x")], to: pool)
      }
      try document.removeEntries([0], from: "openrouter")
    }
    let pools = try #require(try JSONNode.parse(after)["credential_pool"])
    let entries = try #require(pools["openrouter"]?.elements)
    #expect(entries.map { $0["id"]?.string } == [nil, "bbbbbb", "cccccc"])
    #expect(entries.map { $0["priority"]?.int } == [nil, 0, 1])
    #expect(entries.first?.int == 7)
    #expect(pools["zai"]?.elements?.first?["priority"]?.int == 0)
    #expect(pools["new"]?.elements?.count == 1)
  }

  @Test(
    "a file that is not there, or is empty, is made with what is added",
    arguments: [nil, "", " \n"])
  func blank(text: String?) throws {
    let folder = try Folder()
    let path = "\(folder.path)/auth.json"
    if let text { try folder.write(text) }
    let lock = try AuthLock(path, waitMilliseconds: 0)
    try AuthDocument.update(under: lock, now: 1) { document throws(AuthFileError) in
      try document.add([JSONPair("id", "a")], to: "p")
    }
    let root = try JSONNode.parse(try FileSystem.readSecret(path))
    #expect(root["version"]?.int == 1)
    #expect(root["credential_pool"]?["p"]?.elements?.first?["id"]?.string == "a")
    #expect(try FileSystem.status(path).mode == 0o600)
  }

  @Test("D9: nothing is written when nothing changed")
  func idle() throws {
    let folder = try Folder()
    let path = try folder.write(Self.hermes)
    let before = try FileSystem.status(path)
    let lock = try AuthLock(path, waitMilliseconds: 0)
    try AuthDocument.update(under: lock, now: 1) { document throws(AuthFileError) in
      try document.set(
        [JSONPair("access_token", "sk-or-two")], in: .entry(pool: "openrouter", index: 2))
      try document.remove(["none"], from: .login("nous"))
    }
    #expect(try FileSystem.status(path) == before)
    let none = "\(folder.path)/none/auth.json"
    let other = try AuthLock(none, waitMilliseconds: 0)
    try AuthDocument.update(under: other, now: 1) { document throws(AuthFileError) in
      try document.removeLogin("nous")
    }
    #expect(!FileSystem.exists(none))
  }

  @Test(
    "what cannot be understood as a whole is refused and left as it is",
    arguments: [
      "{\"version\": 1, \"credential_pool\": {\"p\": {}}, \"version\": 2}",
      "{\"credential_pool\": []}", "[1]", "{\"credential_pool\": {\"p\": {}}}",
      "{\"credential_pool\": {\"p\": [], \"p\": []}}", "{\"version\": 2}",
      "{\"version\": \"two\"}", "nonsense",
    ])
  func refused(text: String) throws {
    let folder = try Folder()
    let path = try folder.write(text)
    #expect(throws: AuthFileError.self) {
      let lock = try AuthLock(path, waitMilliseconds: 0)
      try AuthDocument.update(under: lock, now: 1) { document throws(AuthFileError) in
        try document.add([JSONPair("id", "a")], to: "p")
      }
    }
    #expect(String(decoding: try FileSystem.readSecret(path), as: UTF8.self) == text)
    #expect(try FileSystem.listDirectory(folder.path) == ["auth.json", "auth.lock"])
  }

  @Test("a link is followed and stays; a link to nowhere is an error, not an empty file")
  func links() throws {
    let folder = try Folder()
    let other = try Folder()
    let target = try other.write(Self.hermes, to: "real.json")
    let path = "\(folder.path)/auth.json"
    #expect(symlink(target, path) == 0)
    let lock = try AuthLock(path, waitMilliseconds: 0)
    #expect(throws: AuthFileError.self) { _ = try AuthLock(target, waitMilliseconds: 0) }
    try AuthDocument.update(under: lock, now: 1) { document throws(AuthFileError) in
      try document.removeLogin("nous")
    }
    #expect(FileSystem.isSymbolicLink(path))
    #expect(try JSONNode.parse(try FileSystem.readSecret(target))["providers"]?["nous"] == nil)
    try FileSystem.remove(target)
    #expect(throws: AuthFileError.self) { try AuthDocument(path) }
    #expect(throws: AuthFileError.self) { try AuthFile.read(path) }
  }

  @Test("somebody who writes without the lock is not written over: the change is made on top")
  func meanwhile() throws {
    let folder = try Folder()
    let path = try folder.write(Self.hermes)
    let lock = try AuthLock(path, waitMilliseconds: 0)
    var rounds = 0
    try AuthDocument.update(under: lock, now: 1) { document throws(AuthFileError) in
      rounds += 1
      if rounds == 1 { _ = try? folder.write("{\"providers\": {\"theirs\": {}}}") }
      try document.set([JSONPair("ours", true)], in: .login("nous"))
    }
    let root = try JSONNode.parse(try FileSystem.readSecret(path))
    #expect(rounds == 2)
    #expect(root["providers"]?["theirs"] != nil && root["providers"]?["nous"] != nil)
  }

  @Test("leftovers of a writer that was killed go with the next write; other files stay")
  func leftovers() throws {
    let folder = try Folder()
    let path = try folder.write(Self.hermes)
    for name in ["auth.json.123.abc.tmp", "auth.json.tmp.5.f00", "auth.json.corrupt"] {
      try folder.write("x", to: name)
    }
    let lock = try AuthLock(path, waitMilliseconds: 0)
    try AuthDocument.update(under: lock, now: 1) { document throws(AuthFileError) in
      try document.removeLogin("nous")
    }
    #expect(
      try FileSystem.listDirectory(folder.path)
        == ["auth.json", "auth.json.corrupt", "auth.json.tmp.5.f00", "auth.lock"])
  }

  @Test("whether a save would work can be asked before a token is spent")
  func saveable() throws {
    let folder = try Folder()
    let path = try folder.write(Self.hermes)
    let lock = try AuthLock(path, waitMilliseconds: 0)
    try AuthDocument(under: lock).checkSaveable(under: lock)
    #expect(try FileSystem.listDirectory(folder.path) == ["auth.json", "auth.lock"])
    try folder.write("{\"version\": 9}")
    #expect(throws: AuthFileError.newerVersion(path: path, version: "9")) {
      try AuthDocument(under: lock).checkSaveable(under: lock)
    }
  }

  @Test(
    "the second copy of the Nous login is looked for in hermes homes only",
    arguments: [
      (["config.yaml"], "h", "shared/nous_auth.json"), ([], "h", nil),
      (["config.yaml"], "h/profiles/work", "shared/nous_auth.json"),
      ([], ".hermes", "shared/nous_auth.json"),
    ])
  func shared(files: [String], home: String, expected: String?) throws {
    let folder = try Folder()
    let real = try #require(FileSystem.resolvingLinks(folder.path))
    let base = "\(real)/\(home)"
    try FileSystem.makeDirectories(base)
    let root = "\(real)/\(home.split(separator: "/")[0])"
    for name in files { try FileSystem.writeAtomically("\(root)/\(name)", []) }
    let path = SharedLogin.path(besideAuthFile: "\(base)/auth.json", environment: [:])
    #expect(path == expected.map { "\(root)/\($0)" })
    if expected != nil {
      let moved = SharedLogin.path(
        besideAuthFile: "\(base)/auth.json", environment: ["HERMES_SHARED_AUTH_DIR": "/s"])
      #expect(moved == "/s/nous_auth.json")
    }
  }
}
