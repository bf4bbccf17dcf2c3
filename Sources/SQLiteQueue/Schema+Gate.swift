extension Schema {
  /// Jobs name their plan, so that all jobs of one can wait while its routes are out; `held` keeps the
  /// time that such a job had before. Plan 0: never held. `late_results` holds what came from workers
  /// that had lost their lease.
  static let gate = """
    CREATE TABLE plans (
      id INTEGER PRIMARY KEY,
      text TEXT NOT NULL UNIQUE
    ) STRICT;
    ALTER TABLE jobs ADD COLUMN plan INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE jobs ADD COLUMN held INTEGER;
    ALTER TABLE running ADD COLUMN plan INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE finished ADD COLUMN plan INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX jobs_held ON jobs (plan, run_at) WHERE held IS NOT NULL;
    CREATE TABLE late_results (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      job_id INTEGER NOT NULL,
      attempt INTEGER NOT NULL,
      outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 6),
      arrived_at INTEGER NOT NULL,
      result BLOB
    ) STRICT;
    CREATE INDEX late_results_job ON late_results (job_id);
    """
}
