import Calls
import Configuration
import Credentials
import Fallback
import Kinds
import Platform
import Queue
import Worker

extension Serving {
  /// `run`: one job here and now.
  ///
  /// - Parameters:
  ///   - options: The job, checked.
  ///   - session: Whose files and streams.
  /// - Returns: The job's outcome as an exit code; 69 where no provider could be asked at all.
  /// - Throws: `Complaint`.
  package func run(_ options: RunOptions, _ session: Session) throws(Complaint) -> ExitCode {
    let store = try session.openStore()
    defer { store.close() }
    let engine = try engine(session, store)
    defer { session.finishRefreshes(engine) }
    hintAtConfiguration(options, engine, session)
    let (id, isSettled) = try carryOut(options, engine, store, session)
    store.flush()
    let code = try Outcome.report(id, in: store, session)
    if code == .temporary, !options.wantsJSON, options.definition.strategy == .compress {
      // Parked: whoever pipes a history through gets it back as it was.
      try session.emit(options.job.input.bytes)
    }
    if let signal = signals.received { return .after(signal: signal) }
    guard isSettled, code == .jobFailed else { return code }
    let job = try session.job(id, in: store)
    // A kind that found its input wanting has failed by itself; no provider is to blame.
    guard job.state == .dead else { return code }
    let attempts = try session.attempts(of: job, in: store)
    guard let last = attempts.last, last.foundNobodyToAsk else { return code }
    let isOpen = last.skips.contains { skip in
      engine.pools.problems(skip.provider).contains { $0.code == .fileOpenToOthers }
    }
    return isOpen ? .permission : .unavailable
  }

  private func carryOut(
    _ options: RunOptions, _ engine: Engine, _ store: any QueueStore, _ session: Session
  ) throws(Complaint) -> (id: JobID, isSettled: Bool) {
    let lease = engine.settings.queue.lease
    let keeper = try session.starting { () throws(OSThread.StartError) in
      try LeaseKeeper(store: store, worker: engine.worker, lease: lease)
    }
    defer { keeper.stop() }
    let cancellation = Cancellation()
    signals.listen { number in
      // The second signal is not argued with; the lease runs out and the job goes back. Only a token
      // that was spent is saved first.
      if cancellation.isCancelled {
        engine.pools.finishRefreshes()
        Signals.die(by: number)
      }
      cancellation.cancel(.user)
    }
    let context = engine.context { _, progress in session.tell(progress) }
    let sleep: @Sendable (Milliseconds, Cancellation) -> Void = { until, cancellation in
      pause(until, engine.clock, cancellation)
    }
    let caller = BlockingCaller(transport: makeBlocking(engine.certificates), sleep: sleep)
    let job = ForegroundJob(
      store: store, runner: BlockingRunner(context: context, caller: caller), keeper: keeper,
      worker: engine.worker, lease: lease,
      choices: FirstChoices(context: context, pools: engine.pools), sleep: sleep)
    return try storing { () throws(StoreError) in
      try job.run(options.job, cancellation: cancellation) { _ in }
    }
  }

  /// Somebody who starts with nothing configured is told what this is and how to get more.
  private func hintAtConfiguration(
    _ options: RunOptions, _ engine: Engine, _ session: Session
  ) {
    let stored = JobOptions(options.job.options)
    let found = engine.resolve(
      kind: options.job.kind, provider: stored.provider, model: stored.model)
    guard found.plan?.routes.isEmpty == true, found.builtin != .never,
      options.definition.fallback != .none
    else { return }
    session.note(
      """
      auxq: no provider is configured, so the built-in engine picks key sentences; no model is asked.
      For a real summary put a provider into the configuration: auxq config init
      or export a key that auxq finds by itself, for example OPENROUTER_API_KEY.
      """)
  }
}

/// Sleeps until a time of the steady clock, or until cancelled.
private func pause(_ until: Milliseconds, _ clock: SteadyClock, _ cancellation: Cancellation) {
  let condition = WaitCondition(false)
  let ticket = cancellation.add { _ in condition.broadcast { $0 = true } }
  defer { cancellation.remove(ticket) }
  let span = max(0, until - clock.now())
  _ = condition.wait(until: SystemTime.monotonicNanoseconds() + span * 1_000_000) {
    $0 ? true : nil
  }
}

extension AttemptStory {
  /// No request was made, for want of a route or of a key.
  fileprivate var foundNobodyToAsk: Bool {
    calls.isEmpty && skips.allSatisfy { $0.reason == .noCredential || $0.reason == .gate }
  }
}
