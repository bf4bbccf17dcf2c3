import Fallback
import Queue

/// Steps that a worker takes.
extension ModelWalk {
  func leaseSpan(_ numbers: [UInt32]) -> Milliseconds {
    Int64(numbers.pick(3, of: [1_000, 10_000, 60_000]) ?? 1_000)
  }

  mutating func take(_ jobs: [ClaimedJob], _ index: Int) {
    workers[index].held += jobs.map(\.lease)
    past += jobs.map(\.lease)
    if past.count > 64 { past.removeFirst(past.count - 64) }
  }

  mutating func claim(_ numbers: [UInt32]) throws {
    let index = numbers.pick(0, below: workers.count)
    try carryOut(request(index, numbers), by: index, on: store(numbers), after: [])
  }

  mutating func claimOnly(_ numbers: [UInt32]) throws {
    let index = numbers.pick(0, below: workers.count)
    var request = request(index, numbers)
    request.only = anyJob(numbers[1])
    try carryOut(request, by: index, on: store(numbers), after: [])
  }

  private func request(_ index: Int, _ numbers: [UInt32]) -> ClaimRequest {
    ClaimRequest(
      worker: workers[index].identity,
      queues: numbers.chance(1, 30) ? ["night", "default", "no such queue"] : nil,
      limit: numbers.pick(2, of: [1, 1, 2, 4, 20]) ?? 1, lease: leaseSpan(numbers))
  }

  /// Claims, with other operations before it in the same transaction.
  private mutating func carryOut(
    _ request: ClaimRequest, by index: Int, on store: any QueueStore, after first: [Settlement]
  ) throws {
    let looked = try first.isEmpty && request.only == nil ? store.looksClaimable(request) : true
    let results = try store.transact(first.map { .settle($0) } + [.claim(request)])
    for (settlement, result) in zip(first, results) { check(settlement, result) }
    guard case .claimed(let jobs)? = results.last else { throw UnexpectedResult(result: "claim") }
    if !looked, !jobs.isEmpty { problems.append("an idle worker would have slept on these jobs") }
    let seen = ClaimSeen(
      jobs: jobs,
      isStillRunning: { id in try store.attempts(of: id).last.map { $0.outcome == nil } ?? false },
      hasExpired: { id in try store.state(id) == .failed })
    let living = fixture.living
    problems += try model.claim(request, seen, isAlive: { living.isAlive($0) }, at: time)
    take(jobs, index)
    for job in jobs { try compare(job.id) }
    for settlement in first { try compare(settlement.lease.id) }
  }

  private mutating func check(_ settlement: Settlement, _ result: OperationResult) {
    guard case .accepted(let isAccepted) = result else {
      return problems.append("a settlement was answered otherwise")
    }
    expect(
      "acceptance of \(settlement.lease)", isAccepted, model.settle(settlement, at: time.wall))
  }

  mutating func settle(_ numbers: [UInt32], thenClaims: Bool) throws {
    let index = numbers.pick(0, below: workers.count)
    guard !workers[index].held.isEmpty else { return }
    let lease = workers[index].held.remove(at: numbers.pick(1, below: workers[index].held.count))
    let settlement = settlement(of: lease, numbers)
    if thenClaims {
      return try carryOut(
        request(index, numbers), by: index, on: store(numbers), after: [settlement])
    }
    let results = try store(numbers).transact([.settle(settlement)])
    if let result = results.first { check(settlement, result) }
    try compare(lease.id)
  }

