import Platform
import Queue

extension Query {
  fileprivate static let workerID: Query = "SELECT id FROM workers WHERE name = ?"
  fileprivate static let insertWorker: Query = """
    INSERT INTO workers (name, boot_id, pid_namespace, pid, pid_start) VALUES (?, ?, ?, ?, ?)
    RETURNING id
    """
  fileprivate static let workerByID: Query =
    "SELECT name, boot_id, pid_namespace, pid, pid_start FROM workers WHERE id = ?"
  fileprivate static let idleWorkers: Query = """
    SELECT id FROM workers WHERE id NOT IN (SELECT worker FROM running)
    """
  fileprivate static let deleteWorker: Query = "DELETE FROM workers WHERE id = ?"
}

extension Writer {
  /// The row of a worker, made when it first takes a job.
  mutating func workerID(_ worker: WorkerIdentity) throws(StoreError) -> Int64 {
    if let id = names.workers[worker.id] { return id }
    var id: Int64 = 0
    do {
      var find = try db.statement(.workerID)
      find.bind(worker.id)
      if try find.step() { id = find.int(0) }
    }
    if id == 0 { id = try insert(worker) }
    names.workers[worker.id] = id
    return id
  }

  private mutating func insert(_ worker: WorkerIdentity) throws(StoreError) -> Int64 {
    try forgetDeadWorkers(seenBy: worker)
    var insert = try db.statement(.insertWorker)
    insert.bind(worker.id)
    insert.bind(worker.bootID)
    insert.bind(Int64(bitPattern: worker.pidNamespace))
    insert.bind(Int64(worker.pid))
    insert.bind(Int64(bitPattern: worker.pidStart))
    guard try insert.step() else { throw missingRow("workers") }
    return insert.int(0)
  }

  mutating func workerIdentity(_ id: Int64) throws(StoreError) -> WorkerIdentity? {
    var find = try db.statement(.workerByID)
    find.bind(id)
    return try find.step() ? WorkerIdentity(row: find) : nil
  }

  /// Drops the rows of workers that hold nothing and are surely gone. A living one must keep its row:
  /// it remembers the id.
  private mutating func forgetDeadWorkers(seenBy observer: WorkerIdentity) throws(StoreError) {
    var idle: [Int64] = []
    do {
      var search = try db.statement(.idleWorkers)
      while try search.step() { idle.append(search.int(0)) }
    }
    for id in idle {
      guard let worker = try workerIdentity(id) else { continue }
      let isObservable =
        worker.bootID == observer.bootID && worker.pidNamespace == observer.pidNamespace
      guard worker.bootID != observer.bootID || (isObservable && !isAlive(worker)) else { continue }
      var delete = try db.statement(.deleteWorker)
      delete.bind(id)
      try delete.run()
      if let bells { try? FileSystem.remove(bells.farewell(of: worker.id)) }
      // This connection may have met it under another boot or namespace.
      names.workers = names.workers.filter { $0.value != id }
    }
  }
}
