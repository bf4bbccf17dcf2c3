import Fallback
import Queue

/// A listing is read in steps of so many jobs, each on its own state of the database, so that a long
/// one never keeps the WAL from being emptied.
private let listingStep = 1_000

/// Times of enqueueing grow with the ids, but for a clock that was set back by less than this.
private let enqueueOrderSlack: Milliseconds = 600_000

extension Reader {
  mutating func jobs(matching filter: JobFilter) throws(StoreError) -> [JobRecord] {
    var all: [JobRecord] = []
    let (bottom, top) = try inSnapshot { (reader) throws(StoreError) in
      try reader.idRange(of: filter)
    }
    for range in try ranges(of: filter, bottom: bottom, top: top) {
      var top = range.upperBound
      while top > range.lowerBound {
        var step = filter
        step.limit = min(listingStep, (filter.limit ?? .max) - all.count)
        guard let limit = step.limit, limit > 0 else { return all }
        let (current, part) = (step, range.lowerBound..<top)
        let page = try inSnapshot { (reader) throws(StoreError) in
          try reader.records(current, in: part)
        }
        all += page
        // A full page ends with its last job, another one with all that was to be looked through.
        top = page.count == limit ? page.last?.id ?? range.lowerBound : range.lowerBound
      }
    }
    return all
  }

  /// The ids that may match: from the first, which does not, up to the last, which does not either.
  private mutating func idRange(
    of filter: JobFilter
  ) throws(StoreError) -> (bottom: JobID, top: JobID) {
    let highest = try highestJob()
    let top = min(filter.below ?? .max, highest + 1)
    guard let since = filter.since else { return (0, top) }
    return (try lastJob(enqueuedBefore: since - enqueueOrderSlack, highest), top)
  }

  /// Newest first, from all tables.
  mutating func records(
    _ filter: JobFilter, only: JobID? = nil, in range: Range<JobID> = 0..<JobID.max
  ) throws(StoreError) -> [JobRecord] {
    var found: [(record: JobRecord, flags: JobFlags)] = []
    for place in ListingPlace.allCases where place.mayHold(filter) {
      let condition = FilterSQL(filter, place: place, only: only, range: range)
      var find = try db.temporaryStatement(place.selection + condition.sql)
      condition.bind(to: &find)
      while try find.step() {
        found.append((try record(find), JobFlags(rawValue: find.int(8))))
      }
    }
    found.sort { $0.record.id > $1.record.id }
    var records: [JobRecord] = []
    for entry in found.prefix(filter.limit ?? .max) {
      var record = entry.record
      try complete(&record, entry.flags)
      if filter.withResults { try addResult(to: &record) }
      records.append(record)
    }
    return records
  }
}

extension JobFilter {
  /// An index leads to what it asks for, or nearly every job matches.
  var isIndexed: Bool {
    if !reasons.isEmpty || !labels.isEmpty { return true }
    return kinds.isEmpty && queues.isEmpty && providers.isEmpty && states.isEmpty
  }
}

/// The tables in which a job can lie.
enum ListingPlace: CaseIterable {
  case waiting, running, finished

  init(of state: JobState) {
    self = state == .running ? .running : state.isFinished ? .finished : .waiting
  }

  var selection: String {
    switch self {
    case .waiting: RecordSQL.waiting
    case .running: RecordSQL.running
    case .finished: RecordSQL.finished
    }
  }

  /// The states that a filter asks for and that lie here; empty: it asks for no state.
  func states(_ filter: JobFilter) -> [JobState] {
    filter.states.filter { Self(of: $0) == self }
  }

  func mayHold(_ filter: JobFilter) -> Bool {
    if !filter.states.isEmpty, states(filter).isEmpty { return false }
    return self == .finished
      || (filter.providers.isEmpty && filter.finishedBefore == nil && filter.finishedSince == nil)
  }
}

/// The conditions of a filter. Values are bound; the text is put together from fixed pieces only.
struct FilterSQL {
  private enum Value {
    case int(Int64)
    case text(String)
  }

  private var conditions: [String] = []
  private var values: [Value] = []
  private var ending = ""

  /// Of a range both ends are left out.
  init(_ filter: JobFilter, place: ListingPlace, only: JobID?, range: Range<JobID>) {
    if let only {
      add("j.id = ?", [.int(only)])
    } else {
      add("j.id > ? AND j.id < ?", [.int(range.lowerBound), .int(range.upperBound)])
    }
    if place != .running { addStates(place.states(filter), place: place) }
    addNames(filter.kinds, column: "j.kind")
    addNames(filter.queues, column: "j.queue")
    addTexts(filter.reasons, "j.id IN (SELECT job_id FROM job_reasons WHERE class IN")
    if !filter.providers.isEmpty {
      add(
        "j.provider IN \(marks(filter.providers.count))", filter.providers.map { .text($0) })
    }
    for (key, value) in filter.labels.sorted(by: { $0.key < $1.key }) {
      add(
        "j.id IN (SELECT job_id FROM labels WHERE key = ? AND value = ?)",
        [.text(key), .text(value)])
    }
    if let since = filter.since { add("j.enqueued_at >= ?", [.int(since)]) }
    if let time = filter.finishedBefore { add("j.finished_at < ?", [.int(time)]) }
    if let time = filter.finishedSince { add("j.finished_at >= ?", [.int(time)]) }
    ending = " ORDER BY j.id DESC"
    if let limit = filter.limit {
      ending += " LIMIT ?"
      values.append(.int(Int64(limit)))
    }
  }

  var sql: String {
    (conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")) + ending
  }

  func bind(to statement: inout Statement) {
    for value in values {
      switch value {
      case .int(let number): statement.bind(number)
      case .text(let text): statement.bind(text)
      }
    }
  }

  private mutating func add(_ condition: String, _ bound: [Value]) {
    conditions.append(condition)
    values += bound
  }

  /// Adds what lets the planner use a partial index where all states asked for lie in it.
  private mutating func addStates(_ states: [JobState], place: ListingPlace) {
    guard !states.isEmpty else { return }
    add("j.state IN \(marks(states.count))", states.map { .int($0.code) })
    if place == .finished, !states.contains(.succeeded) { add("j.state <> 4", []) }
    if states.allSatisfy({ $0 == .scheduled || $0 == .retryable }) {
      add("j.state IN (0, 3)", [])
    }
  }

  private mutating func addNames(_ names: [String], column: String) {
    addTexts(names, "\(column) IN (SELECT id FROM names WHERE text IN")
  }

  private mutating func addTexts(_ texts: [String], _ opening: String) {
    guard !texts.isEmpty else { return }
    add("\(opening) \(marks(texts.count)))", texts.map { .text($0) })
  }

  private func marks(_ count: Int) -> String {
    "(" + Array(repeating: "?", count: count).joined(separator: ", ") + ")"
  }
}
