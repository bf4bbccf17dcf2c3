import Foundation
import Glibc
import JSONText
import Simulator
import Testing

@Suite("Recovery", .timeLimit(.minutes(5)))
struct RecoveryTests {
  @Test("a worker stopped past its lease and continued: one result is accepted")
  func stopped() async throws {
    let provider = try SimulatedProvider.start(usual: .text("In time."))
    // Long after it was stopped, however slow the machine.
    provider.enqueue(.text("Too late.").delayed(milliseconds: 6_000))
    let home = try AuxqHome(config: oneProvider(provider.url, extra: "queue: { lease: 1 }"))
    defer { home.remove() }
    _ = try await home.run("enqueue", "prompt", input: "Say something.")
    let slow = try home.start(["work"])
    #expect(await eventually { provider.requestCount == 1 })
    slow.signal(SIGSTOP)
    let work = try await home.run("work", "--drain")
    #expect(work.status == 0, "\(work.errors)")
    slow.signal(SIGCONT)
    // It has its answer by now, and learns that it is too late.
    await pause(milliseconds: 100)
    slow.signal(SIGTERM)
    _ = await slow.wait()
    let job = try await home.show(1)
    #expect(job["state"]?.string == "succeeded")
    #expect(job["result"]?.string == "In time.")
    let outcomes = job["attempts"]?.elements?.compactMap { $0["outcome"]?.string }
    #expect(outcomes == ["lost", "succeeded"])
  }

  @Test("the jobs of a killed worker run again on the same host long before their lease is over")
  func crashed() async throws {
    let provider = try SimulatedProvider.start(usual: .text("Again."))
    provider.enqueue(Behaviour([.stall]), Behaviour([.stall]))
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    _ = try await home.run("enqueue", "prompt", input: "One.")
    _ = try await home.run("enqueue", "prompt", input: "Two.")
    let doomed = try home.start(["work"])
    #expect(await eventually { provider.requestCount == 2 })
    let other = try home.start(["work"])
    await pause(milliseconds: 100)
    let began = Date()
    doomed.kill()
    // Its lease of a minute would have let them wait much longer.
    #expect(await eventually(within: 40) { provider.requestCount == 4 })
    print("recovery: jobs ran again after \(Int(Date().timeIntervalSince(began) * 1_000)) ms")
    #expect(try await eventually { try home.succeeded() == 2 })
    other.signal(SIGTERM)
    #expect(await other.wait().status == 0)
  }

  @Test("a job that kills its worker three times is dead, with its attempts told")
  func poison() async throws {
    let provider = try SimulatedProvider.start(usual: Behaviour([.stall]))
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    _ = try await home.run("enqueue", "prompt", input: "Say something.")
    for number in 1...3 {
      let doomed = try home.start(["work"])
      #expect(await eventually { provider.requestCount == number })
      doomed.kill()
    }
    #expect(try await home.run("work", "--drain").status == 0)
    let job = try await home.show(1)
    #expect(job["state"]?.string == "dead")
    #expect(job["attempt"]?.int == 0)
    let outcomes = job["attempts"]?.elements?.compactMap { $0["outcome"]?.string }
    #expect(outcomes == ["crashed", "crashed", "crashed"])
  }

  @Test("fifty enqueuers with one unique key, released together: one job, all print its id")
  func uniqueKey() async throws {
    let home = try AuxqHome(config: oneProvider("http://127.0.0.1:9"))
    defer { home.remove() }
    let enqueuers = try (0..<50).map { _ in try WaitingEnqueuer(home) }
    // All of them have started and wait for the end of their input.
    await pause(milliseconds: 100)
    for enqueuer in enqueuers { enqueuer.release() }
    var ids: Set<String> = []
    for enqueuer in enqueuers {
      let (status, output) = await enqueuer.wait()
      #expect(status == 0)
      ids.insert(output)
    }
    #expect(ids == ["1\n"])
    #expect(try await home.run("list", "--json").output.split(separator: "\n").count == 1)
  }

  @Test(
    "many workers on one file: every job is run once, and nobody meets a lock", arguments: [4, 16])
  func drain(workers: Int) async throws {
    let jobs = ProcessInfo.processInfo.environment["AUXQ_DRAIN_JOBS"].flatMap(Int.init) ?? 400
    let provider = try SimulatedProvider.start(usual: .text("Done."), records: false)
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    let lines = (0..<jobs).map { number in
      #"{"kind": "prompt", "input": "\#(number)", "queue": "q\#(number % 3)"}"#
    }
    let enqueued = try await home.run(
      "enqueue", "--batch", "-", input: lines.joined(separator: "\n"))
    #expect(enqueued.status == 0, "\(enqueued.errors)")
    let processes = try (0..<workers).map { _ in
      try home.start(["work", "--drain", "--concurrency", "8"])
    }
    for process in processes {
      let result = await process.wait()
      #expect(result.status == 0, "\(result.errors)")
      #expect(!result.errors.contains("busy") && !result.errors.contains("locked"))
    }
    #expect(provider.requestCount == jobs)
    #expect(try home.succeeded() == jobs)
  }
}

extension AuxqHome {
  /// How many jobs have succeeded, by `stats`.
  fileprivate func succeeded() throws -> Int? {
    let child = try start(["stats", "--json"])
    child.process.waitUntilExit()
    let stats = try JSONNode.parse(Array(child.read("out").utf8), as: .strict, maxDepth: 64)
    return stats["jobs"]?["succeeded"]?.int
  }
}

/// An `auxq enqueue` that reads its input from a pipe which is still open.
private final class WaitingEnqueuer {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  init(_ home: AuxqHome) throws {
    process.executableURL = URL(fileURLWithPath: AuxqProgram.path)
    process.arguments = ["enqueue", "prompt", "--unique", "the one"]
    process.environment = ["AUXQ_HOME": home.folder.path, "PATH": "/usr/bin:/bin"]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    input.fileHandleForWriting.write(Data("Say something.".utf8))
  }

  func release() { try? input.fileHandleForWriting.close() }

  func wait() async -> (status: Int32, output: String) {
    while process.isRunning { await pause(milliseconds: 2) }
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }
}
