import Fallback
import JSONText
package import Platform
import Spelling

extension Settings {
  /// Reads config.json. All problems are found in one go.
  ///
  /// - Parameters:
  ///   - bytes: The file, JSON5.
  ///   - path: Its path, for messages and for relative paths in it.
  ///   - environment: For `<PROVIDER>_BASE_URL` and the home directory.
  ///   - kinds: Names of the kinds of job, where they are known: others get a warning.
  /// - Returns: The settings and the problems.
  package static func parse(
    _ bytes: [UInt8], path: String, environment: [String: String] = [:], kinds: [String]? = nil
  ) -> ParsedSettings {
    let reader = SettingsReader(
      path: path, bytes: bytes, environment: environment,
      home: FileSystem.homeDirectory(environment))
    do throws(JSONError) {
      let root = try JSONNode.parse(bytes, as: .json5)
      let settings = reader.settings(root, kinds: kinds)
      return ParsedSettings(settings: settings, problems: reader.problems)
    } catch {
      reader.report(.syntax, at: error.offset..<error.offset, "", error.code.phrase)
      return ParsedSettings(settings: Settings(), problems: reader.problems)
    }
  }

  /// Reads the file of these paths. One that is not there counts as empty, unless the user named it.
  ///
  /// - Parameters:
  ///   - paths: Where.
  ///   - environment: See `parse`.
  ///   - kinds: See `parse`.
  /// - Returns: The settings and the problems.
  /// - Throws: `FileError` when it cannot be read.
  package static func load(
    _ paths: Paths, environment: [String: String], kinds: [String]? = nil
  ) throws(FileError) -> ParsedSettings {
    do throws(FileError) {
      let bytes = try FileSystem.read(paths.config, limit: 4 << 20)
      return parse(bytes, path: paths.config, environment: environment, kinds: kinds)
    } catch {
      guard error.code == .notFound, !paths.isConfigNamed else { throw error }
      return ParsedSettings(settings: Settings(), problems: [])
    }
  }
}

extension SettingsReader {
  private static let rootKeys = [
    "main", "chain", "discover", "last_resort", "providers", "tasks", "retry", "health", "queue",
    "queues", "limits", "ca_file",
  ]

  fileprivate func settings(_ root: JSONNode, kinds: [String]?) -> Settings {
    var settings = Settings()
    for duplicate in root.duplicateKeys {
      report(
        .duplicateKey, at: duplicate.range,
        JSONPointer.appending(duplicate.key, to: duplicate.pointer),
        "the key \(shown(duplicate.key)) stands here twice")
    }
    guard let section = section(Located(node: root, pointer: ""), keys: Self.rootKeys) else {
      return settings
    }
    // First the providers: everything else names them.
    settings.providers = providers(section)
    let main = section.value("main").flatMap { reference($0, in: section) }
    settings.main = main
    settings.chain = references("chain", section)
    settings.discover = section.bool("discover")
    settings.lastResort = section.choice("last_resort", Settings.LastResort.self) ?? .unconfigured
    settings.tasks = tasks(section, kinds: kinds)
    settings.certificateFile = certificateFile(section)
    readNumbers(section, into: &settings)
    checkReferences(section, settings)
    return settings
  }

  /// A provider's name, or an object of provider and model.
  private func reference(_ value: Located, in section: Section) -> RouteReference? {
    if value.node.string != nil {
      return section.text(value).map { RouteReference(provider: $0) }
    }
    guard value.node.members != nil else {
      reportType(value, expected: "a provider's name or an object with provider and model")
      return nil
    }
    guard let entry = self.section(value, keys: ["provider", "model"]) else { return nil }
    let model = entry.string("model")
    guard entry.value("provider") != nil else {
      report(.missing, value, "provider is missing")
      return nil
    }
    return entry.string("provider").map { RouteReference(provider: $0, model: model) }
  }

  private func references(_ key: String, _ section: Section) -> [RouteReference] {
    (section.list(key) ?? []).compactMap { reference($0, in: section) }
  }

