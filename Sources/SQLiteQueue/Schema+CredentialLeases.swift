extension Schema {
  /// Calls under way by credential (empty: asked without a key) and process, where the user limits how
  /// many there may be at once.
  static let credentialLeases = """
    CREATE TABLE credential_leases (
      provider TEXT NOT NULL,
      credential TEXT NOT NULL,
      worker TEXT NOT NULL,
      boot TEXT NOT NULL,
      namespace INTEGER NOT NULL,
      pid INTEGER NOT NULL,
      pid_start INTEGER NOT NULL,
      calls INTEGER NOT NULL,
      PRIMARY KEY (provider, credential, worker)
    ) STRICT, WITHOUT ROWID;
    """
}
