import Platform

/// Where the program keeps its files.
package struct Paths: Sendable, Hashable {
  package var config: String
  /// The user named the file, so that it must be there.
  package var isConfigNamed: Bool
  package var database: String
  package var authFile: String
  /// The user's own kinds of job.
  package var jobsFolder: String
  /// Sockets; not made yet, mode 0700.
  package var runtimeFolder: String

  /// Works out the paths; touches no file.
  ///
  /// - Parameters:
  ///   - environment: `AUXQ_*`, `XDG_*`, `HOME`, `TMPDIR`; empty values count as unset, and so do
  ///     relative ones of `XDG_*`, as its specification says.
  ///   - config: `--config`, before all else.
  ///   - database: `--database`, before all else.
  package init(
    environment: [String: String], config: String? = nil, database: String? = nil
  ) {
    let places = Places(environment)
    let namedConfig = config ?? places.value("AUXQ_CONFIG")
    isConfigNamed = namedConfig != nil
    self.config = FileSystem.absolutePath(namedConfig ?? "\(places.configFolder)/config.json")
    self.database = FileSystem.absolutePath(
      database ?? places.value("AUXQ_DATABASE") ?? "\(places.dataFolder)/queue.db")
    authFile = FileSystem.absolutePath(
      places.value("AUXQ_AUTH_FILE") ?? "\(places.dataFolder)/auth.json")
    jobsFolder = FileSystem.absolutePath("\(places.configFolder)/jobs")
    runtimeFolder = places.runtimeFolder(database: self.database)
  }
}

/// The folders that the environment names.
private struct Places {
  let environment: [String: String]
  /// `AUXQ_HOME`.
  let home: String?
  let configFolder: String
  let dataFolder: String

  init(_ environment: [String: String]) {
    self.environment = environment.filter { !$0.value.isEmpty }
    home = self.environment["AUXQ_HOME"]
    let user = FileSystem.homeDirectory(environment) ?? "/"
    func base(_ name: String, _ fallback: String) -> String {
      let folder = environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
      return FileSystem.joined(folder ?? FileSystem.joined(user, fallback), "auxq")
    }
    configFolder = home ?? base("XDG_CONFIG_HOME", ".config")
    dataFolder = home ?? base("XDG_DATA_HOME", ".local/share")
  }

  func value(_ name: String) -> String? { environment[name] }

  /// Short on purpose: the path of a socket may not exceed 107 bytes.
  func runtimeFolder(database: String) -> String {
    if home == nil, let runtime = environment["XDG_RUNTIME_DIR"], runtime.hasPrefix("/") {
      return FileSystem.joined(runtime, "auxq")
    }
    let temporary = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    return FileSystem.joined(temporary, "auxq-\(SHA256.hex(database).prefix(16))")
  }
}
