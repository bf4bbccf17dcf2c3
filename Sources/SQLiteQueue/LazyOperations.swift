import Queue

/// Operations that nobody waits for.
struct LazyOperations {
  private var operations: [Operation]

  init(_ operations: [Operation]) { self.operations = operations }

  /// Leaves out journals that a later journal of the same claim replaces, and those of claims that end
  /// in the same transaction.
  static func worthStoring(_ all: [Self], settled: Set<LeaseKey>) -> [[Operation]] {
    var replaced = settled
    var kept: [[Operation]] = []
    for entry in all.reversed() {
      let operations = entry.operations.reversed().filter { operation in
        guard case .journal(let lease, _) = operation else { return true }
        return replaced.insert(lease).inserted
      }
      if !operations.isEmpty { kept.append(operations.reversed()) }
    }
    return kept.reversed()
  }
}

extension Operation {
  /// The claim that this operation ends.
  var settledLease: LeaseKey? {
    if case .settle(let settlement) = self { settlement.lease } else { nil }
  }
}
