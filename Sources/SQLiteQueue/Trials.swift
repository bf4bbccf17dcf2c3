import Fallback
import Queue

extension Query {
  fileprivate static let trialOfCredential: Query = """
    SELECT proven, trial, trial_until, trial_worker, trial_boot, trial_namespace, trial_pid,
      trial_pid_start
    FROM pool WHERE provider = ? AND credential = ?
    """
  fileprivate static let beginTrial: Query = """
    INSERT INTO pool (provider, credential, trial, trial_until, trial_worker, trial_boot,
      trial_namespace, trial_pid, trial_pid_start)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET trial = excluded.trial, trial_until = excluded.trial_until,
      trial_worker = excluded.trial_worker, trial_boot = excluded.trial_boot,
      trial_namespace = excluded.trial_namespace, trial_pid = excluded.trial_pid,
      trial_pid_start = excluded.trial_pid_start
    """
  fileprivate static let prove: Query = """
    INSERT INTO pool (provider, credential, proven) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET proven = excluded.proven,
      trial = CASE WHEN trial = excluded.proven THEN NULL ELSE trial END
    """
  fileprivate static let endTrial: Query = """
    UPDATE pool SET trial = NULL
    WHERE provider = ? AND credential = ? AND trial = ? AND trial_worker = ?
    """
  fileprivate static let disprove: Query = """
    UPDATE pool SET proven = NULL, trial = NULL
    WHERE provider = ? AND credential = ? AND coalesce(proven, trial) IS NOT NULL
    """
}

/// Credentials of which nobody knows whether they work. S32.
extension Writer {
  mutating func tryOut(
    _ trial: CredentialTrial, for holder: WorkerIdentity, now: Milliseconds, until: Milliseconds
  ) throws(StoreError) -> TrialAnswer {
    var find = try db.statement(.trialOfCredential)
    find.bind(trial.provider)
    find.bind(trial.credential)
    if try find.step() {
      if find.optionalText(0) == trial.print { return .proven }
      let end = find.int(2)
      // A longer lease than one may have comes from a clock that was set back.
      if find.optionalText(1) == trial.print, end > now, end <= until + (until - now) {
        let other = WorkerIdentity(
          id: find.text(3), bootID: find.text(4), pidNamespace: UInt64(bitPattern: find.int(5)),
          pid: Int32(truncatingIfNeeded: find.int(6)), pidStart: UInt64(bitPattern: find.int(7)))
        if other.id != holder.id, isThere(other, seenBy: holder) { return .taken(until: end) }
      }
    }
    var begin = try db.statement(.beginTrial)
    begin.bind(trial.provider)
    begin.bind(trial.credential)
    begin.bind(trial.print)
    begin.bind(until)
    begin.bind(holder.id)
    begin.bind(holder.bootID)
    begin.bind(Int64(bitPattern: holder.pidNamespace))
    begin.bind(Int64(holder.pid))
    begin.bind(Int64(bitPattern: holder.pidStart))
    try begin.run()
    return .yours(epoch: nil)
  }

  mutating func proved(_ trial: CredentialTrial) throws(StoreError) {
    var prove = try db.statement(.prove)
    prove.bind(trial.provider)
    prove.bind(trial.credential)
    prove.bind(trial.print)
    try prove.run()
    try growHealthEpoch()
  }

  mutating func endTrial(
    _ trial: CredentialTrial, of holder: WorkerIdentity
  ) throws(StoreError) {
    var end = try db.statement(.endTrial)
    end.bind(trial.provider)
    end.bind(trial.credential)
    end.bind(trial.print)
    end.bind(holder.id)
    try end.run()
  }

  /// A credential was refused: whoever uses it next finds out anew.
  mutating func refused(_ key: MarkKey) throws(StoreError) {
    var disprove = try db.statement(.disprove)
    disprove.bind(key.provider)
    disprove.bind(key.credential)
    try disprove.run()
  }
}
