import Fallback
import Queue

extension Query {
  fileprivate static let renewLease: Query = """
    UPDATE running SET until_boot = ?3 WHERE id = ?1 AND token = ?2
    RETURNING cancel_requested
    """
  fileprivate static let noteJournal: Query =
    "UPDATE running SET has_journal = 1 WHERE id = ? AND has_journal = 0"
  fileprivate static let putJournal: Query =
    "INSERT OR REPLACE INTO journals (job_id, trace) VALUES (?, ?)"
  fileprivate static let isNewest: Query =
    "SELECT 1 FROM running WHERE id = ? AND token = ?"
  fileprivate static let putPart: Query = """
    INSERT INTO parts (job_id, key, result) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET result = excluded.result
    """
  fileprivate static let addFlag: Query =
    "UPDATE running SET flags = flags | ?2 WHERE id = ?1 AND flags & ?2 = 0"
}

extension Writer {
  mutating func renew(
    _ leases: [LeaseKey], until: Milliseconds
  ) throws(StoreError) -> [(lease: LeaseKey, standing: LeaseStanding)] {
    var standings: [(lease: LeaseKey, standing: LeaseStanding)] = []
    standings.reserveCapacity(leases.count)
    for lease in leases {
      var renew = try db.statement(.renewLease)
      renew.bind(lease.id)
      renew.bind(lease.token)
      renew.bind(until)
      let isHeld = try renew.step()
      standings.append(
        (lease, !isHeld ? .lost : renew.bool(0) ? .cancelRequested : .held))
    }
    return standings
  }

  mutating func journal(_ lease: LeaseKey, trace: [UInt8]) throws(StoreError) -> Bool {
    guard try isNewest(lease) else { return false }
    var note = try db.statement(.noteJournal)
    note.bind(lease.id)
    try note.run()
    var put = try db.statement(.putJournal)
    put.bind(lease.id)
    put.bind(trace)
    try put.run()
    return true
  }

  mutating func checkpoint(
    _ lease: LeaseKey, key: String, result: [UInt8]
  ) throws(StoreError) -> Bool {
    guard try isNewest(lease) else { return false }
    var put = try db.statement(.putPart)
    put.bind(lease.id)
    put.bind(key)
    put.bind(result)
    try put.run()
    var flag = try db.statement(.addFlag)
    flag.bind(lease.id)
    flag.bind(JobFlags.parts.rawValue)
    try flag.run()
    return true
  }

  private mutating func isNewest(_ lease: LeaseKey) throws(StoreError) -> Bool {
    var find = try db.statement(.isNewest)
    find.bind(lease.id)
    find.bind(lease.token)
    return try find.step()
  }
}
