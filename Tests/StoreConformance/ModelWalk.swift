import Fallback
import Queue

/// Where a store and the model differ.
package struct Divergence: Error, CustomStringConvertible {
  package var step: Int
  package var kind: ModelStep.Kind?
  package var problems: [String]

  package var description: String {
    "step \(step) (\(kind?.rawValue ?? "end")): \(problems.joined(separator: "; "))"
  }
}

/// Carries out steps on a store and on the model, and compares what comes of them.
///
/// Four workers take part: two of this machine, one in a container, one that was started before the
/// machine's last start. They die, and come back under a new identity; what they held they may still
/// try to write.
package struct ModelWalk {
  var fixture: Fixture
  var model = QueueModel()
  var stores: [any QueueStore]
  /// Connections that were let go and are still open.
  var dropped: [any QueueStore] = []
  var workers: [Member]
  /// Leases that somebody had at some time.
  var past: [LeaseKey] = []
  var clockOffset: Milliseconds = 0
  /// Problems of the step that is being carried out.
  var problems: [String] = []

  /// A simulated worker.
  struct Member {
    var number: Int
    var generation = 1
    var held: [LeaseKey] = []

    var identity: WorkerIdentity {
      worker(
        "w\(number).\(generation)", boot: number == 3 && generation == 1 ? "boot-0" : "boot-1",
        namespace: number == 2 ? 8 : 7)
    }
  }

  package init(_ fixture: Fixture) {
    self.fixture = fixture
    stores = [fixture.store, fixture.other]
    workers = (0..<4).map { Member(number: $0) }
  }

  /// Carries out steps, then compares everything.
  ///
  /// - Throws: `Divergence` at the first difference; what the store threw where nothing may fail.
  package mutating func run(_ steps: [ModelStep]) throws {
    for (index, step) in steps.enumerated() {
      try carryOut(step)
      if !problems.isEmpty {
        throw Divergence(step: index, kind: step.kind, problems: problems)
      }
    }
    try compareAll()
    if !problems.isEmpty { throw Divergence(step: steps.count, kind: nil, problems: problems) }
  }

  var time: ModelTime { ModelTime(wall: fixture.clock.wall, boot: fixture.clock.boot) }

  private mutating func carryOut(_ step: ModelStep) throws {
    let numbers = step.numbers
    switch step.kind {
    case .enqueue: try enqueue(numbers)
    case .enqueueLeased: try enqueueLeased(numbers)
    case .enqueueRefused: try enqueueRefused(numbers)
    case .claim: try claim(numbers)
    case .claimOnly: try claimOnly(numbers)
    case .settle: try settle(numbers, thenClaims: false)
    case .settleAndClaim: try settle(numbers, thenClaims: true)
    case .lateWrite: try lateWrite(numbers)
    case .heartbeat: try heartbeat(numbers)
    case .journal: try journal(numbers)
    case .checkpoint: try checkpoint(numbers)
    case .cancel: try cancel(numbers)
    case .retry: try retry(numbers)
    case .remove: try remove(numbers)
    case .pause: try pause(numbers)
    case .mark: try mark(numbers)
    case .unmark: try unmark(numbers)
    case .advance:
      let spans: [Milliseconds] = [1, 40, 250, 900, 5_000, 20_000, 70_000]
      fixture.clock.advance(numbers.pick(0, of: spans) ?? 1)
    case .stepWall: stepWall(numbers)
    case .crash: crash(numbers)
    case .dropConnection: try dropConnection(numbers)
    case .compare: try compareAll()
    }
  }

  // MARK: The world around the store

  /// Years at a time, there and back.
  private mutating func stepWall(_ numbers: [UInt32]) {
    let tenYears: Milliseconds = 315_360_000_000
    let spans: [Milliseconds] = [tenYears, -tenYears, 3_600_000, -3_600_000, -500]
    let span = clockOffset != 0 ? -clockOffset : numbers.pick(0, of: spans) ?? 0
    clockOffset += span
    fixture.clock.stepWall(span)
  }

  /// The process of a worker is gone; another is started in its place.
  private mutating func crash(_ numbers: [UInt32]) {
    let index = numbers.pick(0, below: workers.count)
    fixture.living.kill(workers[index].identity)
    workers[index].generation += 1
    workers[index].held = []
  }

  /// A connection is let go without a word, and another opened.
  private mutating func dropConnection(_ numbers: [UInt32]) throws {
    let index = numbers.pick(0, below: stores.count)
    dropped.append(stores[index])
    // Each holds descriptors, of which a process has few.
    if dropped.count > 3 { dropped.removeFirst().close() }
    stores[index] = try fixture.connect()
  }

  // MARK: Asking the store

  func store(_ numbers: [UInt32]) -> any QueueStore { stores[numbers.pick(5, below: stores.count)] }

  /// A job: one that there is, or now and then none.
  func anyJob(_ number: UInt32) -> JobID {
    let ids = model.jobs.keys.sorted()
    guard !ids.isEmpty, number % 17 != 0 else { return model.highestID + 1 + Int64(number % 3) }
    // Young ones are more often alive.
    return number % 3 == 0
      ? ids[Int(number) % ids.count] : ids[ids.count - 1 - Int(number) % min(ids.count, 12)]
  }

  mutating func expect<Value: Equatable>(_ name: String, _ store: Value, _ model: Value) {
    if store != model { problems.append("\(name) is \(store), not \(model)") }
  }

  /// Compares one job with its model.
  mutating func compare(_ id: JobID) throws {
    let store = stores[Int(id) % stores.count]
    let record = try store.job(id)
    guard let job = model.jobs[id] else {
      if record != nil { problems.append("job \(id) is still there") }
      return
    }
    guard let record else { return problems.append("job \(id) is lost") }
    problems += job.differences(record)
    problems += job.differences(try store.attempts(of: id))
  }
}
