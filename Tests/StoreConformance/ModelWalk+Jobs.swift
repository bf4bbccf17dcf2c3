import Fallback
import Queue

/// Steps that a user takes.
extension ModelWalk {
  mutating func enqueue(_ numbers: [UInt32]) throws {
    let new = (0...numbers.pick(0, below: 3)).map { makeJob(numbers, $0) }
    guard case .enqueued(let ids)? = try store(numbers).transact([.enqueue(new)]).first else {
      throw UnexpectedResult(result: "enqueue")
    }
    expect("number of ids", ids.count, new.count)
    for (job, stored) in zip(new, ids) {
      if let older = model.holder(of: job, at: time) {
        expect("id of unique \(job.uniqueKey ?? "")", stored.id, older)
        expect("isNew", stored.isNew, false)
      } else {
        expect("isNew", stored.isNew, true)
        expect("a new id above all others", stored.id > model.highestID, true)
        model.store(job, id: stored.id, at: time.wall)
      }
      try compare(stored.id)
    }
  }

  private func makeJob(_ numbers: [UInt32], _ index: Int) -> NewJob {
    let numbers = Array(numbers[index...] + numbers[..<index])
    let isUnique = numbers.chance(1, 25)
    return newJob(
      "input \(numbers[2])", kind: numbers.chance(2, 30) ? "title" : "prompt",
      queue: numbers.pick(1, of: ["default", "default", "night", "bulk"]) ?? "default",
      priority: numbers.pick(2, of: [0, 0, 0, 5, -5, 100, -100]) ?? 0,
      runAt: numbers.chance(3, 25)
        ? time.wall + Int64(numbers.pick(4, of: [-50, 1, 300, 30_000]) ?? 0) : nil,
      maxAttempts: 1 + numbers.pick(3, below: 4),
      deadlineAfter: numbers.chance(4, 15) ? Int64(1 + numbers.pick(4, below: 9_000)) : nil,
      uniqueKey: isUnique ? "key \(numbers.pick(3, below: 4))" : nil,
      uniqueFor: isUnique && numbers.chance(4, 40) ? 10_000 : nil,
      labels: numbers.chance(2, 10) ? ["team": "\(numbers[3])"] : [:])
  }

  mutating func enqueueLeased(_ numbers: [UInt32]) throws {
    let index = numbers.pick(0, below: workers.count)
    let new = makeJob(numbers, 1)
    let lease = leaseSpan(numbers)
    let holder = model.holder(of: new, at: time)
    let results = try store(numbers).transact([
      .enqueueLeased(new, worker: workers[index].identity, path: .blocking, lease: lease)
    ])
    switch results.first {
    case .claimed(let jobs)?:
      guard let claimed = jobs.first, jobs.count == 1 else {
        return problems.append("\(jobs.count) jobs for one")
      }
      expect("holder of the unique key", nil, holder)
      expect("a new id above all others", claimed.id > model.highestID, true)
      problems += model.storeLeased(
        new, claimed, worker: workers[index].identity, lease: lease, at: time)
      take(jobs, index)
      try compare(claimed.id)
    case .enqueued(let ids)?: expect("holder of the unique key", ids.first?.id, holder)
    default: throw UnexpectedResult(result: "enqueueLeased")
    }
  }

  /// What the schema refuses takes everything of its call with it.
  mutating func enqueueRefused(_ numbers: [UInt32]) throws {
    var operations: [Operation] = [
      .enqueue([makeJob(numbers, 0), newJob("refused", priority: 101)])
    ]
    if let lease = numbers.pick(0, of: workers.flatMap(\.held)) {
      operations.insert(
        .settle(
          Settlement(
            lease: lease, outcome: .succeeded(Settlement.Success(result: [9])), trace: [])),
        at: 0)
    }
    do throws(StoreError) {
      _ = try store(numbers).transact(operations)
      problems.append("a priority of 101 was stored")
    } catch {
      expect("code", error.code, .constraint)
    }
  }

  mutating func cancel(_ numbers: [UInt32]) throws {
    let ids = numbers[0...numbers.pick(0, below: 2)].map { anyJob($0) }
    guard case .cancelled(let effects)? = try store(numbers).transact([.cancel(ids)]).first else {
      throw UnexpectedResult(result: "cancel")
    }
    expect("cancelled ids", effects.map(\.id), ids)
    let predicted = ids.map { model.cancel($0, at: time.wall) }
    expect("effects of cancel", effects.map(\.effect), predicted)
    for id in ids { try compare(id) }
  }

  mutating func retry(_ numbers: [UInt32]) throws {
    let ids = numbers[0...numbers.pick(0, below: 2)].map { anyJob($0) }
    let changed = try store(numbers).change(.retry(ids))
    expect("retried", changed, ids.filter { model.retry($0, at: time.wall) })
    for id in ids { try compare(id) }
  }

  mutating func remove(_ numbers: [UInt32]) throws {
    let id = anyJob(numbers[0])
    let changed = try store(numbers).change(.remove([id]))
    expect("removed", changed, model.remove(id) ? [id] : [])
    try compare(id)
  }

  mutating func pause(_ numbers: [UInt32]) throws {
    let queue = numbers.pick(0, of: ["default", "night", "bulk"]) ?? "default"
    let isPaused = !model.paused.contains(queue) && numbers.chance(1, 60)
    _ = try store(numbers).transact([.setPaused(queue: queue, isPaused)])
    if isPaused { model.paused.insert(queue) } else { model.paused.remove(queue) }
  }

  mutating func mark(_ numbers: [UInt32]) throws {
    let mark = Mark(
      key: markKey(numbers), class: .rateLimit, status: 429, until: time.wall + 1_000,
      markedAt: time.wall, failures: 1 + numbers.pick(1, below: 3))
    _ = try store(numbers).transact([.mark([mark])])
    model.marks[mark.key] = mark
  }

  mutating func unmark(_ numbers: [UInt32]) throws {
    let key = markKey(numbers)
    let before = time.wall - Int64(numbers.pick(1, below: 1_000))
    _ = try store(numbers).transact([.unmark([key], madeBefore: before)])
    if let mark = model.marks[key], mark.markedAt < before { model.marks[key] = nil }
  }

  private func markKey(_ numbers: [UInt32]) -> MarkKey {
    MarkKey(scope: .credential, provider: "p", credential: "c\(numbers.pick(0, below: 3))")
  }
}
