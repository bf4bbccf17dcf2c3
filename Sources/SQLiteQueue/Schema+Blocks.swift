extension Schema {
  /// In which blocks of 4,096 ids jobs of a queue (facet 0), of a kind (1), or served by a provider (2)
  /// lie: a listing of rare ones need not look through all. An index would be a page more to write for
  /// every job; this is a row for every block.
  static let blocks = """
    CREATE TABLE id_blocks (
      facet INTEGER NOT NULL CHECK (facet BETWEEN 0 AND 2),
      value ANY NOT NULL,
      block INTEGER NOT NULL,
      PRIMARY KEY (facet, value, block)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO id_blocks
    SELECT 0, queue, id >> 12 FROM jobs UNION SELECT 0, queue, id >> 12 FROM running
    UNION SELECT 0, queue, id >> 12 FROM finished
    UNION SELECT 1, kind, id >> 12 FROM jobs UNION SELECT 1, kind, id >> 12 FROM running
    UNION SELECT 1, kind, id >> 12 FROM finished
    UNION SELECT 2, provider, id >> 12 FROM finished WHERE provider IS NOT NULL;
    """
}
