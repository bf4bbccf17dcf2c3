extension Schema {
  /// The row of `counters` that says how far jobs are counted says it for their ends too: in the column
  /// `scheduled`, as a time.
  static let uncountedEnds = """
    INSERT OR REPLACE INTO counters (queue, kind, scheduled, open, retryable, succeeded, failed,
      cancelled, dead)
    SELECT 0, 0, coalesce((SELECT max(0, max(finished_at)) FROM finished), 0),
      coalesce((SELECT open FROM counters WHERE queue = 0 AND kind = 0), 0), 0, 0, 0, 0, 0;
    """
}
