import Platform
import Queue

/// How long operations that nobody waits for may lie about, in nanoseconds.
let longestLaziness: Int64 = 25_000_000
/// For how long the journal of an attempt waits for its end, which would make it needless.
private let longestYouth: Int64 = 20_000_000
/// Without a write for so long, the thread sleeps until it is woken.
private let lull: Int64 = 200_000_000
/// How long it sleeps before that.
private let longestPause: Int64 = 5_000_000

/// What somebody has asked for, and who is to be told.
struct Command: Sendable {
  enum Reply: Sendable {
    case ticket(UInt64)
    case call(@Sendable (WriteTurns.Outcome) -> Void)
    case nobody
  }

  /// None: the caller only waits for its turn.
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

/// Who has the turn to write, and what waits for one.
struct TurnState: Sendable {
  enum Entry {
    /// Nobody writes and nothing waits: the caller stores its own at once.
    case mine
    case queued(UInt64)
    case closed
  }

  enum Added {
    case refused
    /// The thread has to know.
    case sooner
    /// The thread looks in time anyway.
    case later
  }

  enum Step {
    case answered(WriteTurns.Outcome)
    case write([Command])
  }

  enum ThreadStep {
    case write([Command])
    /// The time to wait for has changed.
    case lookAgain
    case end
  }

  private var pending: [Command] = []
  /// Commands that can wait for a while.
  private var patient: [Command] = []
  private var lazy = LazyOperations()
  /// Lazy ones that a caller is storing at once.
  private var underWay = LazyOperations()
  /// When to store what can wait, on the monotonic clock.
  private var due: Int64?
  /// Until when the thread sleeps.
  private var knownDue: Int64?
  /// When somebody last wrote, on the monotonic clock.
  private var wroteAt: Int64 = 0
  private var lastTicket: UInt64 = 0
  private var answers: [UInt64: WriteTurns.Outcome] = [:]
  private(set) var isWriting = false
  var isClosed = false
  var isThreadWanted = false
  var thread: OSThread?

  var isIdle: Bool { !isWriting && pending.isEmpty && patient.isEmpty && lazy.isEmpty }

  // MARK: Asking

  mutating func add(_ command: Command, patience: Int64) -> Added {
    if isClosed { return .refused }
    guard patience > 0 else {
      pending.append(command)
      return .sooner
    }
    patient.append(command)
    return wait(atMost: patience) ? .sooner : .later
  }

  mutating func addLazily(_ operations: [Operation]) -> Added {
    if isClosed { return .refused }
    lazy.add(operations, at: SystemTime.monotonicNanoseconds())
    return wait(atMost: longestLaziness) ? .sooner : .later
  }

  /// Has what can wait stored after so many nanoseconds at the latest.
  ///
  /// - Returns: Whether the thread has to be woken for that: it sleeps for longer.
  private mutating func wait(atMost span: Int64) -> Bool {
    due = min(due ?? .max, SystemTime.monotonicNanoseconds() + span)
    return isThreadLate
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

  // MARK: Taking turns

  mutating func nextStep(of ticket: UInt64) -> Step? {
    if let outcome = answers.removeValue(forKey: ticket) { return .answered(outcome) }
    return isWriting ? nil : .write(takeAll())
  }

  mutating func nextStepOfThread() -> ThreadStep? {
    if isWriting { return nil }
    if !pending.isEmpty { return .write(takeAll()) }
    if isClosed, lazy.isEmpty, patient.isEmpty { return .end }
    if let due, isClosed || due <= SystemTime.monotonicNanoseconds() { return .write(takeAll()) }
    return isThreadLate ? .lookAgain : nil
  }

  /// Until when the thread sleeps. While somebody else has the turn, whoever has it wakes the thread if
  /// there is something to do. Among writes it looks by itself now and then: what comes next need not
  /// wake it, which would cost more than its look.
  mutating func dueForThread() -> Int64? {
    let now = SystemTime.monotonicNanoseconds()
    let soon = now - wroteAt < lull ? now + longestPause : nil
    knownDue = isWriting ? soon : [due, soon].compactMap(\.self).min()
    return knownDue
  }

  /// Lazy operations come first: they are older than what makes somebody write.
  private mutating func takeAll() -> [Command] {
    isWriting = true
    let youth = SystemTime.monotonicNanoseconds() - longestYouth
    let isFlush = isClosed || pending.contains { $0.operations.isEmpty }
    let waiting = patient + pending
    for command in waiting {
      for operation in command.operations {
        if let lease = operation.settledLease { lazy.drop(lease) }
      }
    }
    let worthy = lazy.take(before: isFlush ? nil : youth)
    pending = []
    patient = []
    due = lazy.oldest.map { $0 + longestLaziness }
    return worthy.operations.map { Command(operations: $0, reply: .nobody) } + waiting
  }

  /// Takes the turn where nobody has it or waits for it. What can wait a while is no reason to go by:
  /// it would take the turn, and wait for the disk, in the middle of what the caller does next.
  ///
  /// - Returns: What has to be stored first; nil: no turn was taken.
  mutating func beginAtOnce() -> [[Operation]]? {
    guard !isClosed, !isWriting, pending.isEmpty, patient.isEmpty else { return nil }
    isWriting = true
    underWay = lazy.take(before: SystemTime.monotonicNanoseconds() - longestYouth)
    return underWay.operations
  }

  /// - Parameter isDone: False where another process had the lock: all of it is for later.
  mutating func endAtOnce(isDone: Bool) {
    if !isDone { lazy.putBack(underWay) }
    underWay = LazyOperations()
    if isDone, patient.isEmpty { due = lazy.oldest.map { $0 + longestLaziness } }
  }

  /// - Returns: Whether somebody has to be woken.
  mutating func endTurn(_ given: [(ticket: UInt64, outcome: WriteTurns.Outcome)]) -> Bool {
    isWriting = false
    wroteAt = SystemTime.monotonicNanoseconds()
    for answer in given { answers[answer.ticket] = answer.outcome }
    return !given.isEmpty || !pending.isEmpty || isClosed || isThreadLate
  }

  /// The thread sleeps for longer than it may.
  private var isThreadLate: Bool {
    guard let due else { return false }
    return knownDue.map { due < $0 } ?? true
  }
}
