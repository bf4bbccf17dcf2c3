import Credentials
import Fallback
import Queue
import Worker

/// `stats`.
enum StatsCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let store = try session.existingStore(.read)
    defer { store?.close() }
    let statistics = try storing { () throws(StoreError) in
      try store?.statistics() ?? QueueStatistics()
    }
    let marks = try storing { () throws(StoreError) in try store?.marks() ?? [] }
    let now = session.program.now()
    let health = session.health(marks, store ?? NoStore(), now)
    if session.invocation.wantsJSON {
      try session.emit(StatsJSON.object(statistics, health: health))
    } else {
      let screen = StatsScreen(
        statistics: statistics, health: health, now: now, style: session.style)
      try session.emit(screen.text)
    }
    return .success
  }
}

extension Session {
  /// What is benched. A mark on a key that was replaced or removed says nothing any more.
  fileprivate func health(
    _ marks: [Mark], _ store: any QueueStore, _ now: Milliseconds
  ) -> [HealthRow] {
    guard !marks.isEmpty, let engine = try? engine(store) else {
      return HealthRow.rows(marks, now: now)
    }
    let rows = HealthRow.rows(marks.filter { engine.pools.isCurrent($0) }, now: now)
    return rows.contains { !$0.mark.key.credential.isEmpty } ? labelled(rows, engine) : rows
  }

  /// Says which label a benched credential has. Where the credentials cannot be read, ids stay.
  private func labelled(_ rows: [HealthRow], _ engine: Engine) -> [HealthRow] {
    var labels: [String: [String: String]] = [:]
    for provider in Set(rows.map(\.mark.key.provider)) {
      let known = engine.credentialRows(provider, program.now()).map(\.listing.credential)
      labels[provider] = Dictionary(known.map { ($0.id, $0.label) }) { first, _ in first }
    }
    return rows.map { row in
      var row = row
      row.label = labels[row.mark.key.provider]?[row.mark.key.credential]
      return row
    }
  }
}