  private func tasks(_ section: Section, kinds: [String]?) -> [String: TaskSettings] {
    var tasks: [String: TaskSettings] = [:]
    for entry in section.section("tasks", keys: nil)?.entries ?? [] {
      let name = entry.key == "summarize" ? "summarise" : entry.key
      if let kinds, !kinds.contains(name) {
        report(
          .unknownKind, at: entry.keyRange, entry.value.pointer,
          "there is no kind of job named \(shown(name))",
          suggestion: Spelling.closest(to: name, among: kinds), severity: .warning)
      }
      if tasks[name] != nil {
        report(
          .duplicateKey, at: entry.keyRange, entry.value.pointer, "this kind stands here twice")
      }
      tasks[name] = task(entry.value)
    }
    return tasks
  }

  private func task(_ value: Located) -> TaskSettings {
    var task = TaskSettings()
    let keys = ["provider", "model", "timeout", "fallback_chain", "allow_main_fallback"]
    guard let section = section(value, keys: keys) else { return task }
    task.provider = section.string("provider").flatMap { $0 == "auto" ? nil : $0 }
    task.model = section.string("model")
    task.timeout = section.duration("timeout")
    task.fallbackChain = references("fallback_chain", section)
    task.allowsMainFallback = section.bool("allow_main_fallback")
    return task
  }

  private func readNumbers(_ section: Section, into settings: inout Settings) {
    if let retry = section.section(
      "retry", keys: ["transient", "backoff_base", "backoff_cap", "short_wait"])
    {
      settings.retry.transient ?= retry.int("transient", 0...100)
      settings.retry.backoffBase ?= retry.duration("backoff_base")
      settings.retry.backoffCap ?= retry.duration("backoff_cap")
      settings.retry.shortWait ?= retry.duration("short_wait")
    }
    readHealth(section, into: &settings.health)
    readQueue(section, into: &settings.queue)
    settings.queues = namedQueues(section)
    guard let limits = section.section("limits", keys: ["calls_per_step", "tokens_per_day"]) else {
      return
    }
    settings.limits.callsPerStep ?= limits.int("calls_per_step", 1...1_000_000)
    for entry in limits.section("tokens_per_day", keys: nil)?.entries ?? []
    where !entry.value.node.isNull {
      settings.limits.tokensPerDay[entry.key] = limits.int(entry.value, 0 ... .max)
    }
  }

  private func readHealth(_ section: Section, into health: inout HealthSettings) {
    let classes = HealthSettings.defaults.map(\.class)
    guard let values = section.section("health", keys: classes.map(\.rawValue) + ["max"]) else {
      return
    }
    for key in classes { health.durations[key] ?= values.duration(key.rawValue) }
    health.max ?= values.duration("max")
  }

  private func readQueue(_ section: Section, into queue: inout QueueSettings) {
    let keys = ["max_attempts", "backoff", "lease", "park_max", "keep_finished", "keep_dead"]
    guard let values = section.section("queue", keys: keys) else { return }
    queue.maxAttempts ?= values.int("max_attempts", 1...1_000_000)
    queue.backoff ?= values.list("backoff")?.compactMap { values.duration($0) }
    // Shorter, and renewals would fill the disk.
    queue.lease ?= values.duration("lease", atLeast: 100)
    queue.parkMax ?= values.duration("park_max")
    queue.keepFinished ?= values.duration("keep_finished")
    queue.keepDead ?= values.duration("keep_dead")
  }

  private func namedQueues(_ section: Section) -> [String: NamedQueueSettings] {
    var queues: [String: NamedQueueSettings] = [:]
    for entry in section.section("queues", keys: nil)?.entries ?? [] where !entry.value.node.isNull
    {
      guard let values = self.section(entry.value, keys: ["concurrency"]) else { continue }
      var queue = NamedQueueSettings()
      queue.concurrency = values.int("concurrency", 1...1_000_000)
      queues[entry.key] = queue
    }
    return queues
  }
}

infix operator ?= : AssignmentPrecedence

/// Assigns what is there; nil leaves the old value.
private func ?= <Value>(target: inout Value, value: Value?) {
  if let value { target = value }
}

private func ?= <Value>(target: inout Value?, value: Value?) {
  if let value { target = value }
}
