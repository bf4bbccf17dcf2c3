/// Threads for work that blocks. A piece of work never waits for another: where no thread is idle, a new
/// one is started. A thread that has been idle for a while ends.
package final class BlockingThreads: Sendable {
  fileprivate struct State: Sendable {
    var idle = 0
    /// Each has an idle thread that is about to take it.
    var pending: [@Sendable () -> Void] = []
  }

  private let state = WaitCondition(State())
  private let name: String
  private let patience: Int64

  /// - Parameters:
  ///   - name: Of the threads; the first 15 bytes count.
  ///   - patience: Nanoseconds after which an idle thread ends.
  package init(name: String, patience: Int64 = 2_000_000_000) {
    self.name = name
    self.patience = patience
  }

  /// Runs something on a thread that may block; where the system has no room for one, on this thread.
  package func run(_ work: @escaping @Sendable () -> Void) {
    let isTaken = state.withLock { state in
      guard state.idle > state.pending.count else { return false }
      state.pending.append(work)
      return true
    }
    if isTaken {
      state.signal { _ in }
    } else if (try? OSThread(name: name, body: { [self] in serve(work) })) == nil {
      work()
    }
  }

  private func serve(_ first: @escaping @Sendable () -> Void) {
    var next: (@Sendable () -> Void)? = first
    while let work = next {
      work()
      next = nextWork()
    }
  }

  private func nextWork() -> (@Sendable () -> Void)? {
    state.withLock { $0.idle += 1 }
    let end = SystemTime.monotonicNanoseconds() + patience
    if let work = state.wait(until: end, for: { $0.takePending() }) { return work }
    return state.withLock { state in
      // Something may have been left for this thread at the last moment.
      if let work = state.takePending() { return work }
      state.idle -= 1
      return nil
    }
  }
}

extension BlockingThreads.State {
  fileprivate mutating func takePending() -> (@Sendable () -> Void)? {
    guard !pending.isEmpty else { return nil }
    idle -= 1
    return pending.removeFirst()
  }
}
