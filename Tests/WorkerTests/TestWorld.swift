import Calls
import Configuration
import Credentials
import CurlTransport
import Fallback
import Foundation
import Kinds
import Platform
import Queue
import SQLiteQueue
import Worker

/// A queue on disk, the real transports and an engine over a configuration, in a folder of its own.
final class TestWorld: Sendable {
  let folder: String
  let store: SQLiteQueue
  let engine: Engine
  let catalog = KindCatalog(userFolder: nil)

  /// Set for a world that lives in the folder of another.
  private let isGuest: Bool

  /// Makes a world.
  ///
  /// - Parameters:
  ///   - config: Its configuration.
  ///   - environment: Variables.
  ///   - auth: Text of auth.json; nil: there is none.
  ///   - patience: How long calls wait for the first one with a key, in milliseconds.
  ///   - isAlive: Which workers are.
  ///   - onFolder: Told the folder before anything is opened there.
  ///   - host: Another world whose queue and auth.json it shares, as another process does.
  /// - Throws: What keeps the files from being made.
  init(
    config: String, environment: [String: String] = [:], auth: String? = nil,
    patience: Milliseconds = 1_000,
    isAlive: @escaping @Sendable (WorkerIdentity) -> Bool = { _ in true },
    onFolder: (String) -> Void = { _ in }, sharing host: TestWorld? = nil
  ) throws {
    isGuest = host != nil
    folder =
      host?.folder
      ?? FileManager.default.temporaryDirectory.path + "/auxq-worker-\(UUID().uuidString)"
    try FileSystem.makeDirectories(folder)
    onFolder(folder)
    store = try SQLiteQueue.open(
      path: folder + "/queue.db", mode: .create, isAlive: isAlive, sockets: folder + "/bells")
    let parsed = Settings.parse(Array(config.utf8), path: "config.json")
    guard parsed.errors.isEmpty else { throw BadConfig(problems: "\(parsed.errors)") }
    if let auth { try FileSystem.writeAtomically(folder + "/auth.json", Array(auth.utf8)) }
    engine = Engine(
      settings: parsed.settings, environment: environment, store: store,
      auth: try AuthStore(path: folder + "/auth.json"), parseOrigin: { parseOrigin($0) },
      patience: patience, refreshing: CurlBlockingTransport())
  }

  deinit {
    store.close()
    if !isGuest { try? FileManager.default.removeItem(atPath: folder) }
  }

  struct BadConfig: Error { var problems: String }

  func newJob(
    _ kind: String, _ input: String, options: JobOptions = JobOptions(), maxAttempts: Int = 3,
    deadlineAfter: Milliseconds? = nil
  ) throws -> NewJob {
    let definition = try catalog.definition(named: kind)
    return NewJob(
      kind: definition.name, maxAttempts: maxAttempts, deadlineAfter: deadlineAfter,
      input: JobInput(bytes: Array(input.utf8), sha256: SHA256.hex(input)),
      definition: StoredDefinition(
        hash: definition.hash, version: definition.version, snapshot: definition.snapshot),
      mode: options.provider == nil ? .auto : .explicit, options: options.encoded(),
      plan: options.planName(kind: definition.name))
  }

  /// Runs a job through the blocking path, on a thread that may block.
  func runBlocking(_ job: NewJob) async throws -> JobID {
    try await withCheckedThrowingContinuation { continuation in
      let began = try? OSThread(name: "test") { [self] in
        continuation.resume(with: Result { try blockOn(job) })
      }
      if began == nil { continuation.resume(with: Result { try blockOn(job) }) }
    }
  }

