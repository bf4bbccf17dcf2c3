import CSQLite
import Queue

extension Connection {
  /// The plan of every statement that is prepared just now.
  func queryPlans() throws(StoreError) -> [String: [String]] {
    var plans: [String: [String]] = [:]
    for sql in preparedSQL() {
      let first = sql.prefix { $0 != " " && $0 != "\n" }
      guard !["BEGIN", "COMMIT"].contains(first) else { continue }
      var steps: [String] = []
      var explain = try temporaryStatement("EXPLAIN QUERY PLAN " + sql)
      while try explain.step() { steps.append(explain.text(3)) }
      plans[sql] = steps
    }
    return plans
  }
}
