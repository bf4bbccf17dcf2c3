import Fallback
import Queue

extension Query {
  fileprivate static let probesOfProvider: Query = """
    SELECT scope, provider, base_url, model, credential, probe_worker, probe_boot,
      probe_namespace, probe_pid, probe_pid_start
    FROM health WHERE provider = ? AND probe_until > ?
    """
  fileprivate static let beginProbe: Query = """
    UPDATE health SET probe_until = ?, probe_worker = ?, probe_boot = ?, probe_namespace = ?,
      probe_pid = ?, probe_pid_start = ?
    WHERE scope = ? AND provider = ? AND base_url = ? AND model = ? AND credential = ?
    """
  fileprivate static let endProbe: Query = """
    UPDATE health SET probe_until = NULL
    WHERE scope = ? AND provider = ? AND base_url = ? AND model = ? AND credential = ?
      AND probe_worker = ?
    """
  fileprivate static let countUse: Query = """
    INSERT INTO pool (provider, credential, uses, position)
    VALUES (?1, ?2, 1, (SELECT coalesce(max(position), 0) + 1 FROM pool WHERE provider = ?1))
    ON CONFLICT DO UPDATE SET uses = uses + 1, position = excluded.position
    """
  fileprivate static let assignAccount: Query = """
    INSERT INTO pool (provider, credential, account) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET account = excluded.account
    """
  fileprivate static let noteReset: Query = """
    INSERT INTO pool (provider, credential, reset_at) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET reset_at = max(reset_at, excluded.reset_at)
    """
  fileprivate static let resetTime: Query = """
    SELECT coalesce(max(reset_at), 0) FROM pool
    WHERE provider = ? AND (credential = ? OR credential = '')
    """
  fileprivate static let dropMark: Query = """
    DELETE FROM health WHERE scope = ? AND provider = ? AND base_url = ? AND model = ?
      AND credential = ?
    """
}

/// Choosing a credential inside the transaction, where all processes take turns.
extension Writer {
  mutating func reserve(
    _ reservation: Reservation, for holder: WorkerIdentity
  ) throws(StoreError) -> Selection {
    let provider = reservation.route.provider
    let selection = try choose(reservation, for: holder)
    guard case .chosen(let entry, _, _, let keys) = selection else { return selection }
    for key in keys { try beginProbe(key, of: holder, until: reservation.probeUntil) }
    if reservation.countsUses { try count(entry.credential.id, of: provider) }
    if reservation.limit != nil { try takeLease(of: entry.credential.id, provider, for: holder) }
    return selection
  }

  /// By the marks, leases and counters of this moment; nothing is written.
  mutating func choose(
    _ reservation: Reservation, for holder: WorkerIdentity
  ) throws(StoreError) -> Selection {
    let provider = reservation.route.provider
    let marks = try db.marks().filter { $0.key.provider == provider }
    let probing = try probes(of: provider, at: reservation.now, seenBy: holder)
    let uses = try reservation.countsUses ? db.poolUses() : []
    let underWay = try reservation.limit == nil ? [:] : callsUnderWay(of: provider, seenBy: holder)
    return reservation.choose(
      marks: Dictionary(marks.map { ($0.key, $0) }) { first, _ in first }, probing: probing,
      uses: uses, underWay: underWay)
  }

  mutating func count(_ credential: String, of provider: String) throws(StoreError) {
    var count = try db.statement(.countUse)
    count.bind(provider)
    count.bind(credential)
    try count.run()
  }

  /// Leases that still hold: neither over nor left behind by a process that is gone.
  private mutating func probes(
    of provider: String, at time: Milliseconds, seenBy observer: WorkerIdentity
  ) throws(StoreError) -> Set<MarkKey> {
    var held: Set<MarkKey> = []
    var find = try db.statement(.probesOfProvider)
    find.bind(provider)
    find.bind(time)
    while try find.step() {
      guard let scope = FailureScope(rawValue: find.text(0)) else { continue }
      let holder = WorkerIdentity(
        id: find.text(5), bootID: find.text(6), pidNamespace: UInt64(bitPattern: find.int(7)),
        pid: Int32(truncatingIfNeeded: find.int(8)), pidStart: UInt64(bitPattern: find.int(9)))
      guard isThere(holder, seenBy: observer) else { continue }
      held.insert(
        MarkKey(
          scope: scope, provider: find.text(1), baseURL: find.text(2), model: find.text(3),
          credential: find.text(4)))
    }
    return held
  }

  func isThere(_ holder: WorkerIdentity, seenBy observer: WorkerIdentity) -> Bool {
    if holder.id == observer.id { return true }
    if holder.bootID != observer.bootID { return false }
    return holder.pidNamespace != observer.pidNamespace || isAlive(holder)
  }

  private mutating func beginProbe(
    _ key: MarkKey, of holder: WorkerIdentity, until: Milliseconds
  ) throws(StoreError) {
    var begin = try db.statement(.beginProbe)
    begin.bind(until)
    begin.bind(holder.id)
    begin.bind(holder.bootID)
    begin.bind(Int64(bitPattern: holder.pidNamespace))
    begin.bind(Int64(holder.pid))
    begin.bind(Int64(bitPattern: holder.pidStart))
    begin.bind(key)
    try begin.run()
  }

  mutating func endProbes(
    _ keys: [MarkKey], of holder: WorkerIdentity
  ) throws(StoreError) {
    for key in keys {
      var end = try db.statement(.endProbe)
      end.bind(key)
      end.bind(holder.id)
      try end.run()
    }
  }

  mutating func assign(
    _ account: String?, to credential: String, of provider: String
  ) throws(StoreError) {
    var assign = try db.statement(.assignAccount)
    assign.bind(provider)
    assign.bind(credential)
    assign.bind(account)
    try assign.run()
    try growHealthEpoch()
  }

  // MARK: Resetting by hand

  /// What was sent before this time says nothing about the key any more.
  mutating func resetTime(_ key: MarkKey) throws(StoreError) -> Milliseconds {
    var find = try db.statement(.resetTime)
    find.bind(key.provider)
    find.bind(key.credential)
    return try find.step() ? find.int(0) : 0
  }

  mutating func reset(_ reset: HealthReset) throws(StoreError) -> [MarkKey] {
    let meant = try db.marks().filter { reset.concerns($0.key) }
    for mark in meant {
      var drop = try db.statement(.dropMark)
      drop.bind(mark.key)
      try drop.run()
    }
    for credential in reset.credentials ?? [""] {
      var note = try db.statement(.noteReset)
      note.bind(reset.provider)
      note.bind(credential)
      note.bind(reset.at)
      try note.run()
    }
    try forgetRefreshFailures(reset)
    try growHealthEpoch()
    return meant.filter { !$0.isPending }.map(\.key)
  }
}

extension HealthReset {
  fileprivate func concerns(_ key: MarkKey) -> Bool {
    guard key.provider == provider else { return false }
    guard let credentials else { return true }
    switch key.scope {
    case .credential, .credentialModel: return credentials.contains(key.credential)
    case .account: return accounts.contains(key.credential)
    case .route, .model, .request: return false
    }
  }
}
