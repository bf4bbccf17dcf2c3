import Fallback
import Queue

/// Waits until jobs are finished, and tells how it goes.
struct Waiter {
  private let session: Session
  private let store: any QueueStore
  private let startedAt: Milliseconds
  private let deadline: Milliseconds?
  /// One finished job is enough.
  private let endsAtFirst: Bool
  private var pending: [JobID]
  private var seen: [JobID: JobState] = [:]
  private var hasHinted = false
  /// Steps of long jobs that were told last.
  private var steps: [JobID: Int] = [:]

  /// Between two looks: short at first, since many jobs take a moment.
  private static let shortest: Milliseconds = 20
  private static let longest: Milliseconds = 500
  /// How long nothing may run before somebody is told that no worker seems to.
  private static let patience: Milliseconds = 3000

  init(
    session: Session, store: any QueueStore, ids: [JobID], timeout: Milliseconds?,
    endsAtFirst: Bool = false
  ) {
    self.endsAtFirst = endsAtFirst
    self.session = session
    self.store = store
    startedAt = session.program.now()
    deadline = timeout.map { [startedAt] in startedAt + $0 }
    // Named twice, told once.
    pending = ids.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Blocks.
  ///
  /// - Parameter onFinish: Called once for each job, in the order in which they finish.
  /// - Returns: nil when all are finished; `temporary` at the timeout; else how a signal ends it.
  /// - Throws: `Complaint`; a job that was removed meanwhile is one too.
  mutating func wait(
    onFinish: (JobRecord) throws(Complaint) -> Void = { _ in }
  ) throws(Complaint) -> ExitCode? {
    var interval = Waiter.shortest
    while true {
      guard try !look(onFinish) || !endsAtFirst, !pending.isEmpty else { return nil }
      let now = session.program.now()
      let rest = deadline.map { $0 - now } ?? interval
      guard rest > 0 else { return .temporary }
      try hint(now)
      if let signal = session.program.pause(min(interval, rest)) { return signal }
      interval = min(interval * 3 / 2, Waiter.longest)
    }
  }

  /// Returns whether any was finished.
  private mutating func look(
    _ onFinish: (JobRecord) throws(Complaint) -> Void
  ) throws(Complaint) -> Bool {
    var left: [JobID] = []
    for (index, id) in pending.enumerated() {
      let job = try session.job(id, in: store)
      progress(job)
      if job.state == .running { try tellSteps(of: id) }
      guard job.state.isFinished else {
        left.append(id)
        continue
      }
      try onFinish(job)
      if endsAtFirst {
        left += pending[(index + 1)...]
        break
      }
    }
    defer { pending = left }
    return left.count < pending.count
  }

  /// How far a long job has come.
  private mutating func tellSteps(of id: JobID) throws(Complaint) {
    let store = store
    guard let progress = try storing({ () throws(StoreError) in try store.progress(of: id) }),
      ProgressText.isWorthTelling(progress, since: steps[id] ?? 0)
    else { return }
    steps[id] = progress.done
    session.note(ProgressText.line(progress, job: id, now: session.program.now()))
  }

  /// Changes of state, where somebody is looking.
  private mutating func progress(_ job: JobRecord) {
    guard session.program.terminal.errors, seen[job.id] != job.state else { return }
    seen[job.id] = job.state
    var text = "  \(job.id)  \(job.state.rawValue)"
    if job.state == .retryable {
      let next = Quantity.relative(job.runAt, now: session.program.now())
      text += ": \(job.error?.class ?? "parked"), next try \(next)"
    }
    session.note(text)
  }

  private mutating func hint(_ now: Milliseconds) throws(Complaint) {
    guard !hasHinted, now - startedAt >= Waiter.patience else { return }
    hasHinted = true
    let store = store
    let open = try storing { () throws(StoreError) in try store.openJobs(queues: nil) }
    if open.running == 0, open.ready > 0 {
      session.note("auxq: nothing is running; is there a worker? Start one: auxq work")
    }
  }
}
