import Calls
import Configuration
import Credentials
import Fallback
import Platform
import Queue
import SQLiteQueue
import Synchronization
import Testing
import Worker

/// A store that counts what it is asked.
final class CountingStore: QueueStore {
  struct Counts: Equatable {
    var writes = 0
    var epochs = 0
    var otherReads = 0
  }

  private let inner: any QueueStore
  private let state = Mutex(Counts())

  init(_ inner: any QueueStore) { self.inner = inner }

  var counts: Counts { state.withLock(\.self) }

  private func wrote() { state.withLock { $0.writes += 1 } }
  private func read() { state.withLock { $0.otherReads += 1 } }

  func transact(_ operations: [Operation]) throws(StoreError) -> [OperationResult] {
    wrote()
    return try inner.transact(operations)
  }
  func submit(
    _ operations: [Operation], patience: Milliseconds,
    completion: @escaping @Sendable (Result<[OperationResult], StoreError>) -> Void
  ) {
    wrote()
    inner.submit(operations, patience: patience, completion: completion)
  }
  func submitLazily(_ operations: [Operation]) {
    wrote()
    inner.submitLazily(operations)
  }
  func transactAtOnce(_ operations: [Operation]) throws(StoreError) -> [OperationResult]? {
    wrote()
    return try inner.transactAtOnce(operations)
  }
  func flush() { inner.flush() }
  func watch(_ body: @escaping @Sendable (StoreSignal) -> Void) -> (any StoreWatch)? {
    inner.watch(body)
  }
  func looksClaimable(_ request: ClaimRequest) throws(StoreError) -> Bool {
    try inner.looksClaimable(request)
  }
  func cancelRequests(of worker: WorkerIdentity) throws(StoreError) -> [LeaseKey] {
    try inner.cancelRequests(of: worker)
  }
  func plans() throws(StoreError) -> [String] { try inner.plans() }
  func lateResults(of id: JobID) throws(StoreError) -> [LateResult] {
    try inner.lateResults(of: id)
  }
  func close() { inner.close() }
  func job(_ id: JobID) throws(StoreError) -> JobRecord? { try inner.job(id) }
  func jobs(matching filter: JobFilter) throws(StoreError) -> [JobRecord] {
    try inner.jobs(matching: filter)
  }
  func attempts(of id: JobID) throws(StoreError) -> [AttemptRecord] { try inner.attempts(of: id) }
  func input(of id: JobID) throws(StoreError) -> JobInput? { try inner.input(of: id) }
  func definition(hash: String) throws(StoreError) -> StoredDefinition? {
    try inner.definition(hash: hash)
  }
  func options(of id: JobID) throws(StoreError) -> [UInt8]? { try inner.options(of: id) }
  func marks() throws(StoreError) -> [Mark] {
    read()
    return try inner.marks()
  }
  func poolUses() throws(StoreError) -> [PoolUse] {
    read()
    return try inner.poolUses()
  }
  func adaptations() throws(StoreError) -> [Adaptation] {
    read()
    return try inner.adaptations()
  }
  func statistics() throws(StoreError) -> QueueStatistics { try inner.statistics() }
  func healthEpoch() throws(StoreError) -> Int64 {
    state.withLock { $0.epochs += 1 }
    return try inner.healthEpoch()
  }
  func openJobs(queues: [String]?) throws(StoreError) -> (ready: Int, running: Int) {
    try inner.openJobs(queues: queues)
  }
  func progress(of id: JobID) throws(StoreError) -> JobProgress? { try inner.progress(of: id) }
  func reusableJob(_ key: String) throws(StoreError) -> JobID? { try inner.reusableJob(key) }
  func lessons() throws(StoreError) -> [ModelLesson] { try inner.lessons() }
  func nextDueTime(queues: [String]?) throws(StoreError) -> Milliseconds? {
    try inner.nextDueTime(queues: queues)
  }
  func expired(
    _ retention: Retention, after position: HistoryPosition?, limit: Int
  ) throws(StoreError) -> ExpiredPage {
    try inner.expired(retention, after: position, limit: limit)
  }
  func leftovers() throws(StoreError) -> Leftovers { try inner.leftovers() }
  func eventCursor(_ start: EventStart) throws(StoreError) -> EventCursor {
    try inner.eventCursor(start)
  }
  func events(after cursor: EventCursor) throws(StoreError) -> EventPage {
    try inner.events(after: cursor)
  }
}

