import Fallback
import Platform
import Queue

/// Gives the turn to write to one thread at a time, which then stores what everybody has asked for in
/// one transaction.
///
/// A blocking caller that finds nobody writing takes the turn itself: that spares two thread switches,
/// which cost more than the transaction. Otherwise the writer thread, or the first caller that waits,
/// takes everything that has piled up meanwhile. Nobody lingers for more.
final class WriteTurns: Sendable {
  typealias Outcome = Result<[OperationResult], StoreError>
  typealias Store = @Sendable ([[Operation]], _ mayWait: Bool) -> [Outcome]

  private let turns = WaitCondition(TurnState())
  private let store: Store
  private let closed: StoreError

  /// - Parameters:
  ///   - path: For the error that a closed queue gives.
  ///   - store: Stores the operations of several callers; called by one thread at a time. Where it may
  ///     not wait for another process it gives `busy`.
  init(path: String, store: @escaping Store) {
    self.store = store
    closed = StoreError(.closed, message: "the queue is closed", path: path)
  }

  /// Stores operations and waits until they are stored.
  func perform(_ operations: [Operation]) -> Outcome {
    let entry = turns.withLock { state in state.enter(operations) }
    switch entry {
    case .closed: return .failure(closed)
    case .queued(let ticket): return answer(to: ticket)
    case .mine:
      let outcome = store([operations], true)
      endTurn([])
      return outcome.first ?? .failure(closed)
    }
  }

  /// Stores operations where nobody is writing, in this process or another.
  ///
  /// - Parameter operations: None that has to reach the disk.
  /// - Returns: nil where somebody is: nothing has been stored then.
  func performAtOnce(_ operations: [Operation]) -> Outcome? {
    guard let lazy = turns.withLock({ state in state.beginAtOnce() }) else { return nil }
    let outcome = store(lazy + [operations], false).last ?? .failure(closed)
    var isDone = true
    if case .failure(let error) = outcome, error.code == .busy { isDone = false }
    turns.withLock { state in state.endAtOnce(isDone: isDone) }
    endTurn([])
    return isDone ? outcome : nil
  }

  /// Stores operations on the writer thread; `completion` must not ask for a turn and wait.
  ///
  /// - Parameters:
  ///   - operations: What to store.
  ///   - patience: Nanoseconds for which it may wait for others to share its transaction.
  ///   - completion: Called once.
  func submit(
    _ operations: [Operation], patience: Int64 = 0,
    completion: @escaping @Sendable (Outcome) -> Void
  ) {
    let command = Command(operations: operations, reply: .call(completion))
    let entry = turns.withLock { state in state.add(command, patience: patience) }
    switch entry {
    case .refused: completion(.failure(closed))
    case .later: startThreadIfNeeded()
    case .sooner:
      wakeThread()
      startThreadIfNeeded()
    }
  }

  func submitLazily(_ operations: [Operation]) {
    guard turns.withLock({ state in state.addLazily(operations) }) == .sooner else { return }
    wakeThread()
    startThreadIfNeeded()
  }

  /// It may be waiting for something later, or without an end.
  private func wakeThread() { turns.broadcast { _ in } }

  /// Returns when everything that was there at the call is stored or has failed.
  func flush() {
    let ticket = turns.withLock { state in
      state.isIdle ? nil : state.queue([])
    }
    if let ticket { _ = answer(to: ticket) }
  }

  /// Stores what is left and refuses what comes later.
  ///
  /// - Parameter waits: Waits for the end of the thread; not to be used on that thread.
  func close(waits: Bool) {
    if waits { flush() }
    let thread = turns.broadcast { state in
      state.isClosed = true
      return state.thread
    }
    if waits, let thread {
      thread.join()
    } else if thread == nil {
      flush()
    }
  }

  // MARK: Turns

  /// Waits for an answer, and takes a turn where nobody else does.
  private func answer(to ticket: UInt64) -> Outcome {
    while true {
      let step = turns.wait { state in state.nextStep(of: ticket) }
      switch step {
      case .answered(let outcome): return outcome
      case .write(let commands): write(commands)
      case nil: continue
      }
    }
  }

  private func write(_ commands: [Command]) {
    let working = commands.filter { !$0.operations.isEmpty }
    let outcomes = working.isEmpty ? [] : store(working.map(\.operations), true)
    var answers: [(ticket: UInt64, outcome: Outcome)] = []
    for (command, outcome) in zip(working, outcomes) { command.answer(outcome, &answers) }
    // Without operations a caller only waited for its turn.
    for command in commands where command.operations.isEmpty {
      command.answer(.success([]), &answers)
    }
    endTurn(answers)
  }

  /// Gives the turn back. Nobody is woken for nothing: a thread switch costs more than a transaction.
  private func endTurn(_ answers: [(ticket: UInt64, outcome: Outcome)]) {
    if turns.withLock({ state in state.endTurn(answers) }) { turns.broadcast { _ in } }
  }

  // MARK: The thread, started when somebody first asks without waiting

  private func startThreadIfNeeded() {
    let isMissing = turns.withLock { state in
      defer { state.isThreadWanted = true }
      return !state.isThreadWanted
    }
    guard isMissing else { return }
    do throws(OSThread.StartError) {
      let thread = try OSThread(name: "auxq writer") { [self] in threadLoop() }
      turns.withLock { $0.thread = thread }
    } catch {
      // No thread to be had: the caller does its work, the next one tries again.
      turns.withLock { $0.isThreadWanted = false }
      flush()
    }
  }

  private func threadLoop() {
    while true {
      let due = turns.withLock { state in state.dueForThread() }
      let step = turns.wait(until: due) { state in state.nextStepOfThread() }
      switch step {
      case .write(let commands): write(commands)
      case .end: return
      case .lookAgain, nil: continue
      }
    }
  }
}
