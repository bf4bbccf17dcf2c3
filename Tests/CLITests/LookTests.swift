import CLI
import Fallback
import JSONText
import Queue
import Testing

@Suite struct LookTests {
  private func stage(_ jobs: JobRecord...) throws -> Stage {
    let stage = Stage()
    try stage.write("queue.db", "")
    stage.store.change { state in
      for job in jobs { state.jobs[job.id] = job }
      state.attempts[42] = [Samples.story.record]
    }
    return stage
  }

  private func job(_ id: JobID, _ state: JobState = .ready) -> JobRecord {
    var job = Samples.job
    (job.id, job.state) = (id, state)
    return job
  }

  @Test("Reading commands do not make a queue where there is none")
  func noQueue() throws {
    let stage = Stage()
    #expect(stage.run("list").code == .success)
    #expect(stage.run("list").output.isEmpty)
    #expect(stage.run("show", "1").code == .noInput)
    #expect(stage.run("result", "1").code == .noInput)
    #expect(stage.run("stats").output.hasPrefix("jobs      0\n"))
    #expect(stage.current.opened.isEmpty)
  }

  @Test("Reading commands open the queue for reading")
  func access() throws {
    let stage = try stage(Samples.job)
    for line in [["list"], ["show", "42"], ["result", "42"], ["stats"]] {
      #expect(stage.run(line).code == .success)
    }
    #expect(Set(stage.current.opened) == [.read])
  }

  @Test("list shows fifty jobs unless told otherwise, and says when there are more")
  func limit() throws {
    let stage = try stage()
    stage.store.change { state in
      for id in JobID(1)...60 { state.jobs[id] = job(id) }
    }
    let standard = stage.run("list", "--json")
    #expect(standard.lines.count == 50 && standard.errors.contains("--limit 0"))
    #expect(standard.lines.first?.hasPrefix("{\"id\":60,") == true)
    let all = stage.run("list", "--json", "--limit", "0")
    #expect(all.lines.count == 60 && all.errors.isEmpty)
    #expect(stage.run("list", "--json", "--limit", "60").errors.isEmpty)
    #expect(stage.run("list", "--limit", "3").lines.count == 4)
  }

  @Test(
    "Each filter finds its jobs",
    arguments: [
      (["--state", "dead"], [2]), (["--state", "dead,ready"], [3, 2]), (["--kind", "title"], [3]),
      (["--kind", "summarize"], [2, 1]), (["--queue", "mail"], [2]), (["--reason", "quota"], [1]),
      (["--reason", "timeout"], [2]), (["--provider", "nous"], [1]), (["--label", "a=b"], [3]),
      (["--since", "10m"], [3]), (["--since", "2026-11-20T09:00:00Z"], [3, 2, 1]),
      (["--queue", "mail", "--state", "ready"], []),
    ])
  func filters(options: [String], expected: [Int]) throws {
    var one = job(1, .succeeded)
    one.fallbackReasons = [.quota]
    one.servedBy = ServedBy(provider: "nous", model: "m", baseURL: "u", credential: nil)
    one.enqueuedAt -= 3_600_000 / 2
    var two = job(2, .dead)
    two.queue = "mail"
    two.error = JobError(class: "timeout", message: "m")
    two.enqueuedAt -= 3_600_000 / 2
    var three = job(3)
    (three.kind, three.labels, three.servedBy) = ("title", ["a": "b"], nil)
    three.fallbackReasons = []
    (two.servedBy, two.fallbackReasons) = (nil, [])
    let result = try stage(one, two, three).run(["list", "--json"] + options)
    let ids = try result.lines.map { try JSONNode.parse(Array($0.utf8))["id"]?.int }
    #expect(ids == expected, "\(result.errors)")
  }

  @Test("show prints the job object with its attempts")
  func showJSON() throws {
    let result = try stage(Samples.job).run("show", "42", "--json")
    #expect(result.lines.count == 1)
    let node = try JSONNode.parse(Array(result.output.utf8))
    #expect(node["attempts"]?.elements?.first?["calls"]?.elements?.count == 3)
    #expect(node["result"]?.string == "A summary.")
  }

  @Test("show for people tells why it moved on")
  func show() throws {
    let result = try stage(Samples.job).run("show", "42")
    #expect(result.output.contains("why it moved on: openrouter/x: auth error"))
  }

  @Test("show --prompt gives the messages, keys redacted")
  func prompt() throws {
    let stage = Stage()
    _ = stage.run(
      "enqueue", "prompt", "--set", "system=Be brief.",
      input: "My key is sk-proj-Ab12Cd34Ef56Gh78Ij90, and this is my question.")
    let result = stage.run("show", "1", "--prompt")
    #expect(result.code == .success, "\(result.errors)")
    #expect(result.output.contains("[system]\nBe brief.") && result.output.contains("[user]"))
    #expect(result.output.contains("My key is [redacted], and this"))
    #expect(!result.output.contains("Ab12Cd34"))
    let json = try JSONNode.parse(Array(stage.run("show", "1", "--prompt", "--json").output.utf8))
    let messages = try #require(json["steps"]?.elements?.first?["messages"]?.elements)
    #expect(messages.map { $0["role"]?.string } == ["system", "user"])
  }

