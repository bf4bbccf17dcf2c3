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
  typealias Store = @Sendable ([[Operation]]) -> [Outcome]

  private let turns = WaitCondition(State())
  private let store: Store
  private let closed: StoreError

  /// - Parameters:
  ///   - path: For the error that a closed queue gives.
  ///   - store: Stores the operations of several callers; called by one thread at a time.
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
      let outcome = store([operations])
      turns.broadcast { $0.isWriting = false }
      return outcome.first ?? .failure(closed)
    }
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
    let isAccepted = turns.broadcast { state in
      guard !state.isClosed else { return false }
      if patience > 0 {
        state.patient.append(command)
        state.wait(atMost: patience)
      } else {
        state.pending.append(command)
      }
      return true
    }
    guard isAccepted else { return completion(.failure(closed)) }
    startThreadIfNeeded()
  }

  func submitLazily(_ operations: [Operation]) {
    let isSooner = turns.withLock { state in
      guard !state.isClosed else { return false }
      state.lazy.append(LazyOperations(operations))
      return state.wait(atMost: longestLaziness)
    }
    guard isSooner else { return }
    // The thread may be waiting without an end.
    turns.broadcast { _ in }
    startThreadIfNeeded()
  }

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
    let outcomes = working.isEmpty ? [] : store(working.map(\.operations))
    var answers: [(ticket: UInt64, outcome: Outcome)] = []
    for (command, outcome) in zip(working, outcomes) { command.answer(outcome, &answers) }
    // Without operations a caller only waited for its turn.
    for command in commands where command.operations.isEmpty {
      command.answer(.success([]), &answers)
    }
    let given = answers
    turns.broadcast { state in
      state.isWriting = false
      for answer in given { state.answers[answer.ticket] = answer.outcome }
    }
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
      let due = turns.withLock(\.lazyDue)
      let step = turns.wait(until: due) { state in state.nextStepOfThread() }
      switch step {
      case .write(let commands): write(commands)
      case .end: return
      case .lookAgain, nil: continue
      }
    }
  }
}

/// How long operations that nobody waits for may lie about, in nanoseconds.
private let longestLaziness: Int64 = 25_000_000

/// What somebody has asked for, and who is to be told.
private struct Command: Sendable {
  enum Reply: Sendable {
    case ticket(UInt64)
    case call(@Sendable (WriteTurns.Outcome) -> Void)
    case nobody
  }

  var operations: [Operation]
  var reply: Reply

  func answer(
    _ outcome: WriteTurns.Outcome,
    _ answers: inout [(ticket: UInt64, outcome: WriteTurns.Outcome)]
  ) {
    switch reply {
    case .ticket(let ticket): answers.append((ticket, outcome))
    case .call(let completion): completion(outcome)
    case .nobody: break
    }
  }
}

extension WriteTurns {
  fileprivate enum Entry {
    /// Nobody writes and nothing waits: the caller stores its own at once.
    case mine
    case queued(UInt64)
    case closed
  }

  fileprivate enum Step {
    case answered(Outcome)
    case write([Command])
  }

  fileprivate enum ThreadStep {
    case write([Command])
    /// The time to wait for has changed.
    case lookAgain
    case end
  }

  fileprivate struct State: Sendable {
    var pending: [Command] = []
    /// Commands that can wait for a while.
    var patient: [Command] = []
    var lazy: [LazyOperations] = []
    /// On the monotonic clock.
    var lazyDue: Int64?
    var isWriting = false
    var isClosed = false
    var isThreadWanted = false
    var thread: OSThread?
    var answers: [UInt64: Outcome] = [:]
    private var lastTicket: UInt64 = 0
    /// What the thread took `lazyDue` for when it began to wait.
    private var knownDue: Int64?

    var isIdle: Bool { !isWriting && pending.isEmpty && patient.isEmpty && lazy.isEmpty }

    /// Has what can wait stored after so many nanoseconds at the latest.
    ///
    /// - Returns: Whether that is sooner than before.
    @discardableResult
    mutating func wait(atMost span: Int64) -> Bool {
      let due = SystemTime.monotonicNanoseconds() + span
      if let lazyDue, lazyDue <= due { return false }
      lazyDue = due
      return true
    }

    mutating func enter(_ operations: [Operation]) -> Entry {
      if isClosed { return .closed }
      guard isIdle else { return .queued(queue(operations)) }
      isWriting = true
      return .mine
    }

    mutating func queue(_ operations: [Operation]) -> UInt64 {
      lastTicket += 1
      pending.append(Command(operations: operations, reply: .ticket(lastTicket)))
      return lastTicket
    }

    mutating func nextStep(of ticket: UInt64) -> Step? {
      if let outcome = answers.removeValue(forKey: ticket) { return .answered(outcome) }
      return isWriting ? nil : .write(takeAll())
    }

    mutating func nextStepOfThread() -> ThreadStep? {
      if isWriting { return nil }
      if !pending.isEmpty { return .write(takeAll()) }
      if isClosed, lazy.isEmpty, patient.isEmpty { return .end }
      if let lazyDue, isClosed || lazyDue <= SystemTime.monotonicNanoseconds() {
        return .write(takeAll())
      }
      guard lazyDue != knownDue else { return nil }
      knownDue = lazyDue
      return .lookAgain
    }

    /// Lazy operations come first: they are older than what makes somebody write.
    private mutating func takeAll() -> [Command] {
      isWriting = true
      let waiting = patient + pending
      let settled = Set(waiting.flatMap { $0.operations.compactMap(\.settledLease) })
      var commands = LazyOperations.worthStoring(lazy, settled: settled).map {
        Command(operations: $0, reply: .nobody)
      }
      commands += waiting
      pending = []
      patient = []
      lazy = []
      lazyDue = nil
      return commands
    }
  }
}
