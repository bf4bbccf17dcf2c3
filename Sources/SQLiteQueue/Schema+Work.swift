extension Schema {
  /// How far long jobs have come, whose result answers the same work again, and what calls have
  /// taught about models.
  static let work = """
    CREATE TABLE progress (
      job_id INTEGER PRIMARY KEY,
      done INTEGER NOT NULL,
      total INTEGER NOT NULL,
      calls INTEGER NOT NULL,
      input_tokens INTEGER NOT NULL,
      output_tokens INTEGER NOT NULL,
      cost INTEGER,
      started_at INTEGER NOT NULL,
      done_before INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE reusable_results (
      key TEXT PRIMARY KEY,
      job_id INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX reusable_results_job ON reusable_results (job_id);
    CREATE TABLE model_lessons (
      provider TEXT NOT NULL,
      base_url TEXT NOT NULL,
      model TEXT NOT NULL,
      estimated INTEGER NOT NULL,
      counted INTEGER NOT NULL,
      window INTEGER,
      PRIMARY KEY (provider, base_url, model)
    ) STRICT, WITHOUT ROWID;
    """
}
