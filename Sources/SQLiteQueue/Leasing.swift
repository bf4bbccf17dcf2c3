import Fallback
import Queue

extension Query {
  fileprivate static let leasesOfProvider: Query = """
    SELECT credential, worker, boot, namespace, pid, pid_start, calls
    FROM credential_leases WHERE provider = ?
    """
  fileprivate static let takeLease: Query = """
    INSERT INTO credential_leases
      (provider, credential, worker, boot, namespace, pid, pid_start, calls)
    VALUES (?, ?, ?, ?, ?, ?, ?, 1)
    ON CONFLICT DO UPDATE SET calls = calls + 1
    """
  fileprivate static let returnLease: Query = """
    UPDATE credential_leases SET calls = calls - 1
    WHERE provider = ? AND credential = ? AND worker = ?
    """
  fileprivate static let dropIdleLease: Query = """
    DELETE FROM credential_leases
    WHERE provider = ? AND credential = ? AND worker = ? AND calls <= 0
    """
  fileprivate static let dropLeases: Query = """
    DELETE FROM credential_leases WHERE provider = ? AND worker = ?
    """
}

/// Calls under way by credential, over all processes. A lease ends with its call, or with its process.
extension Writer {
  /// Calls under way of a provider's credentials; what dead processes left is dropped.
  mutating func callsUnderWay(
    of provider: String, seenBy observer: WorkerIdentity
  ) throws(StoreError) -> [String: Int] {
    var calls: [String: Int] = [:]
    var dead: Set<String> = []
    var find = try db.statement(.leasesOfProvider)
    find.bind(provider)
    while try find.step() {
      let holder = WorkerIdentity(
        id: find.text(1), bootID: find.text(2), pidNamespace: UInt64(bitPattern: find.int(3)),
        pid: Int32(truncatingIfNeeded: find.int(4)), pidStart: UInt64(bitPattern: find.int(5)))
      guard isThere(holder, seenBy: observer) else {
        dead.insert(holder.id)
        continue
      }
      calls[find.text(0), default: 0] += Int(find.int(6))
    }
    for id in dead {
      var drop = try db.statement(.dropLeases)
      drop.bind(provider)
      drop.bind(id)
      try drop.run()
    }
    return calls
  }

  mutating func takeLease(
    of credential: String, _ provider: String, for holder: WorkerIdentity
  ) throws(StoreError) {
    var take = try db.statement(.takeLease)
    take.bind(provider)
    take.bind(credential)
    take.bind(holder.id)
    take.bind(holder.bootID)
    take.bind(Int64(bitPattern: holder.pidNamespace))
    take.bind(Int64(holder.pid))
    take.bind(Int64(bitPattern: holder.pidStart))
    try take.run()
  }

  mutating func returnLease(
    of credential: String, _ provider: String, from holder: WorkerIdentity
  ) throws(StoreError) {
    for query in [Query.returnLease, .dropIdleLease] {
      var change = try db.statement(query)
      change.bind(provider)
      change.bind(credential)
      change.bind(holder.id)
      try change.run()
    }
  }
}
