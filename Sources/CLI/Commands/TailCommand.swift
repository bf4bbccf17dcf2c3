import Fallback
import Kinds
import Queue

/// `tail`: tells what happens to jobs, as it happens.
enum TailCommand {
  /// Between two looks: as short as nobody minds, longer where nothing happens.
  private static let shortest: Milliseconds = 50
  private static let longest: Milliseconds = 250

  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    var store = try session.existingStore(.read)
    defer { store?.close() }
    try checkKinds(session, store)
    let follows = !session.invocation.has("no-follow")
    var interval = shortest
    // The queue may be made by the first job, while somebody waits for it.
    while store == nil {
      guard follows else { return .success }
      if let end = end(session, after: longest) { return end }
      store = try session.existingStore(.read)
    }
    guard let store else { return .success }
    var tail = try Tail(session: session, store: store)
    try tail.tellPast()
    while follows {
      let told = try tail.tellNew()
      interval = told ? shortest : min(interval * 3 / 2, longest)
      if let end = end(session, after: interval) { return end }
    }
    return .success
  }

  /// Nothing would ever be told of a kind that there is not. Jobs may be of one that is no more.
  private static func checkKinds(
    _ session: Session, _ store: (any QueueStore)?
  ) throws(Complaint) {
    let catalog = session.catalog()
    for name in session.invocation.texts("kind") where catalog.unknownName(name) != nil {
      var filter = JobFilter()
      (filter.kinds, filter.limit) = ([name], 1)
      let wanted = filter
      let known = try storing { () throws(StoreError) in try store?.jobs(matching: wanted) ?? [] }
      guard known.isEmpty else { continue }
      let names = catalog.all().map(\.name).joined(separator: ", ")
      throw Complaint(.usage, "unknown kind “\(name)”", remedy: "the kinds are \(names)")
    }
  }

  /// How to end, when a signal comes or nobody reads any more.
  private static func end(_ session: Session, after span: Milliseconds) -> ExitCode? {
    if let signal = session.program.pause(span) { return signal }
    return session.program.isOutputClosed() ? .success : nil
  }
}

/// What was told so far, and what is to be told.
private struct Tail {
  let session: Session
  let store: any QueueStore
  private let filter: EventFilter
  private var cursor: EventCursor
  /// So many of the past events are told; nil: all.
  private let lines: Int?

  init(session: Session, store: any QueueStore) throws(Complaint) {
    self.session = session
    self.store = store
    filter = EventFilter(session)
    let line = session.invocation
    let start: EventStart
    if let since = line.moment("since") {
      let time = since.resolved(
        now: session.program.now(), zone: session.program.zone, isPast: true)
      (start, lines) = (.since(time), nil)
    } else {
      let count = line.integer("lines") ?? 10
      lines = count
      // Behind a filter the last ones may lie far back.
      start = count == 0 ? .now : .latest(filter.isEmpty ? count : max(count * 50, 2_000))
    }
    cursor = try storing { () throws(StoreError) in try store.eventCursor(start) }
  }

  mutating func tellPast() throws(Complaint) {
    guard let lines else { return _ = try tellNew() }
    guard lines > 0 else { return }
    var last: [JobEvent] = []
    var hasMore = true
    while hasMore {
      let page = try read()
      hasMore = page.hasMore
      last = Array((last + (try filter.matching(page.events, store))).suffix(lines))
    }
    try tell(last)
  }

  /// Returns whether there was anything.
  mutating func tellNew() throws(Complaint) -> Bool {
    var hasTold = false
    var hasMore = true
    while hasMore {
      let page = try read()
      hasMore = page.hasMore
      let events = try filter.matching(page.events, store)
      try tell(events)
      if !events.isEmpty { hasTold = true }
    }
    return hasTold
  }

  private mutating func read() throws(Complaint) -> EventPage {
    let from = cursor
    let page = try storing { () throws(StoreError) in try store.events(after: from) }
    cursor = page.cursor
    return page
  }

  private func tell(_ events: [JobEvent]) throws(Complaint) {
    guard !events.isEmpty else { return }
    if session.invocation.wantsJSON {
      try session.emitLines(events.map(\.json))
    } else {
      let style = session.style
      try session.emit(events.map { $0.line(style) }.joined())
    }
  }
}

/// The filters of `list`, for events.
private struct EventFilter {
  private let filter: JobFilter

  init(_ session: Session) {
    var filter = JobFilter(session)
    // For events it says where to begin.
    filter.since = nil
    self.filter = filter
  }

  var isEmpty: Bool { filter == JobFilter() }

  func matching(
    _ events: [JobEvent], _ store: any QueueStore
  ) throws(Complaint) -> [JobEvent] {
    guard !isEmpty else { return events }
    var kept: [JobEvent] = []
    for event in events where matches(event) {
      if asksForJob, try !matchesJob(event, store) { continue }
      kept.append(event)
    }
    return kept
  }

  private func matches(_ event: JobEvent) -> Bool {
    (filter.states.isEmpty || filter.states.contains(event.state))
      && (filter.kinds.isEmpty || filter.kinds.contains(event.jobKind))
      && (filter.queues.isEmpty || filter.queues.contains(event.queue))
  }

  /// What the event itself does not say.
  private var asksForJob: Bool {
    !(filter.labels.isEmpty && filter.reasons.isEmpty && filter.providers.isEmpty)
  }

  private func matchesJob(
    _ event: JobEvent, _ store: any QueueStore
  ) throws(Complaint) -> Bool {
    let id = event.job
    guard let job = try storing({ () throws(StoreError) in try store.job(id) }) else {
      return false
    }
    let reasons = job.fallbackReasons.map(\.rawValue) + [job.error?.class].compactMap { $0 }
    return filter.labels.allSatisfy { job.labels[$0.key] == $0.value }
      && (filter.reasons.isEmpty || filter.reasons.contains { reasons.contains($0) })
      && (filter.providers.isEmpty || filter.providers.contains(job.servedBy?.provider ?? ""))
  }
}
