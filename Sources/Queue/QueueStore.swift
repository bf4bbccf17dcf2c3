package import Fallback

/// A durable queue. The numbered promises are the specification; `StoreConformance` has one function
/// for each and runs over every store.
///
/// Time comes in from the clock given to the store when it is opened; leases are judged by the
/// machine's boot clock, so a step of the wall clock changes no lease.
///
/// - **S1 Enqueue.** All jobs of one `enqueue` are stored or none. Once it has returned they survive
///   `kill -9` and power loss. Ids grow and never come back. A job whose `uniqueKey` belongs to an
///   unfinished job of the same queue (or one that finished less than `uniqueFor` ago) is not stored;
///   that job's id is returned instead.
/// - **S2 Enqueue leased.** The new job is `running` from its first moment and is never handed to
///   another worker while its lease is renewed.
/// - **S3 Claim.** Each ready job goes to exactly one claimer, highest priority first, then by
///   time, then by id. Jobs of a paused queue are not handed out. A job whose worker is dead, or
///   whose lease ran out, is ready again at once with its attempt not burnt; its attempt gets the
///   outcome `crashed` or `lost`; its third crash makes it `dead`. A worker that has said that it
///   leaves its jobs behind (`leaveBehind`) has lost them and not crashed. A scheduled or
///   retryable job whose time has come is ready. A job past its deadline is never handed out: it
///   becomes `failed`, class `timeout`.
/// - **S4 Settle.** Only the newest token is accepted; a late settlement changes neither state nor
///   result; only the tokens that it used are counted, and it is kept with its trace among the
///   `lateResults`. A terminal outcome survives power loss once it has returned. There is exactly one
///   attempt with outcome `succeeded` on a succeeded job.
/// - **S5 Heartbeat.** Renews the leases that are still held and says which are lost or to be cancelled.
/// - **S6 Journal.** What was journalled for a running attempt is its trace if the worker dies.
/// - **S7 Checkpoint.** A part stored under the newest token is handed out with every later claim; one
///   under an older token is refused.
/// - **S8 Cancel.** A waiting job is `cancelled` at once; a running one is marked, and its worker learns
///   it from the next heartbeat; if that worker dies instead, the job becomes `cancelled`.
/// - **S9 Retry.** A finished or waiting job becomes ready with no attempt burnt; id, history and parts
///   stay, the token grows. It stays finished where a newer unfinished job has its unique key.
/// - **S10 Marks.** A mark replaces the one of the same key; `unmark` lifts only marks made before the
///   given time. Both are seen by every process at its next `marks()`.
/// - **S11 Adaptations.** The newest of a place and name is kept.
/// - **S12 Remove.** Removes a job that is not running, with its input, result, parts, attempts, labels.
/// - **S13 Pause.** A paused queue hands out nothing; its running jobs go on.
/// - **S14 Counters.** `statistics()` equals a recount at every commit.
/// - **S15 Together.** The operations of one `transact` are carried out in order in one transaction: all
///   of it is stored or nothing.
/// - **S16 Credentials.** A reservation sees the marks, leases and counters of its moment. With
///   `least_used` the uses of equally healthy credentials differ by one at most; with `round_robin` they
///   take turns; both whichever process asks; `giveBack` undoes a count and gives the next turn back. An
///   expired mark is probed by one call at a time: the lease
///   ends with its process, its time, its mark or `endProbes`.
/// - **S17 Reset.** Lifts marks of every kind; a failure of a request that was sent before marks nothing.
/// - **S18 Limits.** A claim that names a limit for a queue leaves no more jobs of it running than that,
///   whoever claimed them. Counted from leases: a dead worker's job takes no place.
/// - **S19 Holds.** A claim hands out no job of a held plan beyond `most` running ones: such a job becomes
///   `retryable` until the hold ends, with the hold's error, no attempt and nothing burnt; one whose
///   deadline comes sooner is handed out. It is ready again, in its old place, with the first claim that
///   no longer names the hold. One that has waited for `parkMax` is `dead`.
/// - **S20 Orphans.** A unique key whose holder's worker is dead, or whose lease ran out, is no obstacle:
///   the holder is freed first, and the key with it where that buries the holder.
/// - **S21 Watch.** Watchers in every process are told soon after a commit that may concern them; a hint,
///   sometimes without cause.
/// - **S22 Progress.** The newest progress noted under the newest token is told until the job is
///   removed; one under an older token is refused.
/// - **S23 Reuse.** A key leads to the newest job that succeeded under it, not degraded, for as long as
///   that job is there and finished.
/// - **S24 Lessons.** Estimated and counted tokens of a model add up; the newest window is kept.
/// - **S25 Prune.** Removes a job as S12 does, only where it is finished and the retention lets
///   it go at that moment; its unique key counts on for the longest `uniqueFor` that was asked
///   for. What no job refers to any more is dropped by `forget`; what a job refers to never is,
///   even where that job was stored between looking and forgetting.
/// - **S26 Events.** Every enqueue, every start and every end of a run or job after the cursor is told
///   once, in the order of their times within a page; what was removed meanwhile is not told.
/// - **S27 Pace.** Places are given out in order; whichever process asks, no minute holds more of them
///   than its limits allow. Where there is none before the latest time asked for, none is taken.
/// - **S28 Leases.** Of a reservation with a limit no credential has more calls under way, over all
///   processes; a lease ends with `endLease` or with its process.
/// - **S29 Refresh.** The failure of a credential's last refresh is seen by every process until one goes
///   well, or a reset forgets one that is not terminal. Of the answers kept under a key the newest stays.
/// - **S30 Parks.** With a claim that names a plan among its `unparks` the parked jobs of that plan are
///   ready. Those stay that wait for the network, or for a time that no mark has set.
/// - **S31 Set aside.** A claim that names a choice for the plan of a job counts one credential for it, as
///   S16 has it, unless the choice is of one, there is none, or a mark is to be probed. It is given back,
///   and its turn with it, by `giveBack`, and where the claim ends without a call: a settlement that used
///   nothing, a crash before the first journal.
/// - **S32 Trials.** A credential that was not let in since it was last refused is tried by one holder at
///   a time, until it is `proved`, its failure is noted, `endTrial`, its time or the holder's process
///   ends; by nobody who has not seen the newest marks. What is proved is told by `poolUses`.
package protocol QueueStore: Sendable {
  /// Carries out operations in one transaction and waits until they are stored. Callable from any
  /// thread that may block.
  ///
  /// - Parameter operations: Carried out in order.
  /// - Returns: One result per operation.
  /// - Throws: `StoreError`; then nothing of it is stored, except for code `unknownOutcome`.
  func transact(_ operations: [Operation]) throws(StoreError) -> [OperationResult]
  /// The same where nobody has to be waited for: no other writer, and not the disk. Callable from any
  /// thread.
  ///
  /// - Parameter operations: None of them a promise to a person.
  /// - Returns: nil where it would have to wait; then nothing is stored.
  /// - Throws: `StoreError`, as `transact`.
  func transactAtOnce(_ operations: [Operation]) throws(StoreError) -> [OperationResult]?
  /// Opens now what reading needs, so that no file is opened in the middle of a call. What cannot be
  /// opened is tried again when it is needed.
  func prepareToRead()

  /// The same without waiting: `completion` is called once, on the thread that stored them; it must be
  /// quick and must not wait for the store.
  ///
  /// - Parameters:
  ///   - operations: Carried out in order.
  ///   - patience: Milliseconds for which they may wait for others to share their transaction.
  ///   - completion: Told what `transact` would return or throw.
  func submit(
    _ operations: [Operation], patience: Milliseconds,
    completion: @escaping @Sendable (Result<[OperationResult], StoreError>) -> Void)

  /// Stores these with the next transaction, or by itself within 25 ms; nobody waits. A later
  /// settlement of the same job makes a lazy `journal` of it superfluous.
  func submitLazily(_ operations: [Operation])

  /// Says that a worker ends with jobs that it can neither finish nor hand back, because the store takes
  /// nothing any more. Stores nothing in the queue itself; where even that fails, the worker has crashed.
  func leaveBehind(_ worker: WorkerIdentity)

  /// For how long the last transaction of this store kept others from writing, in milliseconds; nil: it
  /// cannot tell.
  func lastHold() -> Double?

  /// Waits until everything submitted so far is stored or has failed.
  func flush()

  /// Stores what is pending and closes the database. Later calls throw `closed`.
  func close()

  /// Begins to tell about commits of other processes. S21.
  ///
  /// - Parameter body: Called on a thread of the store's own; must be quick.
  /// - Returns: Keep it, and `stop` it at the end; nil: the store cannot tell, look for yourself.
  func watch(_ body: @escaping @Sendable (StoreSignal) -> Void) -> (any StoreWatch)?

  // MARK: Reading

  /// Whether a claim would probably hand out or free a job. Cheap, and takes no lock.
  func looksClaimable(_ request: ClaimRequest) throws(StoreError) -> Bool
  /// Leases of a worker whose jobs somebody wants cancelled.
  func cancelRequests(of worker: WorkerIdentity) throws(StoreError) -> [LeaseKey]
  /// Every plan that a job was stored with.
  func plans() throws(StoreError) -> [String]
  /// Oldest first.
  func lateResults(of id: JobID) throws(StoreError) -> [LateResult]

  func job(_ id: JobID) throws(StoreError) -> JobRecord?
  /// Newest first. `result` and `report` of the records are nil unless the filter asks for them.
  func jobs(matching filter: JobFilter) throws(StoreError) -> [JobRecord]
  /// Oldest first.
  func attempts(of id: JobID) throws(StoreError) -> [AttemptRecord]
  func input(of id: JobID) throws(StoreError) -> JobInput?
  func definition(hash: String) throws(StoreError) -> StoredDefinition?
  func options(of id: JobID) throws(StoreError) -> [UInt8]?
  func marks() throws(StoreError) -> [Mark]
  /// Counters and accounts of credentials; those that were never counted or assigned are missing.
  func poolUses() throws(StoreError) -> [PoolUse]
  func adaptations() throws(StoreError) -> [Adaptation]
  /// nil: it never had several steps.
  func progress(of id: JobID) throws(StoreError) -> JobProgress?
  /// The job whose result answers this work.
  func reusableJob(_ key: String) throws(StoreError) -> JobID?
  func lessons() throws(StoreError) -> [ModelLesson]
  /// One for each credential whose last refresh failed.
  func refreshFailures() throws(StoreError) -> [RefreshFailure]
  func keptAnswer(_ key: String) throws(StoreError) -> KeptAnswer?
  func statistics() throws(StoreError) -> QueueStatistics
  /// Tokens of a provider that were used by settled attempts on the day, in UTC, of a time.
  func tokensUsed(_ provider: String, on day: Milliseconds) throws(StoreError) -> Int
  /// Grows with every change of a mark, an adaptation or an account; cheap to read (a few microseconds).
  func healthEpoch() throws(StoreError) -> Int64
  /// Marks, counters and adaptations as of one moment.
  ///
  /// - Parameter epoch: What is known already; nil: nothing.
  /// - Returns: nil where nothing has changed since that epoch.
  /// - Throws: `StoreError`.
  func health(unless epoch: Int64?) throws(StoreError) -> Health?
  /// Jobs that could be handed out (paused queues do not count) or are running, of these queues (nil:
  /// all).
  func openJobs(queues: [String]?) throws(StoreError) -> (ready: Int, running: Int)
  /// Finished jobs that a retention lets go, in the order in which they ended. Blocks nobody.
  ///
  /// - Parameters:
  ///   - retention: What is kept.
  ///   - position: Where the page before ended; nil: the beginning.
  ///   - limit: Finished jobs to look at; those that are kept are left out of the answer.
  /// - Returns: Jobs, perhaps none, and where to go on.
  /// - Throws: `StoreError`.
  func expired(
    _ retention: Retention, after position: HistoryPosition?, limit: Int
  ) throws(StoreError) -> ExpiredPage
  /// What no job refers to any more. Looks through all jobs; blocks nobody.
  func leftovers() throws(StoreError) -> Leftovers
  /// A cursor for `events`.
  func eventCursor(_ start: EventStart) throws(StoreError) -> EventCursor
  /// What happened after a cursor. S26.
  func events(after cursor: EventCursor) throws(StoreError) -> EventPage
  /// The earliest time at which a waiting job becomes ready; nil: none waits.
  func nextDueTime(queues: [String]?) throws(StoreError) -> Milliseconds?
}

