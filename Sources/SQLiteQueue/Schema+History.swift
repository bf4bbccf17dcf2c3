extension Schema {
  /// Version 3. Attempts can be read in the order in which they ended: only runs that did not end
  /// their job lie there, so a success pays nothing for it. `names_epoch` grows when names or
  /// definitions are dropped, so that other processes forget their copies.
  ///
  /// Rows of `counters` for queue -1, which no queue has, count the jobs that ended in a minute (its
  /// number stands as the kind): in the page that their end has to write anyway.
  static let history = """
    CREATE INDEX attempts_finished_at ON attempts (finished_at);
    INSERT INTO meta VALUES ('names_epoch', 0);
    INSERT INTO counters (queue, kind, scheduled, open, retryable, succeeded, failed, cancelled, dead)
    SELECT -1, finished_at / 60000, 0, 0, 0, sum(state = 4), sum(state = 5), sum(state = 6),
      sum(state = 7)
    FROM finished
    WHERE finished_at > (CAST(strftime('%s', 'now') AS INTEGER) - 90000) * 1000
    GROUP BY finished_at / 60000;
    """
}
