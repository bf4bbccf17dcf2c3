import Kinds
import Queue

/// `list`.
enum ListCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    guard let store = try session.existingStore(.read) else { return .success }
    defer { store.close() }
    var filter = JobFilter(session)
    let limit = session.invocation.integer("limit") ?? ListLimit.standard
    // One more than is shown tells whether there are more.
    filter.limit = limit == 0 || limit == Int.max ? nil : limit + 1
    let wanted = filter
    var jobs = try storing { () throws(StoreError) in try store.jobs(matching: wanted) }
    let hasMore = limit > 0 && jobs.count > limit
    if hasMore { jobs.removeLast() }
    if session.invocation.wantsJSON {
      try session.emitLines(jobs.map { JobJSON.object($0, attempts: nil) })
    } else if !jobs.isEmpty {
      try session.emit(
        ListScreen.text(
          jobs, now: session.program.now(), style: session.style, width: session.width))
    }
    if hasMore { session.note("auxq: the newest \(limit); all of them: --limit 0") }
    return .success
  }
}

extension JobFilter {
  /// The filters of the command line.
  init(_ session: Session) {
    let line = session.invocation
    self.init()
    states = line.texts("state").compactMap { JobState(rawValue: $0) }
    kinds = line.texts("kind")
    if !kinds.isEmpty {
      // Jobs are stored under the kind's own name, and may be of a kind that is no more.
      let catalog = session.catalog()
      kinds = kinds.map { (try? catalog.definition(named: $0))?.name ?? $0 }
    }
    queues = line.texts("queue")
    reasons = line.texts("reason")
    providers = line.texts("provider")
    labels = line.dictionary("label")
    since = line.moment("since")?.resolved(
      now: session.program.now(), zone: session.program.zone, isPast: true)
  }
}