  private func blockOn(_ job: NewJob) throws -> JobID {
    let keeper = try LeaseKeeper(store: store, worker: engine.worker, lease: 60_000)
    defer { keeper.stop() }
    let clock = engine.clock
    let sleep: @Sendable (Milliseconds, Cancellation) -> Void = { until, cancellation in
      let condition = WaitCondition(false)
      let ticket = cancellation.add { _ in condition.broadcast { $0 = true } }
      defer { cancellation.remove(ticket) }
      let end = SystemTime.monotonicNanoseconds() + max(0, until - clock.now()) * 1_000_000
      _ = condition.wait(until: end) { $0 ? true : nil }
    }
    let caller = BlockingCaller(transport: CurlBlockingTransport(), sleep: sleep)
    let foreground = ForegroundJob(
      store: store, runner: BlockingRunner(context: engine.context(), caller: caller),
      keeper: keeper, worker: engine.worker, lease: 60_000,
      choices: FirstChoices(context: engine.context(), pools: engine.pools), sleep: sleep)
    let id = try foreground.run(job, cancellation: Cancellation()) { _ in }.id
    store.flush()
    return id
  }

  func enqueue(_ job: NewJob) throws -> JobID {
    guard case .enqueued(let ids)? = try store.transact([.enqueue([job])]).first,
      let id = ids.first?.id
    else { return 0 }
    return id
  }

  /// Lets a worker drain the queue through the async path.
  func drain(
    concurrency: Int = 16, limits: [String: Int] = [:], grace: Milliseconds = 30_000,
    log: @escaping @Sendable (WorkerNote) -> Void = { _ in }
  ) async throws {
    let keeper = try LeaseKeeper(store: store, worker: engine.worker, lease: 60_000)
    let timers = try Timers()
    let transport = CurlAsyncTransport()
    let clock = engine.clock
    let caller = AsyncCaller(
      transport: transport,
      sleep: { until, cancellation in
        let span = max(0, until - clock.now()) * 1_000_000
        await timers.sleep(
          until: SystemTime.monotonicNanoseconds() + span, cancellation: cancellation)
      }, offload: { $0() })
    let context = engine.context()
    let loop = WorkerLoop(
      store: store,
      runner: AsyncRunner(
        context: context, caller: caller, slots: CallSlots(limit: concurrency)),
      keeper: keeper, worker: engine.worker,
      options: WorkerOptions(
        concurrency: concurrency, drains: true, grace: grace, limits: limits),
      alarm: Alarm(timers: timers), stop: StopRequest(),
      gate: PlanGate(context: context, pools: engine.pools),
      choices: FirstChoices(context: context, pools: engine.pools), log: log)
    defer {
      keeper.stop()
      timers.stop()
      transport.shutdown()
    }
    _ = try await loop.run()
    store.flush()
  }

  /// Runs jobs side by side: blocking ones on a thread each, the others in one worker.
  func runAll(_ jobs: [NewJob], isBlocking: Bool) async throws -> [JobID] {
    guard isBlocking else {
      let ids = try jobs.map { try enqueue($0) }
      try await drain(concurrency: jobs.count)
      return ids
    }
    return try await withThrowingTaskGroup(of: JobID.self) { group in
      for job in jobs { group.addTask { try await self.runBlocking(job) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  /// Runs a job through one of the paths.
  func run(_ job: NewJob, isBlocking: Bool) async throws -> JobID {
    if isBlocking { return try await runBlocking(job) }
    let id = try enqueue(job)
    try await drain()
    return id
  }

  /// A provider's credentials as `auth list` shows them.
  func listing(_ provider: String) -> [CredentialListing] {
    engine.pools.listing(engine.route(to: provider), now: engine.clock.now())
  }

  /// What was passed over in a job's attempts.
  func skips(_ id: JobID) throws -> [SkipRecord] {
    try store.attempts(of: id).flatMap { Trace($0.trace)?.ledger().skips ?? [] }
  }

  /// The calls of a job's attempts, read off the stored events.
  func calls(_ id: JobID) throws -> [CallRecord] {
    try store.attempts(of: id).flatMap { Trace($0.trace)?.ledger().calls ?? [] }
  }
}
