extension Schema {
  /// What of a credential was let in last, and what of it is being tried by whom.
  static let trials = """
    ALTER TABLE pool ADD COLUMN proven TEXT;
    ALTER TABLE pool ADD COLUMN trial TEXT;
    ALTER TABLE pool ADD COLUMN trial_until INTEGER;
    ALTER TABLE pool ADD COLUMN trial_worker TEXT;
    ALTER TABLE pool ADD COLUMN trial_boot TEXT;
    ALTER TABLE pool ADD COLUMN trial_namespace INTEGER;
    ALTER TABLE pool ADD COLUMN trial_pid INTEGER;
    ALTER TABLE pool ADD COLUMN trial_pid_start INTEGER;
    """

  /// Credentials that were counted for running jobs with their claims and may have to be given back:
  /// the turn that the credential had before and the one that it has since.
  static let setAside = """
    CREATE TABLE set_aside (
      job_id INTEGER PRIMARY KEY,
      token INTEGER NOT NULL,
      provider TEXT NOT NULL,
      credential TEXT NOT NULL,
      turn_before INTEGER NOT NULL,
      turn INTEGER NOT NULL
    ) STRICT;
    """
}
