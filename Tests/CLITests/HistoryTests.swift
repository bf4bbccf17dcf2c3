import CLI
import Fallback
import JSONText
import Platform
import Queue
import SQLiteQueue
import Testing

/// `prune`, `tail`, `db` and what else looks after a queue, over the queue that people have.
@Suite struct HistoryTests {
  private let worker = WorkerIdentity(
    id: "w1", bootID: "b", pidNamespace: 1, pid: 1, pidStart: 1)

  private func end(_ stage: Stage, _ outcome: Settlement.Outcome, _ count: Int = 1) throws {
    let store = try SQLiteQueue.open(path: stage.path("queue.db"), mode: .existing)
    defer { store.close() }
    for _ in 0..<count {
      guard
        case .claimed(let jobs)? = try store.transact([
          .claim(ClaimRequest(worker: worker, limit: 1))
        ]).first, let job = jobs.first
      else {
        Issue.record("nothing to claim")
        return
      }
      let lease = LeaseKey(id: job.id, token: job.token)
      _ = try store.transact([.settle(Settlement(lease: lease, outcome: outcome, trace: []))])
    }
  }

  private func stage(succeeded: Int, dead: Int, ready: Int) throws -> Stage {
    let stage = Stage(isReal: true)
    stage.change { $0.clock = SystemTime.wall() }
    for _ in 0..<(succeeded + dead + ready) { _ = stage.run("enqueue", "prompt", input: "Why?") }
    try end(stage, .succeeded(.init(result: Array("Because.".utf8))), succeeded)
    try end(stage, .dead(JobError(class: "auth", message: "refused")), dead)
    return stage
  }