@Suite("The healthy path")
struct HealthyPathTests {
  @Test(
    "a hundred healthy calls write nothing and read one number each",
    arguments: ["fill_first", "random"])
  func quiet(strategy: String) throws {
    let commits = Mutex(0)
    let world = try HealthWorld(strategy: strategy) { commits.withLock { $0 += 1 } }
    defer { world.remove() }
    let (engine, store) = (world.engine, world.store)
    let route = engine.route(to: "p")
    let order = AcquireOrder(route: 0)
    for _ in 0..<100 {
      let now = engine.clock.now()
      guard
        case .acquired(_, let acquisition)? = engine.pools.acquireAtOnce(
          order, route: route, now: now)
      else {
        Issue.record("a healthy key is not chosen from memory")
        return
      }
      let keys = markKeys(of: acquisition, route: route)
      engine.pools.apply([.succeeded(keys: keys, sentAt: now)], job: 1, now: now + 1)
    }
    world.queue.flush()
    #expect(commits.withLock(\.self) == 0)
    #expect(store.counts == .init(writes: 0, epochs: 100, otherReads: 3))
  }

  @Test("a walk over refused keys reads the marks once: what it has marked itself is no news")
  func refused() throws {
    // Where this thread is held up for 25 ms the writer thread stores a mark by itself, which is news.
    var reads: [Int] = []
    while reads.last != 3, reads.count < 10 { reads.append(try readsOfWalk()) }
    #expect(reads.last == 3, "\(reads)")
  }

  /// - Returns: How many reads beside those of epochs a walk over three refused keys took; 0: it came
  ///   to no end.
  private func readsOfWalk() throws -> Int {
    let world = try HealthWorld()
    defer { world.remove() }
    let route = world.engine.route(to: "p")
    let pools = world.engine.pools
    var asked: [String] = []
    for _ in 0..<3 {
      let now = world.engine.clock.now()
      let look = pools.lookAtOnce(AcquireOrder(route: 0), route: route, waited: [:], now: now)
      guard case .event(.acquired(_, let acquisition), _)? = look,
        let credential = acquisition.credential
      else { return 0 }
      asked.append(credential.id)
      let key = MarkKey(scope: .credential, provider: "p", credential: credential.id)
      let note = FailureNote(
        key: key, class: .rateLimit, status: 429, hintUntil: nil, sentAt: now,
        fingerprint: credential.fingerprint, isTerminal: false, needsConfirmation: false)
      let use = RouteUse(route: route, acquisition: acquisition)
      pools.apply([.failed(note)], job: 1, now: now)
      pools.learn(.refused, of: use, now: now)
      pools.release(use)
    }
    #expect(Set(asked).count == 3)
    let reads = world.store.counts.otherReads
    // The database has come to know the same.
    world.queue.flush()
    #expect(try Set(world.queue.marks().map(\.key.credential)) == Set(asked))
    return reads
  }
}

/// A provider with three keys, over a real database.
private struct HealthWorld {
  let folder: String
  let queue: SQLiteQueue
  let store: CountingStore
  let engine: Engine

  init(
    strategy: String = "fill_first", onCommit: @escaping @Sendable () -> Void = {}
  ) throws {
    folder = "/tmp/auxq-healthy-\(SHA256.hexText(Random.bytes(8)))"
    try FileSystem.makeDirectories(folder)
    queue = try SQLiteQueue.open(
      path: folder + "/queue.db", mode: .create, onCommit: { _ in onCommit() })
    store = CountingStore(queue)
    let config = """
      { main: { provider: "p", model: "m" },
        providers: { p: { base_url: "http://127.0.0.1:9/v1", key_env: ["A", "B", "C"],
                          strategy: "\(strategy)" } } }
      """
    engine = Engine(
      settings: Settings.parse(Array(config.utf8), path: "config.json").settings,
      environment: ["A": "sk-aaa", "B": "sk-bbb", "C": "sk-ccc"], store: store,
      parseOrigin: { _ in nil })
  }

  /// Every name that the database made goes with the folder.
  func remove() {
    queue.close()
    for name in (try? FileSystem.listDirectory(folder)) ?? [] {
      try? FileSystem.remove("\(folder)/\(name)")
    }
    try? FileSystem.remove(folder)
  }
}
