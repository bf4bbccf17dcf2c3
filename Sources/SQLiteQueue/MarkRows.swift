import Fallback
import Queue

extension Query {
  fileprivate static let allMarks: Query = """
    SELECT scope, provider, base_url, model, credential, class, status, until, marked_at,
      failures, by_job, is_pending, fingerprint, is_terminal
    FROM health
    """
  fileprivate static let oneMark: Query = """
    SELECT scope, provider, base_url, model, credential, class, status, until, marked_at,
      failures, by_job, is_pending, fingerprint, is_terminal
    FROM health
    WHERE scope = ? AND provider = ? AND base_url = ? AND model = ? AND credential = ?
    """
  fileprivate static let healthEpoch: Query = "SELECT value FROM meta WHERE key = 'health_epoch'"
  fileprivate static let allUses: Query = """
    SELECT provider, credential, uses, position, account, proven FROM pool WHERE credential <> ''
    """
}

/// Reading marks and counters, for readers and inside a writing transaction alike.
extension Connection {
  mutating func marks() throws(StoreError) -> [Mark] {
    var marks: [Mark] = []
    var find = try statement(.allMarks)
    while try find.step() { if let mark = Mark(row: find) { marks.append(mark) } }
    return marks
  }

  mutating func mark(_ key: MarkKey) throws(StoreError) -> Mark? {
    var find = try statement(.oneMark)
    find.bind(key)
    return try find.step() ? Mark(row: find) : nil
  }

  mutating func healthEpoch() throws(StoreError) -> Int64 {
    var find = try statement(.healthEpoch)
    return try find.step() ? find.int(0) : 0
  }

  mutating func poolUses() throws(StoreError) -> [PoolUse] {
    var uses: [PoolUse] = []
    var find = try statement(.allUses)
    while try find.step() {
      uses.append(
        PoolUse(
          provider: find.text(0), credential: find.text(1), uses: Int(find.int(2)),
          order: find.int(3), account: find.optionalText(4), proven: find.optionalText(5)))
    }
    return uses
  }
}

extension Mark {
  /// nil for a scope or class that a newer program wrote: a mark is advice.
  init?(row: borrowing Statement) {
    guard let scope = FailureScope(rawValue: row.text(0)),
      let failureClass = FailureClass(rawValue: row.text(5))
    else { return nil }
    let key = MarkKey(
      scope: scope, provider: row.text(1), baseURL: row.text(2), model: row.text(3),
      credential: row.text(4))
    self.init(
      key: key, class: failureClass, status: row.optionalInt(6).map { Int($0) },
      until: row.int(7), markedAt: row.int(8), failures: Int(row.int(9)), byJob: row.int(10),
      isPending: row.bool(11), fingerprint: row.text(12), isTerminal: row.bool(13))
  }
}

extension Statement {
  /// The five columns of a mark's key.
  mutating func bind(_ key: MarkKey) {
    bind(key.scope.rawValue)
    bind(key.provider)
    bind(key.baseURL)
    bind(key.model)
    bind(key.credential)
  }
}
