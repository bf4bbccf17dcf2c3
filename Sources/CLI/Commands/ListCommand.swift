import Kinds
import Queue

/// `list`.
enum ListCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    guard let store = try session.existingStore(.read) else { return .success }
    defer { store.close() }
    let limit = session.invocation.integer("limit") ?? ListLimit.standard
    var pages = JobPages(JobFilter(session), limit: limit == 0 ? .max : limit)
    pages.filter.withResults = session.invocation.wantsJSON
    var isFirst = true
    while let jobs = try pages.next(store) {
      if session.invocation.wantsJSON {
        try session.emitLines(jobs.map { JobJSON.object($0, attempts: nil) })
      } else {
        try session.emit(
          ListScreen.text(
            jobs, now: session.program.now(), style: session.style, width: session.width,
            hasHead: isFirst))
      }
      isFirst = false
    }
    if try pages.hasMore(store) {
      session.note("auxq: the newest \(limit); all of them: --limit 0")
    }
    return .success
  }
}

/// Reads a long listing piece by piece: neither memory nor a reading transaction grows with it.
struct JobPages {
  private static let size = 200

  var filter: JobFilter
  private var left: Int
  private var isAtEnd = false

  init(_ filter: JobFilter, limit: Int = .max) {
    self.filter = filter
    left = limit
  }

  /// The next jobs; nil at the end.
  mutating func next(_ store: any QueueStore) throws(Complaint) -> [JobRecord]? {
    guard !isAtEnd, left > 0 else { return nil }
    filter.limit = min(Self.size, left)
    let wanted = filter
    let jobs = try storing { () throws(StoreError) in try store.jobs(matching: wanted) }
    isAtEnd = jobs.count < wanted.limit ?? 0
    left -= left == .max ? 0 : jobs.count
    filter.below = jobs.last?.id
    return jobs.isEmpty ? nil : jobs
  }

  /// Whether jobs were left out by the limit.
  func hasMore(_ store: any QueueStore) throws(Complaint) -> Bool {
    guard !isAtEnd else { return false }
    var wanted = filter
    (wanted.limit, wanted.withResults) = (1, false)
    let one = wanted
    return try !storing { () throws(StoreError) in try store.jobs(matching: one) }.isEmpty
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
