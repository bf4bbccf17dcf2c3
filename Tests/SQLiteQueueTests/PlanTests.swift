import Fallback
import Queue
import SQLiteQueue
import StoreConformance
import Testing

@Suite("How SQLite carries out what we ask")
struct PlanTests {
  /// Small by nature: as long as there are workers, running jobs, queues or marks.
  private let smallTables = [
    "running", "workers", "paused_queues", "counters", "adaptations", "health", "pool",
    "CONSTANT ROW",
  ]

  @Test("no statement of the writer scans a table that grows or sorts its rows")
  func plans() throws {
    let folder = TemporaryFolder()
    let clock = ManualClock()
    let living = LivingWorkers()
    let store = try SQLiteQueue.open(
      path: folder.database, mode: .create,
      clock: StoreClock(wall: { clock.wall }, boot: { clock.boot }),
      isAlive: { living.isAlive($0) })
    defer { store.close() }
    try useEverything(store, clock, living)
    let plans = try store.queryPlans()
    #expect(plans.count > 50)
    for (sql, steps) in plans {
      for step in steps {
        #expect(!step.contains("TEMP B-TREE"), "\(sql): \(step)")
        if step.hasPrefix("SCAN") {
          #expect(smallTables.contains { step.contains($0) }, "\(sql): \(step)")
        }
      }
    }
  }

  @Test(
    "the searches of a claim use the partial indexes",
    arguments: [
      ("WHERE state = 1 AND queue = ?\nORDER BY priority DESC, run_at, id", "jobs_ready"),
      ("WHERE state = 1 AND queue = ? AND priority < ?", "jobs_ready"),
      ("WHERE state IN (0, 3) AND queue > ?", "jobs_due"),
    ])
  func claimSearches(part: String, index: String) throws {
    let folder = TemporaryFolder()
    let clock = ManualClock()
    let store = try SQLiteQueue.make(
      in: folder, clock: StoreClock(wall: { clock.wall }, boot: { clock.boot }))
    defer { store.close() }
    try useEverything(store, clock, LivingWorkers())
    let found = try store.queryPlans().first { $0.key.contains(part) }
    let steps = try #require(found?.value)
    #expect(steps.count == 1 && steps[0].contains("USING COVERING INDEX \(index)"), "\(steps)")
  }

  /// Makes the writer prepare every statement that it has.
  private func useEverything(
    _ store: SQLiteQueue, _ clock: ManualClock, _ living: LivingWorkers
  ) throws {
    let now = clock.wall
    let w = worker("w")
    let ids = try store.enqueue(
      newJob("a", uniqueKey: "k", labels: ["l": "v"]), newJob("b"), newJob("c", runAt: now + 5),
      newJob("d"), newJob("e", deadlineAfter: 1))
    for _ in 0..<20 { _ = try store.enqueue(newJob("more", priority: -9)) }
    clock.advance(10)
    let jobs = try store.claim(w, limit: 3)
    _ = try store.transact([
      .journal(jobs[0].lease, trace: [1]), .checkpoint(jobs[0].lease, key: "p", result: [1]),
      .heartbeat(worker: w, jobs: [jobs[0].lease], lease: 9), .cancel([jobs[1].id]),
      .mark([Mark(key: MarkKey(scope: .route, provider: "p"), class: .auth, until: 1, markedAt: 1)]
      ),
      .unmark([MarkKey(scope: .route, provider: "p")], madeBefore: 9),
      .remember(
        Adaptation(provider: "p", baseURL: "u", model: "m", adjustment: "a", learntAt: now)),
      .setPaused(queue: "q", true), .setPaused(queue: "q", false),
    ])
    let use = [ProviderUse(provider: "p", calls: 1, inputTokens: 1, outputTokens: 1)]
    _ = try store.settle(
      jobs[0].lease, .dead(jobError(.auth)),
      fallbacks: [FallbackStep(provider: "p", class: .auth)], use: use)
    _ = try store.settle(jobs[1].lease, .handBack)
    let trial = CredentialTrial(provider: "p", credential: "a", print: "f")
    _ = try store.transact([
      .tryOut(trial, holder: w, now: 1, until: 2, epoch: try store.healthEpoch()),
      .endTrial(trial, holder: w), .proved(trial),
      .fail(failure("a"), job: 1, policy: Policy(), at: 3),
    ])
    let leased = Operation.enqueueLeased(
      newJob("turn", plan: "p"), worker: w, path: .blocking, lease: 9,
      choice: reservation(["c", "d"]))
    if case .claimed(let turns)? = try store.transact([leased]).first, let job = turns.first {
      _ = try store.transact([.giveBack(try #require(job.reserved))])
      _ = try store.settle(job.lease, .cancelled)
    }
    _ = try store.settle(jobs[2].lease, .retry(jobError(.auth), runAt: clock.wall + 1))
    let parked = try store.claim(w, limit: 20)
    _ = try store.settle(
      parked[0].lease, .park(jobError(.payment), runAt: clock.wall + 99, isOffline: false))
    _ = try store.transact([.claim(ClaimRequest(worker: w, limit: 1, holds: [], unparks: .all))])
    living.kill(w)
    _ = try store.claim(worker("v"), limit: 1)
    _ = try store.transact([
      .enqueueLeased(newJob("leased"), worker: w, path: .blocking, lease: 9),
      .retry([jobs[0].id]), .cancel(ids), .remove(ids),
      .enqueue([newJob(uniqueKey: "u"), newJob(uniqueKey: "u", uniqueFor: 9)]),
      .prune(ids, Retention(now: clock.wall, finished: 0, dead: 0)),
    ])
  }
}
