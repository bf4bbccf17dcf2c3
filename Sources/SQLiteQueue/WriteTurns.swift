import Fallback
import Glibc
import Queue

/// Gives the turn to write to one thread at a time, which then stores what everybody has asked for in
/// one transaction.
///
/// A blocking caller that finds nobody writing takes the turn itself: that spares two thread switches,
/// which cost more than the transaction. Otherwise the writer thread, or the first caller that waits,
/// takes everything that has piled up meanwhile. Nobody lingers for more.
final class WriteTurns: @unchecked Sendable {
  typealias Outcome = Result<[OperationResult], StoreError>
  typealias Store = @Sendable ([[Operation]]) -> [Outcome]

  // Sendable: the fields from `pending` on are touched only while `lock` is held.
  private let lock = Lock()
  private let turnEnded: WaitPoint
  private let workArrived: WaitPoint
  private let store: Store

  private var pending: [Command] = []
  private var lazy: [LazyOperations] = []
  private var lazyDue: Milliseconds?
  private var isWriting = false
  private var isClosed = false
  private var waiting = 0
  private var thread: ThreadState = .none

  private enum ThreadState { case none, running, ended }

  /// - Parameter store: Stores the operations of several callers; called by one thread at a time.
  init(store: @escaping Store) {
    self.store = store
    turnEnded = WaitPoint(lock)
    workArrived = WaitPoint(lock)
  }

  // MARK: For callers

  /// Stores operations and waits until they are stored.
  func perform(_ operations: [Operation]) -> Outcome {
    lock.lock()
    guard !isClosed else {
      lock.unlock()
      return .failure(closed)
    }
    if !isWriting, pending.isEmpty, lazy.isEmpty {
      isWriting = true
      lock.unlock()
      let outcome = store([operations])
      lock.lock()
      endTurn()
      lock.unlock()
      return outcome.first ?? .failure(closed)
    }
    let slot = Slot()
    pending.append(Command(operations: operations, reply: .slot(slot)))
    while slot.outcome == nil { takeTurnOrWait() }
    let outcome = slot.outcome
    lock.unlock()
    return outcome ?? .failure(closed)
  }

  func submit(_ operations: [Operation], completion: @escaping @Sendable (Outcome) -> Void) {
    lock.lock()
    guard !isClosed else {
      lock.unlock()
      return completion(.failure(closed))
    }
    pending.append(Command(operations: operations, reply: .call(completion)))
    wakeThread()
    lock.unlock()
  }

  func submitLazily(_ operations: [Operation]) {
    lock.lock()
    defer { lock.unlock() }
    guard !isClosed else { return }
    lazy.append(LazyOperations(operations))
    if lazyDue == nil {
      lazyDue = bootMilliseconds() + longestLaziness
      wakeThread()
    }
  }

  /// Returns when everything that was there at the call is stored or has failed.
  func flush() {
    lock.lock()
    // Callers that come in meanwhile share the transaction or wait behind it.
    let slot = Slot()
    if isWriting || !pending.isEmpty || !lazy.isEmpty {
      pending.append(Command(operations: [], reply: .slot(slot)))
      while slot.outcome == nil { takeTurnOrWait() }
    }
    lock.unlock()
  }

  /// Stores what is left, ends the thread, refuses what comes later.
  func close() {
    flush()
    lock.lock()
    isClosed = true
    workArrived.wakeAll()
    while isWriting || thread == .running || !pending.isEmpty || !lazy.isEmpty {
      if isWriting || (pending.isEmpty && lazy.isEmpty) { turnEnded.wait() } else { takeTurn() }
    }
    lock.unlock()
  }

  private var closed: StoreError {
    StoreError(.closed, message: "the queue is closed", path: "")
  }

  // MARK: Turns, all called with the lock held

  private func takeTurnOrWait() {
    if isWriting {
      waiting += 1
      turnEnded.wait()
      waiting -= 1
    } else {
      takeTurn()
    }
  }

  /// Stores everything that is there. Gives the lock back meanwhile.
  private func takeTurn() {
    isWriting = true
    let commands = takeAll()
    lock.unlock()
    var outcomes: [Outcome] = []
    let working = commands.filter { !$0.operations.isEmpty }
    if !working.isEmpty { outcomes = store(working.map(\.operations)) }
    for (command, outcome) in zip(working, outcomes) {
      if case .call(let completion) = command.reply { completion(outcome) }
    }
    lock.lock()
    for (command, outcome) in zip(working, outcomes) {
      if case .slot(let slot) = command.reply { slot.outcome = outcome }
    }
    for command in commands where command.operations.isEmpty {
      command.reply.answerNothingAsked()
    }
    endTurn()
  }

  private func endTurn() {
    isWriting = false
    if waiting > 0 || isClosed { turnEnded.wakeAll() }
    if !pending.isEmpty || lazyDue != nil { wakeThread() }
  }

  /// Lazy operations come first: they are older than what made somebody write.
  private func takeAll() -> [Command] {
    let settled = Set(pending.flatMap { $0.operations.compactMap(\.settledLease) })
    var commands = LazyOperations.worthStoring(lazy, settled: settled).map {
      Command(operations: $0, reply: .nobody)
    }
    commands += pending
    pending.removeAll(keepingCapacity: true)
    lazy.removeAll(keepingCapacity: true)
    lazyDue = nil
    return commands
  }

  // MARK: The thread, started when somebody first asks without waiting

  private func wakeThread() {
    if thread == .none {
      let started = startThread { [self] in threadLoop() }
      thread = started ? .running : .ended
    }
    if thread == .running {
      if !isWriting { workArrived.wakeAll() }
    } else if !isWriting, !pending.isEmpty {
      // No thread to be had: whoever asks does the work.
      takeTurn()
    }
  }

  private func threadLoop() {
    lock.lock()
    while !(isClosed && pending.isEmpty && lazy.isEmpty) {
      if isWriting {
        workArrived.wait()
      } else if !pending.isEmpty {
        takeTurn()
      } else if let due = lazyDue {
        let left = due - bootMilliseconds()
        if left <= 0 { takeTurn() } else { workArrived.wait(atMost: left) }
      } else {
        workArrived.wait()
      }
    }
    thread = .ended
    turnEnded.wakeAll()
    lock.unlock()
  }
}

/// How long operations that nobody waits for may lie about.
private let longestLaziness: Milliseconds = 25

private struct Command {
  enum Reply {
    case slot(Slot)
    case call(@Sendable (WriteTurns.Outcome) -> Void)
    case nobody

    /// A caller without operations only waited for its turn.
    func answerNothingAsked() {
      switch self {
      case .slot(let slot): slot.outcome = .success([])
      case .call(let completion): completion(.success([]))
      case .nobody: break
      }
    }
  }

  var operations: [Operation]
  var reply: Reply
}

/// Where a blocking caller finds its answer.
private final class Slot {
  var outcome: WriteTurns.Outcome?
}
