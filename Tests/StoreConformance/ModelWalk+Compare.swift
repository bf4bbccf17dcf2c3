import Fallback
import Queue

extension ModelWalk {
  /// Compares all that a store tells with the model, over both connections.
  mutating func compareAll() throws {
    for store in stores {
      let records = try store.jobs(matching: JobFilter())
      expect("ids", records.map(\.id), model.jobs.keys.sorted(by: >))
      let counted = try store.statistics()
      expect("counters", counted.queues, counts(\.new.queue))
      expect("paused queues", Set(counted.paused), model.paused)
      expect(
        "marks", Dictionary(uniqueKeysWithValues: try store.marks().map { ($0.key, $0) }),
        model.marks)
      for member in workers {
        let wanted = model.jobs.values.filter {
          $0.lease?.isCancelRequested == true && $0.lease?.worker == member.identity
        }
        expect(
          "requests to cancel", Set(try store.cancelRequests(of: member.identity)),
          Set(wanted.map { LeaseKey(id: $0.id, token: $0.token) }))
      }
      let open = try store.openJobs(queues: nil)
      expect("running jobs", open.running, model.jobs.values.count { $0.state == .running })
    }
    for id in model.jobs.keys.sorted() { try compare(id) }
  }

  private func counts(_ name: (ModelJob) -> String) -> [String: [JobState: Int]] {
    model.jobs.values.reduce(into: [:]) { $0[name($1), default: [:]][$1.state, default: 0] += 1 }
  }
}

extension ModelJob {
  /// What a store says of this job that is not so.
  func differences(_ record: JobRecord) -> [String] {
    var found: [String] = []
    func compare<Value: Equatable>(_ name: String, _ store: Value, _ model: Value) {
      if store != model { found.append("job \(id): \(name) is \(store), not \(model)") }
    }
    compare("state", record.state, state)
    compare("kind", record.kind, new.kind)
    compare("queue", record.queue, new.queue)
    compare("priority", record.priority, new.priority)
    compare("attempt", record.attempt, burnt + (state == .running ? 1 : 0))
    compare("max attempts", record.maxAttempts, new.maxAttempts)
    compare("labels", record.labels, new.labels)
    compare("unique key", record.uniqueKey, new.uniqueKey)
    compare("input", record.inputSHA256, new.input.sha256)
    compare("enqueued at", record.enqueuedAt, enqueuedAt)
    compare("run at", record.runAt, runAt)
    compare("deadline", record.deadline, deadline)
    compare("started at", record.startedAt, startedAt)
    compare("finished at", record.finishedAt, finishedAt)
    compare("result", record.result, result)
    compare("fallbacks", record.fallbackReasons, fallbacks)
    compare("class of error", record.error?.class, error?.class)
    if let message = error?.message, !message.isEmpty {
      compare("error", record.error, error)
    }
    return found
  }

  func differences(_ records: [AttemptRecord]) -> [String] {
    let seen = records.map {
      Attempt(
        worker: $0.worker, outcome: $0.outcome, startedAt: $0.startedAt,
        finishedAt: $0.finishedAt, trace: $0.trace)
    }
    let numbers = records.map(\.number)
    var found = seen == attempts ? [] : ["job \(id): attempts are \(seen), not \(attempts)"]
    if numbers != Array(attempts.indices.map { $0 + 1 }) {
      found.append("job \(id): attempts are numbered \(numbers)")
    }
    return found
  }
}
