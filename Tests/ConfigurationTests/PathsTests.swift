import Configuration
import Platform
import Testing

@Suite("Paths")
struct PathsTests {
  @Test("AUXQ_HOME holds everything")
  func home() {
    let paths = Paths(environment: [
      "AUXQ_HOME": "/q", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "XDG_RUNTIME_DIR": "/r",
      "TMPDIR": "/t",
    ])
    #expect(paths.config == "/q/config.json")
    #expect(paths.database == "/q/queue.db")
    #expect(paths.authFile == "/q/auth.json")
    #expect(paths.jobsFolder == "/q/jobs")
    #expect(paths.runtimeFolder == "/t/auxq-\(SHA256.hex("/q/queue.db").prefix(16))")
    #expect(!paths.isConfigNamed)
  }

  @Test("without it the folders of the desktop are used")
  func desktop() {
    let named = Paths(environment: [
      "HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d/", "XDG_RUNTIME_DIR": "/r",
    ])
    #expect(named.config == "/c/auxq/config.json")
    #expect(named.jobsFolder == "/c/auxq/jobs")
    #expect(named.database == "/d/auxq/queue.db")
    #expect(named.authFile == "/d/auxq/auth.json")
    #expect(named.runtimeFolder == "/r/auxq")
    let bare = Paths(environment: ["HOME": "/h", "XDG_CONFIG_HOME": "relative", "AUXQ_HOME": ""])
    #expect(bare.config == "/h/.config/auxq/config.json")
    #expect(bare.database == "/h/.local/share/auxq/queue.db")
    #expect(bare.runtimeFolder.hasPrefix("/tmp/auxq-"))
  }

  @Test("variables override one file each, flags override variables")
  func overrides() {
    let environment = [
      "AUXQ_HOME": "/q", "AUXQ_CONFIG": "/x/c.json", "AUXQ_DATABASE": "/x/db",
      "AUXQ_AUTH_FILE": "/x/auth",
    ]
    let paths = Paths(environment: environment)
    #expect(paths.config == "/x/c.json" && paths.isConfigNamed)
    #expect(paths.database == "/x/db" && paths.authFile == "/x/auth")
    #expect(paths.jobsFolder == "/q/jobs")
    let flags = Paths(environment: environment, config: "c", database: "/f/db")
    #expect(flags.config == FileSystem.absolutePath("c") && flags.isConfigNamed)
    #expect(flags.database == "/f/db")
    #expect(flags.runtimeFolder != paths.runtimeFolder)
  }

  @Test("the path of a socket stays within what the system takes")
  func socketLength() {
    let deep = "/" + String(repeating: "d", count: 200)
    #expect(Paths(environment: ["AUXQ_HOME": deep]).runtimeFolder.utf8.count < 40)
  }

  @Test("a missing file is empty settings, unless somebody named it")
  func missingFile() throws {
    let folder = "/tmp/auxq-none-\(Random.uint64())"
    let environment = ["AUXQ_HOME": folder]
    let parsed = try Settings.load(Paths(environment: environment), environment: environment)
    #expect(parsed.settings == Settings() && parsed.problems.isEmpty)
    let error = #expect(throws: FileError.self) {
      try Settings.load(
        Paths(environment: environment, config: "\(folder)/c.json"), environment: environment)
    }
    #expect(error?.code == .notFound)
  }
}
