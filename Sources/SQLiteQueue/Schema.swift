/// One step of the schema, carried out in one transaction with the new `user_version`.
struct Migration {
  var version: Int64
  var sql: String
}

enum Schema {
  /// `AUXQ`: says whose database a file is.
  static let applicationID: Int64 = 0x4155_5851

  /// In order; the last is the version that this program reads and writes.
  static let migrations: [Migration] = [
    Migration(version: 1, sql: waiting + running + finished + aside + shared + pools),
    Migration(version: 2, sql: gate),
    Migration(version: 3, sql: work),
    Migration(version: 4, sql: history),
    Migration(version: 5, sql: pace),
    Migration(version: 6, sql: credentialLeases),
    Migration(version: 7, sql: refreshes),
    Migration(version: 8, sql: uncountedEnds),
    Migration(version: 9, sql: keptKeys),
    Migration(version: 10, sql: parked),
    Migration(version: 11, sql: blocks),
    Migration(version: 12, sql: setAside + trials),
  ]

  static var version: Int64 { migrations.last?.version ?? 0 }

  /// Jobs that wait. Claiming moves the row, so it holds numbers only; what is long lies
  /// in `inputs`. Future-dated rows stay out of the index that is searched for ready ones. `state`
  /// stands in its indexes so that a search need not look into the rows.
  private static let waiting = """
    CREATE TABLE names (
      id INTEGER PRIMARY KEY,
      text TEXT NOT NULL UNIQUE CHECK (length(text) BETWEEN 1 AND 200)
    ) STRICT;
    CREATE TABLE definitions (
      id INTEGER PRIMARY KEY,
      hash TEXT NOT NULL UNIQUE,
      version TEXT NOT NULL,
      snapshot BLOB NOT NULL
    ) STRICT;
    CREATE TABLE jobs (
      id INTEGER PRIMARY KEY,
      queue INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      definition INTEGER NOT NULL,
      state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3 AND state <> 2),
      priority INTEGER NOT NULL CHECK (priority BETWEEN -100 AND 100),
      run_at INTEGER NOT NULL,
      burnt INTEGER NOT NULL CHECK (burnt >= 0),
      max_attempts INTEGER NOT NULL CHECK (max_attempts >= 1),
      claims INTEGER NOT NULL CHECK (claims BETWEEN 0 AND 1048575),
      crashes INTEGER NOT NULL,
      offline_parks INTEGER NOT NULL,
      first_park INTEGER,
      token INTEGER NOT NULL,
      mode INTEGER NOT NULL CHECK (mode BETWEEN 0 AND 1),
      deadline INTEGER,
      deadline_after INTEGER,
      enqueued_at INTEGER NOT NULL,
      started_at INTEGER,
      flags INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX jobs_ready ON jobs (state, queue, priority DESC, run_at) WHERE state = 1;
    CREATE INDEX jobs_due ON jobs (queue, run_at, state) WHERE state IN (0, 3);

    """

  /// Jobs that run, with their leases. Few and close together, so that claims, heartbeats and endings
  /// touch few pages.
  private static let running = """
    CREATE TABLE workers (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      boot_id TEXT NOT NULL,
      pid_namespace INTEGER NOT NULL,
      pid INTEGER NOT NULL,
      pid_start INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE running (
      id INTEGER PRIMARY KEY,
      queue INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      definition INTEGER NOT NULL,
      priority INTEGER NOT NULL,
      run_at INTEGER NOT NULL,
      burnt INTEGER NOT NULL,
      max_attempts INTEGER NOT NULL,
      claims INTEGER NOT NULL CHECK (claims BETWEEN 1 AND 1048575),
      crashes INTEGER NOT NULL,
      offline_parks INTEGER NOT NULL,
      first_park INTEGER,
      token INTEGER NOT NULL,
      mode INTEGER NOT NULL,
      deadline INTEGER,
      deadline_after INTEGER,
      enqueued_at INTEGER NOT NULL,
      started_at INTEGER NOT NULL,
      flags INTEGER NOT NULL,
      worker INTEGER NOT NULL,
      until_boot INTEGER NOT NULL,
      path INTEGER NOT NULL CHECK (path BETWEEN 0 AND 1),
      claimed_at INTEGER NOT NULL,
      cancel_requested INTEGER NOT NULL,
      has_journal INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE journals (
      job_id INTEGER PRIMARY KEY,
      trace BLOB NOT NULL
    ) STRICT;

    """

  /// The row of a job that is over, with its result and the run that ended it: one page to write
  /// instead of three. What is large lies in overflow pages at the end of the row, which a listing
  /// does not read.
  private static let finished = """
    CREATE TABLE finished (
      id INTEGER PRIMARY KEY,
      queue INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      definition INTEGER NOT NULL,
      state INTEGER NOT NULL CHECK (state BETWEEN 4 AND 7),
      priority INTEGER NOT NULL,
      run_at INTEGER NOT NULL,
      attempt INTEGER NOT NULL,
      max_attempts INTEGER NOT NULL,
      claims INTEGER NOT NULL,
      token INTEGER NOT NULL,
      mode INTEGER NOT NULL,
      deadline INTEGER,
      deadline_after INTEGER,
      enqueued_at INTEGER NOT NULL,
      started_at INTEGER,
      finished_at INTEGER NOT NULL,
      flags INTEGER NOT NULL,
      is_degraded INTEGER NOT NULL,
      provider TEXT,
      model TEXT,
      base_url TEXT,
      credential TEXT,
      run_number INTEGER,
      run_worker TEXT,
      run_path INTEGER,
      run_outcome INTEGER CHECK (run_outcome BETWEEN 0 AND 6),
      run_started_at INTEGER,
      fallbacks TEXT,
      result BLOB,
      report BLOB,
      trace BLOB,
      CHECK (state <> 4 OR (result IS NOT NULL AND run_outcome = 0))
    ) STRICT;
    CREATE INDEX finished_at ON finished (finished_at);
    CREATE INDEX finished_unsuccessful ON finished (state, id) WHERE state <> 4;

    """