extension QueueStore {
  package func health(unless known: Int64?) throws(StoreError) -> Health? {
    let epoch = try healthEpoch()
    if epoch == known { return nil }
    return Health(
      epoch: epoch, marks: try marks(), uses: try poolUses(), adaptations: try adaptations())
  }

  package func transactAtOnce(
    _ operations: [Operation]
  ) throws(StoreError) -> [OperationResult]? { nil }
  package func prepareToRead() {}
  package func leaveBehind(_ worker: WorkerIdentity) {}
  package func lastHold() -> Double? { nil }

  package func tokensUsed(
    _ provider: String, on day: Milliseconds
  ) throws(StoreError) -> Int { 0 }

  /// Stores them as soon as may be.
  package func submit(
    _ operations: [Operation],
    completion: @escaping @Sendable (Result<[OperationResult], StoreError>) -> Void
  ) { submit(operations, patience: 0, completion: completion) }

  /// `transact` for asynchronous callers; holds no thread while it waits.
  package func transact(_ operations: [Operation]) async throws(StoreError) -> [OperationResult] {
    let result = await withCheckedContinuation { continuation in
      submit(operations) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }
}

/// What a watcher is told.
package enum StoreSignal: Sendable, Hashable {
  /// There may be more or less to do.
  case changed
  /// Somebody wants a running job cancelled.
  case cancelRequested
}

/// A subscription to changes.
package protocol StoreWatch: Sendable {
  /// False: commits of programs that ring no bell go unnoticed; look for yourself now and then.
  var seesEveryCommit: Bool { get }
  /// Ends it; `body` is not called any more once this has returned.
  func stop()
}
