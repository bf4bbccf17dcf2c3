import Fallback
import Glibc
import Platform
import Queue
import SQLiteQueue
import Simulator
import StoreConformance

/// Starts children, kills them, starts others, and audits what is left.
struct KillRun {
  private let options: KillOptions
  private let folder: String
  private let database: String
  private let provider: SimulatedProvider
  private var random: SeededRandom
  private var audit = Audit()
  private var report = KillReport()
  private var slots: [Victim] = []
  private var started = 0

  init(_ options: KillOptions) throws {
    self.options = options
    random = SeededRandom(seed: options.seed)
    let parent = options.folder ?? Environment.atStart["TMPDIR"] ?? "/tmp"
    folder = "\(parent)/auxq-kill-\(getpid())"
    database = folder + "/queue.db"
    provider = try SimulatedProvider.start(records: false)
    provider.setUsual(.text("Done.").delayed(milliseconds: 40))
    try FileSystem.makeDirectories(folder, mode: 0o700)
    let config = """
      {main: {provider: "p", model: "m"}, providers: {p: {base_url: "\(provider.url)/v1"}}}
      """
    try FileSystem.writeAtomically(folder + "/config.json", Array(config.utf8))
  }

  mutating func run() throws -> KillReport {
    defer { removeFolder() }
    let began = SystemTime.monotonicNanoseconds()
    // Made first, so that no child needs to wait for the schema.
    try SQLiteQueue.open(path: database, mode: .create).close()
    while report.total < options.kills {
      while slots.count < options.atOnce, report.total + slots.count < options.kills {
        slots.append(try startVictim())
      }
      SystemTime.sleep(milliseconds: 1)
      try turn()
    }
    try finishEverything()
    report.seconds = Double(SystemTime.monotonicNanoseconds() - began) / 1e9
    return report
  }

  // MARK: Victims

  private mutating func startVictim() throws -> Victim {
    started += 1
    let files = folder + "/child-\(started)"
    if Int.random(in: 0..<100, using: &random) < options.auxqPercent {
      return try startAuxq(files)
    }
    let roles: [ChildOrders.Role] = [.worker, .worker, .worker, .enqueuer, .enqueuer, .canceller]
    let aim = aim()
    let orders = ChildOrders(
      role: roles.randomElement(using: &random) ?? .worker, database: database, files: files,
      seed: options.seed &* 1_000_003 &+ UInt64(started), aim: aim,
      hasPlantedBug: options.hasPlantedBug)
    var victim = try Victim(
      program: CommandLine.arguments[0], arguments: orders.arguments, files: files,
      lifeSpan: aim == .none ? Int64.random(in: 1...40, using: &random) : 400,
      waitsUntilReady: Int.random(in: 0..<20, using: &random) > 0)
    victim.isStopped = Int.random(in: 0..<100, using: &random) < 3
    return victim
  }

  private mutating func aim() -> ChildOrders.Aim {
    switch Int.random(in: 0..<10, using: &random) {
    case 0, 1, 2:
      .commit(
        number: Int.random(in: 1...6, using: &random), call: Int.random(in: 1...14, using: &random))
    case 3, 4: .running(claim: Int.random(in: 1...4, using: &random))
    default: .none
    }
  }

  /// A real command: both of them write to the same queue as the children.
  private mutating func startAuxq(_ files: String) throws -> Victim {
    let isWorker = Bool.random(using: &random)
    let program = FileSystem.directory(of: CommandLine.arguments[0]) + "/auxq"
    try FileSystem.writeAtomically(files + ".in", Array("Say something.".utf8))
    return try Victim(
      program: program,
      arguments: isWorker
        ? ["work", "--queue", "auxq", "--concurrency", "4"]
        : ["enqueue", "prompt", "--queue", "auxq"],
      files: files, lifeSpan: Int64.random(in: 10...(isWorker ? 300 : 60), using: &random),
      home: folder, command: isWorker ? "work" : "enqueue")
  }

  /// Kills whose time has come, and takes up the notes of the dead.
  private mutating func turn() throws {
    for index in slots.indices.reversed() {
      guard let wasKilled = slots[index].isOver() else { continue }
      let victim = slots.remove(at: index)
      let phase = victim.phase
      try takeNotes(of: victim)
      guard wasKilled else { continue }
      if let command = victim.command {
        report.auxqKills[command, default: 0] += 1
      } else {
        report.kills[phase, default: 0] += 1
        if victim.isStopped { report.stopped += 1 }
      }
    }
  }

  private mutating func takeNotes(of victim: Victim) throws {
    if victim.command == "enqueue" {
      for line in victim.lines(of: ".out") {
        if let id = JobID(line) { audit.add(.stored(id)) }
      }
    } else if victim.command == nil {
      for line in victim.lines(of: ".log") { if let note = Note(line) { audit.add(note) } }
    }
    victim.removeFiles()
  }

  // MARK: The end

  /// Lets what is left be done by workers that nobody kills, then looks at everything.
  private mutating func finishEverything() throws {
    while !slots.isEmpty {
      for index in slots.indices { slots[index].lifeSpan = 0 }
      SystemTime.sleep(milliseconds: 1)
      try turn()
    }
    if options.auxqPercent > 0 {
      let program = FileSystem.directory(of: CommandLine.arguments[0]) + "/auxq"
      let last = try Victim(
        program: program, arguments: ["work", "--queue", "auxq", "--drain", "--concurrency", "64"],
        files: folder + "/last", lifeSpan: 120_000, home: folder, command: "work")
      while last.isAlive { SystemTime.sleep(milliseconds: 5) }
    }
    let store = try SQLiteQueue.open(path: database, mode: .existing)
    defer { store.close() }
    try drain(store)
    report.findings = try audit.findings(in: store)
    let left = try store.statistics().jobs.filter { !$0.key.isFinished }
    report.findings.stuck = left.values.reduce(0, +)
  }

  private func drain(_ store: SQLiteQueue) throws {
    let process = ProcessIdentity.current()
    let me = WorkerIdentity(
      id: "last", bootID: process.bootID, pidNamespace: process.pidNamespace, pid: process.pid,
      pidStart: process.startTime)
    let end = SystemTime.boot() + 60_000
    while SystemTime.boot() < end {
      let jobs = try store.claim(me, limit: 100)
      if !jobs.isEmpty {
        _ = try store.transact(
          jobs.map {
            .settle(
              Settlement(
                lease: $0.lease, outcome: .succeeded(Settlement.Success(result: [1])), trace: []))
          })
        continue
      }
      // What is scheduled comes due, and what a stopped process held runs out.
      if try store.statistics().jobs.allSatisfy({ $0.key.isFinished || $0.value == 0 }) { return }
      SystemTime.sleep(milliseconds: 20)
    }
  }

  private func removeFolder() {
    for name in (try? FileSystem.listDirectory(folder)) ?? [] {
      try? FileSystem.remove(folder + "/" + name)
    }
    rmdir(folder)
  }
}
