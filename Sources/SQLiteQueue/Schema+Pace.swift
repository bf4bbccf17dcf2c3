extension Schema {
  /// Requests of the last minute, where the user limits what a minute may hold.
  static let pace = """
    CREATE TABLE paced (
      id INTEGER PRIMARY KEY,
      provider TEXT NOT NULL,
      credential TEXT NOT NULL,
      at INTEGER NOT NULL,
      tokens INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX paced_time ON paced (provider, credential, at, tokens);
    """
}