  private func settlement(of lease: LeaseKey, _ numbers: [UInt32]) -> Settlement {
    let later = time.wall + Int64(numbers.pick(3, of: [0, 1, 500, 20_000]) ?? 0)
    let text = Array("result \(lease.id).\(lease.token)".utf8)
    let outcome: Settlement.Outcome =
      switch numbers.pick(2, below: 12) {
      case 0: .failed(jobError(.invalidRequest), unchangedInput: numbers.chance(4, 50) ? [1] : nil)
      case 1: .dead(jobError(.auth))
      case 2, 3: .retry(jobError(.timeout), runAt: later)
      case 4: .park(jobError(.rateLimit), runAt: later, isOffline: false)
      case 5: .park(jobError(.connection), runAt: later, isOffline: true)
      case 6: .handBack
      case 7: .cancelled
      default: .succeeded(Settlement.Success(result: text))
      }
    let steps = numbers.chance(4, 20) ? [FallbackStep(provider: "p", class: .quota)] : []
    return Settlement(
      lease: lease, outcome: outcome, trace: Array("trace \(numbers[4])".utf8), fallbacks: steps)
  }

  /// A worker that was thought dead, or stopped for long, writes what it has.
  mutating func lateWrite(_ numbers: [UInt32]) throws {
    guard let lease = numbers.pick(0, of: past) else { return }
    let store = store(numbers)
    switch numbers.pick(1, below: 4) {
    case 0:
      let isAccepted = try store.isAccepted(.journal(lease, trace: [7]))
      expect("late journal", isAccepted, model.journal(lease, [7]))
    case 1:
      let isAccepted = try store.isAccepted(.checkpoint(lease, key: "late", result: [8]))
      expect("late checkpoint", isAccepted, model.checkpoint(lease, "late", [8]))
    default:
      let settlement = settlement(of: lease, numbers)
      if let result = try store.transact([.settle(settlement)]).first { check(settlement, result) }
      for index in workers.indices { workers[index].held.removeAll { $0 == lease } }
    }
    try compare(lease.id)
  }

  mutating func heartbeat(_ numbers: [UInt32]) throws {
    let index = numbers.pick(0, below: workers.count)
    var leases = workers[index].held
    if let old = numbers.pick(1, of: past), !leases.contains(old), numbers.chance(2, 30) {
      leases.append(old)
    }
    let span = leaseSpan(numbers)
    guard
      case .heartbeats(let standings)? = try store(numbers).transact([
        .heartbeat(worker: workers[index].identity, jobs: leases, lease: span)
      ]).first
    else { throw UnexpectedResult(result: "heartbeat") }
    expect("leases answered", standings.map(\.lease), leases)
    for (lease, standing) in standings {
      expect("standing of \(lease)", standing, model.renew(lease, until: time.boot + span))
      if standing == .lost { workers[index].held.removeAll { $0 == lease } }
    }
  }

  mutating func journal(_ numbers: [UInt32]) throws {
    guard let lease = numbers.pick(0, of: workers.flatMap(\.held)) else { return }
    let trace = Array("so far \(numbers[1])".utf8)
    let isAccepted = try store(numbers).isAccepted(.journal(lease, trace: DeferredBytes { trace }))
    expect("journal", isAccepted, model.journal(lease, trace))
    try compare(lease.id)
  }

  mutating func checkpoint(_ numbers: [UInt32]) throws {
    guard let lease = numbers.pick(0, of: workers.flatMap(\.held)) else { return }
    let (key, part) = ("part \(numbers.pick(1, below: 3))", Array("\(numbers[2])".utf8))
    let isAccepted = try store(numbers).isAccepted(.checkpoint(lease, key: key, result: part))
    expect("checkpoint", isAccepted, model.checkpoint(lease, key, part))
  }
}

extension QueueModel {
  mutating func journal(_ lease: LeaseKey, _ trace: [UInt8]) -> Bool {
    guard holds(lease), let last = jobs[lease.id]?.attempts.indices.last else { return false }
    jobs[lease.id]?.attempts[last].trace = trace
    return true
  }

  mutating func checkpoint(_ lease: LeaseKey, _ key: String, _ part: [UInt8]) -> Bool {
    guard holds(lease) else { return false }
    jobs[lease.id]?.parts[key] = part
    return true
  }

  mutating func renew(_ lease: LeaseKey, until: Milliseconds) -> LeaseStanding {
    guard holds(lease) else { return .lost }
    jobs[lease.id]?.lease?.until = until
    return jobs[lease.id]?.lease?.isCancelRequested == true ? .cancelRequested : .held
  }
}