  /// What belongs to a job and stays put when it finishes. `attempts` holds the runs that ended
  /// without ending the job, by `job << 20 | number`: one tree instead of two, and the attempts of a
  /// job lie together.
  private static let aside = """
    CREATE TABLE inputs (
      job_id INTEGER PRIMARY KEY,
      name TEXT,
      sha256 TEXT NOT NULL,
      unique_key TEXT,
      options BLOB NOT NULL,
      bytes BLOB NOT NULL
    ) STRICT;
    CREATE TABLE attempts (
      id INTEGER PRIMARY KEY,
      worker TEXT NOT NULL,
      path INTEGER NOT NULL,
      outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 6),
      started_at INTEGER NOT NULL,
      finished_at INTEGER NOT NULL,
      fallbacks TEXT,
      trace BLOB NOT NULL
    ) STRICT;
    CREATE TABLE parts (
      job_id INTEGER NOT NULL,
      key TEXT NOT NULL,
      result BLOB NOT NULL,
      UNIQUE (job_id, key)
    ) STRICT;
    CREATE TABLE errors (
      job_id INTEGER PRIMARY KEY,
      class TEXT NOT NULL,
      message TEXT NOT NULL,
      cause TEXT,
      hint TEXT
    ) STRICT;
    CREATE TABLE unique_keys (
      queue INTEGER NOT NULL,
      key TEXT NOT NULL,
      job_id INTEGER NOT NULL,
      finished_at INTEGER,
      PRIMARY KEY (queue, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE labels (
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      job_id INTEGER NOT NULL,
      PRIMARY KEY (key, value, job_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX labels_job ON labels (job_id);
    CREATE TABLE job_reasons (
      class TEXT NOT NULL,
      provider TEXT NOT NULL,
      job_id INTEGER NOT NULL,
      PRIMARY KEY (class, provider, job_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX job_reasons_job ON job_reasons (job_id);

    """

  /// What all jobs share. `counters` is kept by the transactions that move jobs.
  private static let shared = """
    CREATE TABLE meta (
      key TEXT PRIMARY KEY,
      value INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO meta VALUES ('health_epoch', 0), ('highest_removed_id', 0);
    CREATE TABLE counters (
      queue INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      scheduled INTEGER NOT NULL CHECK (scheduled >= 0),
      open INTEGER NOT NULL CHECK (open >= 0),
      retryable INTEGER NOT NULL CHECK (retryable >= 0),
      succeeded INTEGER NOT NULL CHECK (succeeded >= 0),
      failed INTEGER NOT NULL CHECK (failed >= 0),
      cancelled INTEGER NOT NULL CHECK (cancelled >= 0),
      dead INTEGER NOT NULL CHECK (dead >= 0),
      PRIMARY KEY (queue, kind)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE paused_queues (
      queue INTEGER PRIMARY KEY
    ) STRICT;
    CREATE TABLE token_use (
      day TEXT NOT NULL,
      provider TEXT NOT NULL,
      calls INTEGER NOT NULL,
      input_tokens INTEGER NOT NULL,
      output_tokens INTEGER NOT NULL,
      PRIMARY KEY (day, provider)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE fallback_counts (
      provider TEXT NOT NULL,
      class TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (provider, class)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE health (
      scope TEXT NOT NULL,
      provider TEXT NOT NULL,
      base_url TEXT NOT NULL,
      model TEXT NOT NULL,
      credential TEXT NOT NULL,
      class TEXT NOT NULL,
      status INTEGER,
      until INTEGER NOT NULL,
      marked_at INTEGER NOT NULL,
      failures INTEGER NOT NULL,
      by_job INTEGER NOT NULL,
      is_pending INTEGER NOT NULL,
      fingerprint TEXT NOT NULL,
      is_terminal INTEGER NOT NULL,
      PRIMARY KEY (scope, provider, base_url, model, credential)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE adaptations (
      provider TEXT NOT NULL,
      base_url TEXT NOT NULL,
      model TEXT NOT NULL,
      adjustment TEXT NOT NULL,
      learnt_at INTEGER NOT NULL,
      PRIMARY KEY (provider, base_url, model, adjustment)
    ) STRICT, WITHOUT ROWID;
    """

  /// Credentials by id: how often they were used, whose turn it is, when they were reset (id empty: the
  /// whole provider). A mark that is being probed names the process that does it.
  private static let pools = """
    CREATE TABLE pool (
      provider TEXT NOT NULL,
      credential TEXT NOT NULL,
      uses INTEGER NOT NULL DEFAULT 0,
      position INTEGER NOT NULL DEFAULT 0,
      account TEXT,
      reset_at INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (provider, credential)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE health ADD COLUMN probe_until INTEGER;
    ALTER TABLE health ADD COLUMN probe_worker TEXT;
    ALTER TABLE health ADD COLUMN probe_boot TEXT;
    ALTER TABLE health ADD COLUMN probe_namespace INTEGER;
    ALTER TABLE health ADD COLUMN probe_pid INTEGER;
    ALTER TABLE health ADD COLUMN probe_pid_start INTEGER;
    """
}
