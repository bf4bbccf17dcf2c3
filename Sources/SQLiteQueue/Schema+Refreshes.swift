extension Schema {
  /// Refreshes that failed, by credential, and answers of providers that are kept.
  static let refreshes = """
    CREATE TABLE refresh_failures (
      provider TEXT NOT NULL,
      credential TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      failures INTEGER NOT NULL,
      until INTEGER NOT NULL,
      is_terminal INTEGER NOT NULL,
      status INTEGER,
      detail TEXT NOT NULL,
      PRIMARY KEY (provider, credential)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE kept_answers (
      key TEXT PRIMARY KEY,
      text TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}
