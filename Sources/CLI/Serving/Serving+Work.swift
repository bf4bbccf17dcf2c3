import Calls
import Configuration
import Fallback
import Platform
import Queue
import Synchronization
import Worker

extension Serving {
  /// `work`: a worker until it is stopped.
  ///
  /// - Parameters:
  ///   - options: As asked for.
  ///   - session: Whose files and streams.
  /// - Returns: 0, or 130/143 where running jobs had to be handed back after a signal.
  /// - Throws: `Complaint`.
  package func work(_ options: WorkOptions, _ session: Session) throws(Complaint) -> ExitCode {
    _ = Hardening.raiseOpenFileLimit()
    Memory.takeInSteps()
    let store = try session.openStore()
    defer { store.close() }
    store.prepareToRead()
    let engine = try engine(session, store)
    defer { session.finishRefreshes(engine) }
    let keeper = try session.starting { () throws(OSThread.StartError) in
      try LeaseKeeper(store: store, worker: engine.worker, lease: engine.settings.queue.lease)
    }
    defer { keeper.stop() }
    let history = try session.starting { () throws(OSThread.StartError) in
      try HistoryKeeper(
        store: store, settings: engine.settings.queue, now: session.program.now)
    }
    defer { history.stop() }
    let timers = try session.starting { () throws(OSThread.StartError) in try Timers() }
    defer { timers.stop() }
    let (transport, shutdown) = makeAsync(engine.certificates)
    defer { shutdown() }
    let context = engine.context()
    let stop = StopRequest()
    signals.listen { _ in stop.escalate() }
    let loop = WorkerLoop(
      store: store,
      runner: AsyncRunner(
        context: context, caller: caller(transport, timers, engine.clock),
        slots: CallSlots(limit: options.concurrency)),
      keeper: keeper, worker: engine.worker, options: WorkerOptions(options, engine.settings),
      alarm: Alarm(timers: timers), stop: stop,
      gate: PlanGate(context: context, pools: engine.pools),
      choices: FirstChoices(context: context, pools: engine.pools),
      log: WorkerLog(session, options.logFormat).write)
    let isClean = try storing { () throws(StoreError) in try waitFor(loop) }
    store.flush()
    return isClean ? .success : .after(signal: signals.received ?? 15)
  }

  private func caller(
    _ transport: any AsyncTransport, _ timers: Timers, _ clock: SteadyClock
  ) -> AsyncCaller {
    let threads = BlockingThreads(name: "auxq-blocking")
    return AsyncCaller(
      transport: transport,
      sleep: { until, cancellation in
        let span = max(0, until - clock.now())
        let end = SystemTime.monotonicNanoseconds() + span * 1_000_000
        await timers.sleep(until: end, cancellation: cancellation)
      },
      offload: { work in
        await withCheckedContinuation { continuation in
          threads.run { continuation.resume(returning: work()) }
        }
      })
  }

  /// The one place where the program's main thread waits for asynchronous work.
  private func waitFor(_ loop: WorkerLoop) throws(StoreError) -> Bool {
    let end = WaitCondition<Result<Bool, StoreError>?>(nil)
    let task = Task {
      do throws(StoreError) {
        let isClean = try await loop.run()
        end.signal { $0 = .success(isClean) }
      } catch {
        end.signal { $0 = .failure(error) }
      }
    }
    let result = end.wait(until: nil) { $0 }
    task.cancel()
    return try (result ?? .success(true)).get()
  }
}

extension WorkerOptions {
  fileprivate init(_ options: WorkOptions, _ settings: Settings) {
    self.init(
      concurrency: options.concurrency, queues: options.queues, drains: options.drains,
      once: options.isOnce, grace: options.grace, lease: settings.queue.lease,
      limits: settings.queues.compactMapValues(\.concurrency))
  }
}

extension Settings {
  /// The certificates to believe beside the system's where a provider names none of its own.
  var certificates: String? { certificateFile }
}

extension Engine {
  /// The certificates to believe beside the system's where a provider names none of its own.
  var certificates: String? { settings.certificates }
}