  @Test("prune goes by the settings, by state, or by an age, and tells before it does")
  func prune() throws {
    let stage = try stage(succeeded: 3, dead: 2, ready: 1)
    #expect(stage.run("prune").output == "0 jobs removed\n")
    // Eight days later: finished jobs are kept seven, dead ones thirty.
    stage.change { $0.clock += 8 * 86_400_000 }
    let dry = stage.run("prune", "--dry-run")
    #expect(dry.output == "3 jobs would be removed (3 succeeded)\n", "\(dry.errors)")
    #expect(stage.run("list", "--json").lines.count == 6)
    let node = try JSONNode.parse(Array(stage.run("prune", "--json").output.utf8))
    #expect(node["removed"]?.int == 3 && node["states"]?["succeeded"]?.int == 3)
    #expect(stage.run("prune", "--older-than", "1h", "--state", "succeeded").output.hasPrefix("0"))
    #expect(
      stage.run("prune", "--older-than", "1h").output == "2 jobs removed (2 dead)\n")
    #expect(stage.run("list", "--json").lines.count == 1)
    #expect(stage.run("enqueue", "prompt", input: "x").output == "7\n", "ids never come back")
    #expect(stage.run("db", "check").code == .success)
    #expect(stage.run("prune", "--state", "ready").code == .usage)
    #expect(stage.run("prune", "--dry-run", "--vacuum").code == .usage)
  }

  @Test("the space of what was pruned goes back to the disk when asked to")
  func vacuum() throws {
    let stage = Stage(isReal: true)
    stage.change { $0.clock = SystemTime.wall() }
    for _ in 0..<4 {
      _ = stage.run("enqueue", "prompt", input: String(repeating: "a", count: 500_000))
    }
    _ = stage.run("cancel", "1", "2", "3", "4")
    stage.change { $0.clock += 60_000 }
    let before = try FileSystem.status(stage.path("queue.db")).size
    let result = stage.run("prune", "--older-than", "0s")
    #expect(result.output == "4 jobs removed (4 cancelled)\n")
    #expect(result.errors.contains("auxq prune --vacuum"))
    _ = stage.run("prune", "--vacuum")
    let after = try FileSystem.status(stage.path("queue.db")).size
    #expect(after < before / 4, "\(before) \(after)")
    #expect(stage.run("db", "check").code == .success)
  }

  @Test("tail tells what has happened, filtered, and ends when asked to")
  func tail() throws {
    let stage = try stage(succeeded: 1, dead: 1, ready: 1)
    let all = stage.run("tail", "--no-follow", "-n", "100")
    #expect(all.lines.count == 7, "\(all.output)")
    #expect(stage.run("tail", "--no-follow", "-n", "2").lines.count == 2)
    #expect(stage.run("tail", "--no-follow", "-n", "0").output.isEmpty)
    #expect(stage.run("tail", "--no-follow", "--state", "dead").lines.count == 1)
    #expect(stage.run("tail", "--no-follow", "--queue", "none").output.isEmpty)
    #expect(stage.run("tail", "--no-follow", "--reason", "auth", "-n", "9").lines.count == 3)
    #expect(stage.run("tail", "--no-follow", "--since", "1h").lines.count == 7)
    let unknown = stage.run("tail", "--no-follow", "--kind", "nope")
    #expect(unknown.code == .usage && unknown.output.isEmpty)
    #expect(unknown.errors.contains("unknown kind “nope”"))
    #expect(unknown.errors.contains("classify, compress, extract, prompt, summarise, title"))
    #expect(stage.run("tail", "--no-follow", "--kind", "summarize").code == .success)
    #expect(stage.run("tail", "--since", "1h", "-n", "3").code == .usage)
    let lines = try stage.run("tail", "--no-follow", "-n", "100", "--json").lines.map {
      try JSONNode.parse(Array($0.utf8))
    }
    let events = lines.compactMap { $0["event"]?.string }
    #expect(events.count { $0 == "enqueued" } == 3 && events.count { $0 == "started" } == 2)
    let states = lines.compactMap { $0["state"]?.string }
    #expect(states.contains("succeeded"))
    #expect(lines.last?["class"]?.string == "auth")
  }

  @Test("tail follows until a signal comes, also before there is a queue")
  func follows() throws {
    let pauses = CallCount()
    let stage = Stage(isReal: true) { _, _ in pauses.next() == 3 ? .interrupted : nil }
    let result = stage.run("tail")
    #expect(result.code == .interrupted && result.output.isEmpty && result.errors.isEmpty)
    #expect(stage.run("list").output.isEmpty)
  }

  @Test("a backup can be used instead, and takes nobody's place")
  func backUp() throws {
    let stage = try stage(succeeded: 1, dead: 0, ready: 1)
    let target = stage.path("copy.db")
    #expect(stage.run("db", "backup", target).output == "\(target)\n")
    #expect(try FileSystem.status(target).mode == 0o600)
    let again = stage.run("db", "backup", target)
    #expect(again.code == .cannotCreate && again.errors.contains("there already"))
    #expect(stage.run("db", "backup", stage.path("none/copy.db")).code == .cannotCreate)
    #expect(stage.run("db", "backup", "-").code == .usage)
    _ = stage.run("rm", "1", "2")
    #expect(stage.run("result", "1", "--database", target).output == "Because.")
    #expect(stage.run("list", "--json", "--database", target).lines.count == 2)
  }

  @Test("a check tells what is wrong and what to do, and exits 74")
  func check() throws {
    let stage = try stage(succeeded: 1, dead: 0, ready: 0)
    #expect(stage.run("db", "check").output.hasPrefix("ok: 1 job"))
    // Only the beginning: no database any more, but still ours.
    var bytes = try FileSystem.read(stage.path("queue.db"))
    let whole = bytes
    for index in 0..<100 { bytes[index] = 0x11 }
    try FileSystem.writeAtomically(stage.path("queue.db"), bytes)
    #expect(stage.run("list").code == .inputOutput)
    #expect(stage.run("db", "check").code == .inputOutput)
    bytes = whole
    for index in 8_192..<bytes.count where index % 7 == 0 { bytes[index] = 0xA5 }
    try FileSystem.writeAtomically(stage.path("queue.db"), bytes)
    let result = stage.run("db", "check")
    #expect(result.code == .inputOutput)
    #expect(result.output.contains("integrity") && result.errors.contains("put a backup"))
    let node = try JSONNode.parse(Array(stage.run("db", "check", "--json").output.utf8))
    #expect(node["ok"]?.bool == false && node["problems"]?.elements?.isEmpty == false)
    #expect(stage.run("enqueue", "prompt", input: "x").code == .inputOutput)
  }

  @Test("where there is no queue, or an empty file, db says so and makes none but by migrate")
  func noQueue() throws {
    for isThere in [false, true] {
      let stage = Stage(isReal: true)
      if isThere { try stage.write("queue.db", "") }
      #expect(stage.run("db", "path").output == stage.path("queue.db") + "\n")
      #expect(stage.run("db", "check").code == .success)
      #expect(stage.run("db", "backup", stage.path("copy")).code == .noInput)
      for line in [["list"], ["stats"], ["prune", "--dry-run"], ["tail", "--no-follow"]] {
        #expect(stage.run(line).code == .success, "\(line)")
      }
      #expect(stage.run("show", "1").code == .noInput)
      #expect(FileSystem.exists(stage.path("queue.db")) == isThere)
      let report = try JSONNode.parse(Array(stage.run("db", "migrate", "--json").output.utf8))
      #expect(report["from"]?.int == 0 && report["backup"]?.isNull == true)
      #expect(stage.run("db", "migrate").output.contains("up to date"))
    }
  }

  @Test("every command refuses a newer schema with 78 and leaves it alone")
  func newer() throws {
    let stage = try stage(succeeded: 1, dead: 0, ready: 0)
    var bytes = try FileSystem.read(stage.path("queue.db"))
    bytes[63] = 200
    try FileSystem.writeAtomically(stage.path("queue.db"), bytes)
    for line in [
      ["list"], ["stats"], ["show", "1"], ["tail", "--no-follow"], ["prune"], ["db", "check"],
      ["db", "migrate"], ["db", "backup", stage.path("copy")], ["cancel", "1"], ["pause", "q"],
    ] { #expect(stage.run(line).code == .configuration, "\(line)") }
    #expect(try FileSystem.read(stage.path("queue.db")) == bytes)
    let doctor = stage.run("doctor")
    #expect(doctor.code == .jobFailed && doctor.output.contains("written by a newer auxq"))
  }

  @Test("list --json carries the result, as show does")
  func listWithResults() throws {
    let stage = try stage(succeeded: 1, dead: 0, ready: 0)
    let node = try JSONNode.parse(Array(stage.run("list", "--json").output.utf8))
    #expect(node["result"]?.string == "Because." && node["attempts"] == nil)
  }

  @Test("long listings come in pieces, newest first, none twice")
  func longList() throws {
    let stage = Stage(isReal: true)
    let lines = (1...1_203).map { #"{"input":"\#($0)"}"# }
    _ = stage.run(["enqueue", "prompt", "--batch", "-"], input: lines.joined(separator: "\n"))
    let ids = try stage.run("list", "--json", "--limit", "0").lines.map {
      try JSONNode.parse(Array($0.utf8))["id"]?.int
    }
    #expect(ids == (1...1_203).reversed().map { $0 })
    let text = stage.run("list", "--limit", "1100")
    #expect(text.lines.count == 1_101 && text.lines.count { $0.contains("KIND") } == 1)
    #expect(text.errors.contains("--limit 0"))
    #expect(stage.run("list", "--limit", "1203").errors.isEmpty)
    #expect(stage.run("rm", "--state", "ready", "--yes").output == "1203 jobs removed\n")
  }

  @Test("wait --any ends with the first that is finished")
  func waitAny() throws {
    let stage = try stage(succeeded: 1, dead: 1, ready: 1)
    let any = stage.run("wait", "3", "1", "2", "--any")
    #expect(any.code == .success && any.output == "1 succeeded\n")
    #expect(stage.run("wait", "3", "2", "--any").code == .jobFailed)
    #expect(stage.run("wait", "3", "1", "1", "--timeout", "1s").code == .temporary)
    #expect(stage.run("wait", "1", "1").output == "1 succeeded\n")
  }
}

/// Counts calls.
private final class CallCount: Sendable {
  private let count = WaitCondition(0)

  func next() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}
