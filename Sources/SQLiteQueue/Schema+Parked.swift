extension Schema {
  /// Leads to the jobs that a run has parked until a route is back. Those that wait for the network are
  /// left out.
  static let parked = """
    CREATE INDEX jobs_parked ON jobs (plan, run_at)
    WHERE state = 3 AND held IS NULL AND first_park IS NOT NULL AND offline_parks = 0;
    """
}
