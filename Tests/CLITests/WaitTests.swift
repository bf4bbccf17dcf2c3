import CLI
import Fallback
import JSONText
import Queue
import Testing

@Suite struct WaitTests {
  /// Finishes job 1 when a second has passed.
  private static func finishing(_ state: JobState, result: String?) -> Stage {
    Stage { store, _ in
      store.change { queue in
        guard var job = queue.jobs[1] else { return }
        job.attempt += 1
        if job.attempt > 4 {
          job.state = state
          job.result = result.map { Array($0.utf8) }
          job.resultBytes = result?.utf8.count
          if state == .dead {
            job.error = JobError(
              class: "auth", message: "no key was accepted", hint: "auxq auth list")
          }
        }
        queue.jobs[1] = job
      }
      return nil
    }
  }

  @Test("enqueue --wait prints the result alone and exits with the job's outcome")
  func enqueue() {
    let stage = Self.finishing(.succeeded, result: "A title")
    let result = stage.run("enqueue", "title", "--wait", input: "Talk.")
    #expect(result.code == .success)
    #expect(result.output == "A title", "byte for byte, no line feed added")
    #expect(result.errors.contains("queued 1"))
  }

  @Test("A job that fails says why, where to look, and what to do")
  func failed() {
    let result = Self.finishing(.dead, result: nil).run("enqueue", "title", "--wait", input: "T.")
    #expect(result.code == .jobFailed && result.output.isEmpty)
    #expect(result.errors.contains("auth: no key was accepted"))
    #expect(result.errors.contains("auxq auth list") && result.errors.contains("auxq show 1"))
  }

  @Test("A failed job that keeps its input gives it back, with exit code 1")
  func unchanged() {
    let result = Self.finishing(.failed, result: "[]").run(
      "enqueue", "prompt", "--wait=1h", input: "T.")
    #expect(result.code == .jobFailed && result.output == "[]")
  }

  @Test("Waiting ends at its time with 75, and the job goes on")
  func timeout() {
    let stage = Stage()
    let result = stage.run("enqueue", "title", "--wait", "2s", input: "Talk.")
    #expect(result.code == .temporary && result.output.isEmpty)
    #expect(result.errors.contains("auxq wait 1"))
    #expect(stage.current.clock == Samples.start + 2000)
    #expect(stage.store.change { $0.jobs[1]?.state } == .ready)
  }

  @Test("Where nothing runs for a while, somebody is told to start a worker")
  func noWorker() {
    let result = Stage().run("enqueue", "title", "--wait", "10s", input: "Talk.")
    #expect(result.errors.contains("auxq work"))
    let quiet = Stage().run("enqueue", "title", "--wait", "10s", "-q", input: "Talk.")
    #expect(quiet.code == .temporary && quiet.errors.isEmpty)
  }

  @Test("wait exits 0 when all succeeded and 1 when one did not, a line for each")
  func wait() throws {
    let stage = Self.finishing(.succeeded, result: "x")
    for text in ["One.", "Two."] { _ = stage.run("enqueue", "prompt", input: text) }
    stage.store.change { $0.jobs[2]?.state = .cancelled }
    let both = stage.run("wait", "1", "2")
    #expect(both.code == .jobFailed)
    #expect(both.lines == ["2 cancelled", "1 succeeded"])
    let one = stage.run("wait", "1", "--json")
    #expect(one.code == .success)
    #expect(try JSONNode.parse(Array(one.output.utf8))["state"]?.string == "succeeded")
  }

  @Test("wait for a job that there is not ends at once with 66")
  func unknown() {
    let stage = Stage()
    #expect(stage.run("wait", "1").code == .noInput)
    _ = stage.run("enqueue", "prompt", input: "One.")
    let result = stage.run("wait", "1", "8", "9")
    #expect(result.code == .noInput)
    #expect(result.errors.contains("no jobs 8, 9"))
  }

  @Test("A signal ends the wait with its code")
  func signal() {
    let stage = Stage { _, _ in .interrupted }
    _ = stage.run("enqueue", "prompt", input: "One.")
    #expect(stage.run("wait", "1").code == .interrupted)
  }

  @Test("wait ends with 75 at its timeout")
  func waitTimeout() {
    let stage = Stage()
    _ = stage.run("enqueue", "prompt", input: "One.")
    #expect(stage.run("wait", "1", "--timeout", "1s").code == .temporary)
  }

  @Test("Progress is told where somebody looks")
  func progress() {
    let stage = Self.finishing(.succeeded, result: "x")
    stage.change { $0.terminal.errors = true }
    let result = stage.run("enqueue", "title", "--wait", input: "Talk.")
    #expect(result.errors.contains("  1  ready\n") && result.errors.contains("  1  succeeded\n"))
  }
}
