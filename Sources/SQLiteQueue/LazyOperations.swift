import Queue

/// Operations that nobody waits for. Of the journals of a claim only the newest counts, and none once
/// the claim ends.
struct LazyOperations {
  private struct Journal {
    var operation: Operation
    /// When the claim first wrote one that is not stored, on the monotonic clock, in nanoseconds.
    var since: Int64
  }

  private var others: [[Operation]] = []
  /// When the first of them came.
  private var othersSince: Int64?
  private var journals: [LeaseKey: Journal] = [:]

  var isEmpty: Bool { others.isEmpty && journals.isEmpty }

  /// Since when the oldest waits; nil: there is none.
  var oldest: Int64? {
    let journal = journals.values.lazy.map(\.since).min()
    return [othersSince, journal].compactMap(\.self).min()
  }

  mutating func add(_ operations: [Operation], at time: Int64) {
    for operation in operations {
      guard let lease = operation.journalled else { continue }
      journals[lease] = Journal(operation: operation, since: journals[lease]?.since ?? time)
    }
    let hasJournal = operations.contains { $0.journalled != nil }
    let rest = hasJournal ? operations.filter { $0.journalled == nil } : operations
    guard !rest.isEmpty else { return }
    others.append(rest)
    othersSince = othersSince ?? time
  }

  /// A claim ends: its journal need not be stored.
  mutating func drop(_ lease: LeaseKey) {
    if !journals.isEmpty { journals[lease] = nil }
  }

  /// Takes what is to be stored now.
  ///
  /// - Parameter time: Journals that are as young as this may wait for a later transaction, and stay;
  ///   nil: none may.
  /// - Returns: What was taken; the rest stays.
  mutating func take(before time: Int64? = nil) -> LazyOperations {
    var taken = LazyOperations()
    swap(&taken.others, &self.others)
    swap(&taken.othersSince, &self.othersSince)
    if let time {
      taken.journals = journals.filter { $0.value.since < time }
      for lease in taken.journals.keys { journals[lease] = nil }
    } else {
      swap(&taken.journals, &self.journals)
    }
    return taken
  }

  /// Puts back what was taken and not stored; what came meanwhile is newer.
  mutating func putBack(_ taken: LazyOperations) {
    others = taken.others + others
    othersSince = taken.othersSince ?? othersSince
    for (lease, old) in taken.journals {
      journals[lease] = Journal(
        operation: journals[lease]?.operation ?? old.operation, since: old.since)
    }
  }

  /// In the order in which they are to be stored.
  var operations: [[Operation]] { others + journals.values.map { [$0.operation] } }
}

extension Operation {
  /// The claim whose journal this is.
  fileprivate var journalled: LeaseKey? {
    if case .journal(let lease, _) = self { lease } else { nil }
  }

  /// The claim that this operation ends.
  var settledLease: LeaseKey? {
    if case .settle(let settlement) = self { settlement.lease } else { nil }
  }
}
