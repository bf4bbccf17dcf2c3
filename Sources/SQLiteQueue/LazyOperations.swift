import Queue

/// Operations that nobody waits for.
struct LazyOperations {
  private var operations: [Operation]
  /// On the monotonic clock, in nanoseconds.
  let since: Int64

  init(_ operations: [Operation], at time: Int64) {
    self.operations = operations
    since = time
  }

  /// Leaves out journals that a later journal of the same claim replaces, and those of claims that end
  /// in the same transaction.
  ///
  /// - Parameters:
  ///   - all: In the order in which they were asked for.
  ///   - settled: Claims that end in the transaction.
  ///   - time: Journals that are as young as this may wait for a later transaction; nil: none may.
  /// - Returns: What to store, and what can wait, both in order.
  static func worthStoring(
    _ all: [Self], settled: Set<LeaseKey>, before time: Int64? = nil
  ) -> (worthy: [[Operation]], young: [Self]) {
    var replaced = settled
    var worthy: [[Operation]] = []
    var young: [Self] = []
    for entry in all.reversed() {
      let operations = Array(
        entry.operations.reversed().filter { operation in
          guard case .journal(let lease, _) = operation else { return true }
          return replaced.insert(lease).inserted
        }.reversed())
      if operations.isEmpty { continue }
      if let time, entry.since >= time, operations.allSatisfy(\.isJournal) {
        young.append(LazyOperations(operations, at: entry.since))
      } else {
        worthy.append(operations)
      }
    }
    return (worthy.reversed(), young.reversed())
  }
}

extension Operation {
  fileprivate var isJournal: Bool {
    if case .journal = self { true } else { false }
  }

  /// The claim that this operation ends.
  var settledLease: LeaseKey? {
    if case .settle(let settlement) = self { settlement.lease } else { nil }
  }
}
