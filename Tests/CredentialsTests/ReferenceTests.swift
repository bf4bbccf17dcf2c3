import Credentials
import Fallback
import Glibc
import Platform
import Testing

@Suite("Entries that point elsewhere")
struct ReferenceTests {
  private let keys = ProviderKeys(
    provider: "p", variables: ["P_KEY"], needsKey: true, baseURL: "https://p.example/v1")

  @Test("a file, a command and a variable give their keys under the entry's own id and label")
  func sources() throws {
    let folder = try Folder()
    let path = try folder.write("sk-file-000001\n", to: "key")
    let world = try PoolWorld(
      auth: """
        {"credential_pool": {"p": [
          {"id": "f", "label": "file", "source": "file:\(path)"},
          {"id": "c", "label": "command", "source": "command:printf 'sk-cmd-%s' 000001"},
          {"id": "v", "label": "variable", "source": "env:OTHER"},
          {"id": "n", "label": "none", "source": "file:\(path).none"},
          {"id": "x", "label": "odd", "source": "claude_code"}]}}
        """, environment: ["OTHER": "sk-env-000001", "PATH": "/usr/bin:/bin"], providers: [keys])
    #expect(world.ids("p") == ["f", "c", "v"])
    #expect(world.header("p") == "sk-file-000001")
    let rows = world.rows("p")
    #expect(rows.map(\.credential.label) == ["file", "command", "variable", "none", "odd"])
    #expect(rows[3].problem?.code == .fileUnreadable)
    #expect(rows.map(\.place).count { $0 != nil } == 5)
  }

  @Test("a key file that others can read is refused")
  func openFile() throws {
    let folder = try Folder()
    let path = try folder.write("sk-file-000001\n", to: "key", mode: 0o644)
    let world = try PoolWorld(
      auth: #"{"credential_pool":{"p":[{"id":"f","source":"file:\#(path)"}]}}"#, providers: [keys])
    #expect(world.rows("p").first?.problem?.code == .fileOpenToOthers)
  }

  @Test("a command is not run again because another entry changed")
  func once() throws {
    let folder = try Folder()
    let count = "\(folder.path)/count"
    func text(_ extra: String) -> String {
      """
      {"credential_pool": {"p": [{"id": "c", "label": "c",
        "source": "command:echo x >> \(count); echo sk-cmd-000001"}\(extra)]}}
      """
    }
    let world = try PoolWorld(
      auth: text(""), environment: ["PATH": "/usr/bin:/bin"], providers: [keys])
    #expect(world.ids("p") == ["c"])
    try world.folder.write(text(#", {"id": "d", "access_token": "sk-more-00001"}"#))
    #expect(world.acquired("p", at: world.now + 5_000) != nil)
    #expect(world.ids("p") == ["c", "d"])
    #expect(try FileSystem.read(count).count == 2)
  }

  @Test("a login in another program's file is used from there, as it is now")
  func pointer() throws {
    let theirs = try Folder()
    func login(_ token: String) -> String {
      """
      {"providers": {"nous": {"access_token": "\(token)", "refresh_token": "r", "expires_at": 2000000000}}}
      """
    }
    let path = try theirs.write(login("token-one"))
    let nous = ProviderKeys(provider: "nous", needsKey: true, baseURL: "https://n.example/v1")
    let world = try PoolWorld(
      auth:
        #"{"credential_pool":{"nous":[{"id":"me","label":"mine","source":"hermes:\#(path)"}]}}"#,
      providers: [nous])
    #expect(world.header("nous") == "token-one")
    let row = try #require(world.rows("nous").first)
    #expect(row.credential.id == "me" && row.isOAuth && row.owner == path)
    #expect(row.place == .entry(pool: "nous", index: 0))
    try theirs.write(login("token-two"))
    #expect(world.acquired("nous", at: world.now + 5_000) != nil)
    #expect(world.header("nous") == "token-two")
    try FileSystem.remove(path)
    #expect(world.acquired("nous", at: world.now + 10_000) == nil)
    #expect(world.rows("nous").first?.problem != nil)
  }

  @Test("sources that were removed are not found again, unless the configuration names them")
  func suppressed() throws {
    let text = #"{"suppressed_sources": {"p": ["env:P_KEY"]}}"#
    let environment = ["P_KEY": "sk-env-000001"]
    let found = try PoolWorld(auth: text, environment: environment, providers: [keys])
    #expect(found.ids("p").isEmpty)
    var named = keys
    named.isConfigured = true
    let configured = try PoolWorld(auth: text, environment: environment, providers: [named])
    #expect(configured.ids("p").count == 1)
  }

  @Test("an entry without an id is known by its key, whatever it is called")
  func identity() throws {
    func id(_ label: String) throws -> String? {
      try PoolWorld(
        auth: #"{"credential_pool":{"p":[{"label":"\#(label)","access_token":"sk-000001"}]}}"#,
        providers: [keys]
      ).ids("p").first
    }
    #expect(try id("one") == id("two"))
  }

  @Test("a mark on a key that was replaced or removed says nothing any more")
  func staleMarks() throws {
    let world = try PoolWorld(
      auth: #"{"credential_pool":{"p":[{"id":"a","access_token":"sk-000001"}]}}"#, providers: [keys]
    )
    let note = world.note("p", "a")
    var mark = Mark(
      key: note.key, class: .auth, until: world.now + 1, markedAt: world.now,
      fingerprint: note.fingerprint)
    #expect(world.pools.isCurrent(mark))
    mark.fingerprint = "another"
    #expect(!world.pools.isCurrent(mark))
    mark.key.credential = "gone"
    #expect(!world.pools.isCurrent(mark))
  }
}
