import Fallback
import Queue

extension Query {
  fileprivate static let putRefreshFailure: Query = """
    INSERT OR REPLACE INTO refresh_failures (provider, credential, fingerprint, failures, until,
      is_terminal, status, detail)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    """
  fileprivate static let dropRefreshFailure: Query =
    "DELETE FROM refresh_failures WHERE provider = ? AND credential = ?"
  fileprivate static let dropPassingRefreshFailures: Query = """
    DELETE FROM refresh_failures
    WHERE provider = ?1 AND is_terminal = 0 AND (?2 IS NULL OR credential = ?2)
    """
  fileprivate static let allRefreshFailures: Query = """
    SELECT provider, credential, fingerprint, failures, until, is_terminal, status, detail
    FROM refresh_failures
    """
  fileprivate static let putAnswer: Query = """
    INSERT INTO kept_answers (key, text, at) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET text = excluded.text, at = excluded.at WHERE excluded.at >= at
    """
  fileprivate static let answer: Query = "SELECT text, at FROM kept_answers WHERE key = ?"
}

extension Writer {
  mutating func noteRefresh(
    _ failure: RefreshFailure?, of credential: String, provider: String
  ) throws(StoreError) {
    var change = try db.statement(failure == nil ? .dropRefreshFailure : .putRefreshFailure)
    change.bind(provider)
    change.bind(credential)
    if let failure {
      change.bind(failure.fingerprint)
      change.bind(failure.failures)
      change.bind(failure.until)
      change.bind(failure.isTerminal)
      change.bind(failure.status.map { Int64($0) })
      change.bind(failure.detail)
    }
    try change.run()
  }

  /// A reset by hand lets a refresh be tried again; what was revoked stays so.
  mutating func forgetRefreshFailures(_ reset: HealthReset) throws(StoreError) {
    for credential in reset.credentials.map({ $0.map(Optional.some) }) ?? [nil] {
      var drop = try db.statement(.dropPassingRefreshFailures)
      drop.bind(reset.provider)
      drop.bind(credential)
      try drop.run()
    }
  }

  mutating func keep(_ answer: KeptAnswer) throws(StoreError) {
    var put = try db.statement(.putAnswer)
    put.bind(answer.key)
    put.bind(answer.text)
    put.bind(answer.at)
    try put.run()
  }
}

extension Connection {
  mutating func refreshFailures() throws(StoreError) -> [RefreshFailure] {
    var failures: [RefreshFailure] = []
    var find = try statement(.allRefreshFailures)
    while try find.step() {
      failures.append(
        RefreshFailure(
          provider: find.text(0), credential: find.text(1), fingerprint: find.text(2),
          failures: Int(find.int(3)), until: find.int(4), isTerminal: find.bool(5),
          status: find.optionalInt(6).map { Int($0) }, detail: find.text(7)))
    }
    return failures
  }

  mutating func keptAnswer(_ key: String) throws(StoreError) -> KeptAnswer? {
    var find = try statement(.answer)
    find.bind(key)
    return try find.step() ? KeptAnswer(key: key, text: find.text(0), at: find.int(1)) : nil
  }
}
