import Calls
package import Fallback
package import Queue

/// Reads calls and skips off a stored attempt by folding its events again.
package enum TraceReading {
  /// What happened in an attempt; nothing where no events are stored.
  @Sendable package static func read(
    _ attempt: AttemptRecord, _ job: JobRecord
  ) -> (calls: [CallRecord], skips: [SkipRecord]) {
    guard let trace = Trace(attempt.trace) else { return ([], []) }
    let (calls, skips) = trace.ledger()
    guard attempt.outcome == nil else { return (calls, skips) }
    // The attempt still runs: its open call is not unknown but under way.
    return (calls.map(\.stillOpen), skips)
  }
}

extension CallRecord {
  fileprivate var stillOpen: CallRecord {
    guard finishedAt == nil else { return self }
    var call = self
    call.failure = nil
    return call
  }
}
