package import Configuration
package import Fallback
package import Platform
package import Queue

/// Lets old jobs go while a worker works, from a thread of its own.
package final class HistoryKeeper: Sendable {
  private let isStopping = WaitCondition(false)
  private let thread: OSThread?

  /// Starts the thread.
  ///
  /// - Parameters:
  ///   - store: The queue.
  ///   - settings: How long jobs are kept.
  ///   - now: Milliseconds since 1970.
  /// - Throws: When the system has no room for a thread.
  package init(
    store: any QueueStore, settings: QueueSettings, now: @escaping @Sendable () -> Milliseconds
  ) throws(OSThread.StartError) {
    let flag = isStopping
    thread = try OSThread(name: "auxq-history") {
      var sweep = Sweep(store: store, settings: settings, now: now)
      let interval = Self.interval(settings)
      while true {
        sweep.run { flag.waitBriefly($0) }
        if flag.waitBriefly(interval) { return }
      }
    }
  }

  /// Ends the thread after the transaction that is under way.
  package func stop() {
    isStopping.broadcast { $0 = true }
    thread?.join()
  }

  /// Short keeps are looked after more often.
  static func interval(_ settings: QueueSettings) -> Milliseconds {
    min(max(min(settings.keepFinished, settings.keepDead) / 10, 1_000), 300_000)
  }
}

extension WaitCondition where State == Bool {
  /// - Returns: True as soon as it is to stop.
  fileprivate func waitBriefly(_ milliseconds: Milliseconds) -> Bool {
    let end = SystemTime.monotonicNanoseconds() + milliseconds * 1_000_000
    return wait(until: end) { $0 ? true : nil } ?? false
  }
}

/// One round after the other.
private struct Sweep {
  let store: any QueueStore
  let settings: QueueSettings
  let now: @Sendable () -> Milliseconds
  private var forgotAt: Milliseconds = 0
  private var hasRemoved = false

  init(
    store: any QueueStore, settings: QueueSettings, now: @escaping @Sendable () -> Milliseconds
  ) {
    self.store = store
    self.settings = settings
    self.now = now
  }

  /// - Parameter pauses: Waits; true: stop.
  mutating func run(pauses: (Milliseconds) -> Bool) {
    let time = now()
    var pruner = Pruner(
      store, Retention(now: time, finished: settings.keepFinished, dead: settings.keepDead))
    // What goes wrong here goes wrong for the claims too, which end the worker if it must.
    while let step = try? pruner.step() {
      if !step.jobs.isEmpty { hasRemoved = true }
      // Others have the lock most of the time.
      if pauses(max(20, Milliseconds(step.milliseconds) * 4)) { return }
    }
    // Looking through all jobs once a day finds what they no longer refer to.
    guard hasRemoved, time - forgotAt > 86_400_000 else { return }
    guard let leftovers = try? store.leftovers() else { return }
    _ = try? store.transact([.forget(leftovers)])
    (forgotAt, hasRemoved) = (time, false)
  }
}