  @Test("result gives the bytes exactly, and on a terminal something harmless with a line feed")
  func result() throws {
    var job = Samples.job
    job.result = Array("a\u{1B}[2Jb".utf8)
    let stage = try stage(job)
    #expect(stage.run("result", "42").output == "a\u{1B}[2Jb")
    stage.change { $0.terminal.output = true }
    #expect(stage.run("result", "42").output == "ab\n")
    let json = try JSONNode.parse(Array(stage.run("result", "42", "--json").output.utf8))
    #expect(json["result"]?.string == "a\u{1B}[2Jb" && json["state"]?.string == "succeeded")
  }

  @Test(
    "result of a job that has none says why by its exit code",
    arguments: [
      (.ready, .temporary), (.running, .temporary), (.retryable, .temporary),
      (.dead, .jobFailed), (.failed, .jobFailed), (.cancelled, .jobFailed),
    ] as [(JobState, ExitCode)])
  func noResult(state: JobState, code: ExitCode) throws {
    var job = job(5, state)
    job.result = nil
    let result = try stage(job).run("result", "5")
    #expect(result.code == code && result.output.isEmpty)
    #expect(result.errors.contains(state.rawValue))
  }

  @Test("stats as JSON has the parts of the contract")
  func stats() throws {
    let node = try JSONNode.parse(Array(try stage(Samples.job).run("stats", "--json").output.utf8))
    for key in ["jobs", "queues", "throughput", "fallbacks", "health"] { #expect(node[key] != nil) }
    #expect(node["jobs"]?["succeeded"]?.int == 1)
  }
}

@Suite struct ChangeTests {
  private func stage(_ states: [JobState]) throws -> Stage {
    let stage = Stage()
    try stage.write("queue.db", "")
    stage.store.change { queue in
      for (index, state) in states.enumerated() {
        var job = Samples.job
        (job.id, job.state) = (JobID(index + 1), state)
        queue.jobs[job.id] = job
      }
    }
    return stage
  }

  @Test("cancel tells what it did to each job")
  func cancel() throws {
    let stage = try stage([.ready, .running, .succeeded])
    let result = stage.run("cancel", "1", "2", "3", "9")
    #expect(result.code == .noInput)
    #expect(result.output == "1 job cancelled, 1 job asked to stop\n")
    #expect(result.errors.contains("job 3 is finished already"))
    #expect(result.errors.contains("no job 9"))
  }

  @Test("Filters change the jobs that can be changed")
  func filters() throws {
    let stage = try stage([.ready, .running, .succeeded, .dead])
    #expect(stage.run("cancel", "--kind", "summarise").output.hasPrefix("1 job cancelled"))
    #expect(stage.run("retry", "--state", "dead").output == "1 job ready again\n")
    #expect(stage.run("rm", "--state", "succeeded,running").output == "1 job removed\n")
    #expect(stage.run("rm", "--state", "scheduled").output == "0 jobs\n")
    #expect(stage.store.change { $0.jobs.keys.sorted() } == [1, 2, 4])
  }

  @Test("A running job is not removed")
  func running() throws {
    let stage = try stage([.running, .dead])
    let result = stage.run("rm", "1", "2")
    #expect(result.code == .temporary && result.output == "1 job removed\n")
    #expect(result.errors.contains("auxq cancel 1"))
  }

  @Test("More than a hundred jobs need a yes")
  func confirmation() throws {
    let stage = try stage(Array(repeating: .dead, count: 101))
    let refused = stage.run("rm", "--state", "dead")
    #expect(refused.code == .usage && refused.errors.contains("101"))
    #expect(stage.store.change { $0.jobs.count } == 101)
    stage.change {
      $0.terminal = Terminal(input: true, output: true, errors: true)
      $0.answers = ["n", "y"]
    }
    #expect(stage.run("rm", "--state", "dead").code == .usage)
    #expect(stage.store.change { $0.jobs.count } == 101)
    #expect(stage.run("rm", "--state", "dead").output == "101 jobs removed\n")
    let other = try self.stage(Array(repeating: .dead, count: 101))
    #expect(other.run("retry", "--state", "dead", "--yes").code == .success)
  }

  @Test("Where there is no queue, ids are unknown and filters find nothing")
  func noQueue() {
    let stage = Stage()
    #expect(stage.run("cancel", "1").code == .noInput)
    #expect(stage.run("rm", "--state", "dead").output == "0 jobs\n")
    #expect(stage.current.opened.isEmpty)
  }

  @Test("Queues are paused and resumed")
  func pause() throws {
    let stage = try stage([.ready])
    let paused = stage.run("pause", "default", "mail")
    #expect(paused.code == .success && paused.output.isEmpty)
    #expect(paused.errors.contains("paused mail (no job was queued there yet)"))
    #expect(stage.store.change { $0.paused } == ["default", "mail"])
    _ = stage.run("resume", "mail")
    #expect(stage.store.change { $0.paused } == ["default"])
    #expect(stage.run("pause", "a b").code == .usage)
  }

  @Test("A store that refuses ends the command with its code")
  func refusal() throws {
    let stage = try stage([.ready])
    stage.store.change { $0.failure = StoreError(.full, message: "", path: "/q") }
    #expect(stage.run("cancel", "1").code == .inputOutput)
    #expect(stage.run("enqueue", "prompt", input: "x").code == .inputOutput)
  }
}
