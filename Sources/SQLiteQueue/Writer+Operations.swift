import Fallback
import Queue

extension Writer {
  /// Carries out one operation inside the open transaction.
  mutating func apply(
    _ operation: Operation, at moment: Moment
  ) throws(StoreError) -> OperationResult {
    switch operation {
    case .enqueue(let jobs): return try .enqueued(enqueue(jobs, at: moment))
    case .enqueueLeased(let job, let worker, let path, let lease, let choice):
      return try enqueueLeased(
        job, worker: worker, path: path, lease: lease, choice: choice, at: moment)
    case .claim(let request): return try .claimed(claim(request, at: moment))
    case .settle(let settlement): return try .accepted(settle(settlement, at: moment))
    case .heartbeat(_, let jobs, let lease):
      return try .heartbeats(renew(jobs, until: moment.boot + lease))
    case .journal(let lease, let trace): return try .accepted(journal(lease, trace: trace.bytes))
    case .checkpoint(let lease, let key, let result):
      return try .accepted(checkpoint(lease, key: key, result: result))
    case .cancel(let ids): return try .cancelled(cancel(ids, at: moment))
    case .retry(let ids): return try .retried(retry(ids, at: moment))
    case .remove(let ids): return try .changed(remove(ids))
    case .prune(let ids, let retention): return try .changed(prune(ids, retention, at: moment))
    case .forget(let leftovers): try forget(leftovers, at: moment)
    case .mark(let marks): try put(marks)
    case .unmark(let keys, let time): try lift(keys, madeBefore: time)
    case .fail(let note, let job, let policy, let time):
      try foreseen { (writer) throws(StoreError) in
        try writer.fail(note, job: job, policy: policy, at: time)
      }
    case .reserve(let reservation, let holder):
      return try .reserved(reserve(reservation, for: holder))
    case .giveBack(let reserved): try giveBack(reserved)
    case .tryOut(let trial, let holder, let now, let until, let epoch):
      // What this process has just marked itself, whoever asks knows already.
      let current = try db.healthEpoch()
      guard current - ownMarks <= epoch else { return .triedOut(.outOfDate) }
      let answer = try tryOut(trial, for: holder, now: now, until: until)
      return .triedOut(
        answer == .yours(epoch: nil) && ownMarks == foreseenMarks
          ? .yours(epoch: current) : answer)
    case .proved(let trial):
      try foreseen { (writer) throws(StoreError) in try writer.proved(trial) }
    case .endTrial(let trial, let holder): try endTrial(trial, of: holder)
    case .pace(let request): return try .paced(pace(request))
    case .endProbes(let keys, let holder): try endProbes(keys, of: holder)
    case .endLease(let provider, let credential, let holder):
      try returnLease(of: credential, provider, from: holder)
    case .reset(let reset): return try .lifted(self.reset(reset))
    case .assign(let provider, let credential, let account):
      try assign(account, to: credential, of: provider)
    case .progress(let lease, let progress):
      return try .accepted(note(progress, of: lease))
    case .learn(let lesson): sums.add(lesson)
    case .noteRefresh(let provider, let credential, let failure):
      try noteRefresh(failure, of: credential, provider: provider)
    case .keep(let answer): try keep(answer)
    case .remember(let adaptation): try remember(adaptation, at: moment)
    case .setPaused(let queue, let isPaused): try setPaused(queue, isPaused)
    }
    return .done
  }
}

extension Operation {
  /// A promise made to a person: it must have reached the disk before it is acknowledged. What is
  /// lost of the rest is done again.
  var needsFullSync: Bool {
    switch self {
    case .enqueue, .enqueueLeased, .checkpoint, .cancel, .retry, .remove: true
    case .settle(let settlement): settlement.outcome.isTerminal
    case .claim, .heartbeat, .journal, .mark, .unmark, .remember, .setPaused: false
    case .fail, .reserve, .giveBack, .tryOut, .proved, .endTrial, .pace, .endProbes, .endLease,
      .reset, .assign:
      false
    case .progress, .learn, .prune, .forget, .noteRefresh, .keep: false
    }
  }
}

extension Settlement.Outcome {
  var isTerminal: Bool {
    switch self {
    case .succeeded, .failed, .dead, .cancelled: true
    case .retry, .park, .handBack: false
    }
  }
}

extension Operation {
  /// It adds jobs for later.
  var isEnqueue: Bool {
    if case .enqueue = self { true } else { false }
  }

  /// What others should be told once it is stored.
  var signal: StoreSignal? {
    switch self {
    case .cancel: .cancelRequested
    case .enqueue, .retry, .setPaused, .unmark, .reset: .changed
    case .settle(let settlement):
      if case .handBack = settlement.outcome { .changed } else { nil }
    case .enqueueLeased, .claim, .heartbeat, .journal, .checkpoint, .mark, .fail, .reserve,
      .giveBack, .tryOut, .proved, .endTrial, .pace, .endProbes, .endLease, .assign, .progress,
      .learn, .noteRefresh, .keep,
      .remember,
      .remove, .prune, .forget:
      nil
    }
  }
}
