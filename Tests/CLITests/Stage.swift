import CLI
import Fallback
import Glibc
import Platform
import Queue
import SQLiteQueue
import Synchronization

/// A place for commands to run in: a folder of its own, streams that are kept, a clock that only
/// moves when somebody waits.
final class Stage: Sendable {
  struct Result: Sendable {
    var code: ExitCode
    var output: String
    var errors: String
    var lines: [String] { output.split(separator: "\n").map { String($0) } }
  }

  struct State: Sendable {
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var clock: Milliseconds = Samples.start
    var answers: [String] = []
    var secrets: [HiddenInput.Ending] = []
    var opened: [StoreAccess] = []
    var writeResult = WriteResult.written
    var terminal = Terminal(input: false, output: false, errors: false)
    var environment: [String: String] = [:]
    var run: RunOptions?
    var work: WorkOptions?
    var chain: ChainOptions?
    var credentials: [CredentialFinding] = []
    var sqlite = "3.51.3"
    var openFailure: StoreError?
  }

  let folder: String
  let store: FakeStore
  private let state: Holder
  /// Opens a real queue in the folder instead of the fake.
  private let isReal: Bool
  /// Called with each pause, before the clock moves.
  private let onPause: @Sendable (FakeStore, Milliseconds) -> ExitCode?

  private final class Holder: Sendable {
    let value = Mutex(State())
  }

  init(
    isReal: Bool = false,
    onPause: @escaping @Sendable (FakeStore, Milliseconds) -> ExitCode? = { _, _ in nil }
  ) {
    self.isReal = isReal
    let holder = Holder()
    state = holder
    self.onPause = onPause
    store = FakeStore { holder.value.withLock { $0.clock } }
    folder = "\(Environment.atStart["TMPDIR"] ?? "/tmp")/auxq-cli-\(Random.uint64())"
    try? FileSystem.makeDirectories(folder)
  }

  deinit { Stage.removeAll(folder) }

  private static func removeAll(_ path: String) {
    if FileSystem.isDirectory(path) {
      for name in (try? FileSystem.listDirectory(path)) ?? [] {
        removeAll(FileSystem.joined(path, name))
      }
    }
    try? FileSystem.remove(path)
  }

  func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
    state.value.withLock { body(&$0) }
  }

  var current: State { change { $0 } }

  func path(_ name: String) -> String { FileSystem.joined(folder, name) }

  @discardableResult
  func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
    try FileSystem.makeDirectories(FileSystem.directory(of: path(name)))
    try FileSystem.writeAtomically(path(name), Array(text.utf8), mode: mode)
    return path(name)
  }

  func read(_ name: String) throws -> String {
    String(decoding: try FileSystem.read(path(name)), as: UTF8.self)
  }

  func run(_ arguments: String..., input: String = "") -> Result {
    run(arguments, input: input)
  }

  func run(_ arguments: [String], input: String = "") -> Result {
    change { ($0.output, $0.errors) = ([], []) }
    let code = program(arguments, input: Array(input.utf8)).perform()
    let end = current
    return Result(
      code: code, output: String(decoding: end.output, as: UTF8.self),
      errors: String(decoding: end.errors, as: UTF8.self))
  }

  private func program(_ arguments: [String], input: [UInt8]) -> Program {
    let (holder, store, onPause, now, isReal) = (state, store, onPause, current, isReal)
    var environment = now.environment
    environment["AUXQ_HOME"] = folder
    return Program(
      arguments: arguments, environment: environment, terminal: now.terminal,
      versions: Versions(auxq: "0.1.0", sqlite: now.sqlite, curl: "7.88.1"),
      readInput: { _ in input },
      writeOutput: { bytes in
        holder.value.withLock { state in
          if state.writeResult == .written { state.output += bytes }
          return state.writeResult
        }
      },
      writeErrors: { bytes in
        holder.value.withLock { $0.errors += bytes }
        return .written
      },
      readAnswer: { holder.value.withLock { $0.answers.isEmpty ? nil : $0.answers.removeFirst() } },
      readSecret: { _ in
        holder.value.withLock { $0.secrets.isEmpty ? .end : $0.secrets.removeFirst() }
      },
      now: { holder.value.withLock { $0.clock } },
      pause: { span in
        if let signal = onPause(store, span) { return signal }
        holder.value.withLock { $0.clock += span }
        return nil
      },
      openStore: { (path, access, _, onMigration) throws(StoreError) in
        if let failure = holder.value.withLock({ $0.openFailure }) { throw failure }
        holder.value.withLock { $0.opened.append(access) }
        if isReal {
          return try SQLiteQueue.open(
            path: path, mode: access == .read ? .readOnly : .create, onMigration: onMigration)
        }
        try? FileSystem.writeAtomically(path, [])
        return store
      }, upkeep: SQLiteUpkeep(),
      readTrace: { _, _ in (Samples.story.calls, Samples.story.skips) },
      run: { (options, session) throws(Complaint) in
        holder.value.withLock { $0.run = options }
        return .success
      },
      work: { (options, session) throws(Complaint) in
        holder.value.withLock { $0.work = options }
        return .success
      },
      chain: { (options, session) throws(Complaint) in
        holder.value.withLock { $0.chain = options }
        return .success
      },
      renewCredentials: { (_) throws(Complaint) in .success },
      login: { (_) throws(Complaint) in .success },
      inspectCredentials: { session throws(Complaint) in
        holder.value.withLock { $0.credentials }
      })
  }
}
