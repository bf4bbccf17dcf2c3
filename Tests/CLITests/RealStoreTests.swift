import CLI
import Fallback
import JSONText
import Platform
import Queue
import SQLiteQueue
import Testing

/// The commands over the queue that people have.
@Suite struct RealStoreTests {
  private let worker = WorkerIdentity(
    id: "w1", bootID: "b", pidNamespace: 1, pid: 1, pidStart: 1)

  /// Claims the next job and ends it.
  private func settle(_ stage: Stage, _ outcome: Settlement.Outcome) throws {
    let store = try SQLiteQueue.open(path: stage.path("queue.db"), mode: .existing)
    defer { store.close() }
    let claim = ClaimRequest(worker: worker, limit: 1)
    guard case .claimed(let jobs)? = try store.transact([.claim(claim)]).first,
      let job = jobs.first
    else {
      Issue.record("nothing to claim")
      return
    }
    let lease = LeaseKey(id: job.id, token: job.token)
    _ = try store.transact([
      .settle(
        Settlement(
          lease: lease, outcome: outcome, trace: [],
          fallbacks: [FallbackStep(provider: "openrouter", class: .auth)]))
    ])
  }

  @Test("A job can be queued, listed, finished, shown, retried and removed")
  func life() throws {
    let stage = Stage(isReal: true)
    #expect(stage.run("enqueue", "title", "--label", "a=b", input: "Talk.").output == "1\n")
    #expect(try FileSystem.status(stage.path("queue.db")).mode == 0o600)
    #expect(stage.run("list", "--state", "ready", "--label", "a=b", "--json").lines.count == 1)
    #expect(stage.run("result", "1").code == .temporary)

    try settle(
      stage,
      .succeeded(
        .init(
          result: Array("A Title".utf8),
          servedBy: ServedBy(provider: "local", model: "q", baseURL: "u", credential: nil))))
    #expect(stage.run("result", "1").output == "A Title")
    #expect(stage.run("wait", "1").code == .success)
    let node = try JSONNode.parse(Array(stage.run("show", "1", "--json").output.utf8))
    #expect(node["state"]?.string == "succeeded" && node["result"]?.string == "A Title")
    #expect(node["attempts"]?.elements?.first?["outcome"]?.string == "succeeded")
    #expect(node["fallback_reasons"]?.elements?.compactMap(\.string) == ["auth"])
    #expect(stage.run("list", "--provider", "local", "--reason", "auth", "--json").lines.count == 1)
    #expect(stage.run("list", "--provider", "other").output.isEmpty)

    #expect(stage.run("retry", "1").output == "1 job ready again\n")
    #expect(stage.run("cancel", "1").output == "1 job cancelled\n")
    #expect(stage.run("rm", "1").output == "1 job removed\n")
    #expect(stage.run("show", "1").code == .noInput)
    #expect(stage.run("enqueue", "prompt", input: "x").output == "2\n", "ids never come back")
  }

  @Test("The messages of a stored job can be looked at")
  func prompt() {
    let stage = Stage(isReal: true)
    _ = stage.run("enqueue", "prompt", "--set", "system=Be brief.", input: "Why?")
    let result = stage.run("show", "1", "--prompt")
    #expect(result.output == "[system]\nBe brief.\n\n[user]\nWhy?\n", "\(result.errors)")
  }

  @Test("A failed job's error reaches the reader")
  func failed() throws {
    let stage = Stage(isReal: true)
    _ = stage.run("enqueue", "prompt", input: "Why?")
    try settle(
      stage,
      .dead(JobError(class: "auth", message: "refused", cause: "again", hint: "auxq auth list")))
    let result = stage.run("result", "1")
    #expect(result.code == .jobFailed)
    #expect(result.errors.contains("auth: refused; last: again"))
    #expect(stage.run("show", "1").output.contains("auxq auth list"))
    #expect(stage.run("list", "--state", "dead", "--reason", "auth", "--json").lines.count == 1)
  }

  @Test("A batch is stored in one go, and counted")
  func batch() throws {
    let stage = Stage(isReal: true)
    let lines = (1...120).map { #"{"input":"\#($0)","queue":"q\#($0 % 3)"}"# }
    let result = stage.run(
      ["enqueue", "prompt", "--batch", "-"], input: lines.joined(separator: "\n"))
    #expect(result.lines == (1...120).map { String($0) }, "\(result.errors)")
    _ = stage.run("pause", "q1")
    let stats = try JSONNode.parse(Array(stage.run("stats", "--json").output.utf8))
    #expect(stats["jobs"]?["ready"]?.int == 120)
    #expect(stats["queues"]?["q1"]?["ready"]?.int == 40)
    #expect(stats["queues"]?["q1"]?["paused"]?.bool == true)
    #expect(stage.run("rm", "--kind", "prompt").code == .usage)
    #expect(stage.run("rm", "--queue", "q1").output == "40 jobs removed\n")
    #expect(stage.run("rm", "--kind", "prompt", "--yes").output == "80 jobs removed\n")
  }

  @Test("A file that is no queue is told so and left alone")
  func foreign() throws {
    let stage = Stage(isReal: true)
    let text = String(repeating: "This is a letter, not a database.\n", count: 40)
    try stage.write("queue.db", text)
    for line in [["list"], ["enqueue", "prompt", "-"], ["cancel", "1"]] {
      let result = stage.run(line, input: "x")
      #expect([.configuration, .inputOutput].contains(result.code), "\(line)")
      #expect(result.output.isEmpty && result.errors.contains("queue.db"))
    }
    #expect(try stage.read("queue.db") == text)
    #expect(stage.run("doctor").code == .jobFailed)
  }

  @Test("A finished job of the same key counts as long as it is asked to")
  func unique() throws {
    let stage = Stage(isReal: true)
    _ = stage.run("enqueue", "prompt", "--unique", "k", input: "One.")
    try settle(stage, .succeeded(.init(result: [])))
    let line = ["enqueue", "prompt", "--unique", "k"]
    #expect(stage.run(line + ["--unique-for", "1d"], input: "Two.").output == "1\n")
    #expect(stage.run(line, input: "Three.").output == "2\n")
  }
}
