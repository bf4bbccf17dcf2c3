extension Schema {
  /// `keep_for`: the longest time for which somebody wants a key to count after its job has finished.
  /// `until`: set where that job is gone already, with its input that named the key.
  static let keptKeys = """
    ALTER TABLE unique_keys ADD COLUMN keep_for INTEGER;
    ALTER TABLE unique_keys ADD COLUMN until INTEGER;
    CREATE INDEX unique_keys_until ON unique_keys (until) WHERE until IS NOT NULL;
    """
}
