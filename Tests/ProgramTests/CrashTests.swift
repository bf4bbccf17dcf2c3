import Foundation
import Glibc
import JSONText
import Simulator
import Testing

func oneProvider(_ url: String, extra: String = "") -> String {
  """
  { main: { provider: "only", model: "m" },
    providers: { only: { base_url: "\(url)/v1" } }, \(extra) }
  """
}

@Suite("Crashes", .timeLimit(.minutes(10)))
struct CrashTests {
  @Test("a job whose worker was killed is finished by another, with the open call kept as unknown")
  func killedWorker() async throws {
    let provider = try SimulatedProvider.start(usual: .text("Done by the second."))
    provider.enqueue(Behaviour([.stall]))
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    _ = try await home.run("enqueue", "prompt", input: "Say something.")
    let doomed = try home.start(["work"])
    #expect(await eventually { provider.requestCount == 1 })
    // The journal is written within 25 ms of the request.
    await pause(milliseconds: 90)
    doomed.kill()
    let work = try await home.run("work", "--drain")
    #expect(work.status == 0, "\(work.errors)")
    let job = try await home.show(1)
    #expect(job["state"]?.string == "succeeded")
    #expect(job["result"]?.string == "Done by the second.")
    let attempts = try #require(job["attempts"]?.elements)
    #expect(attempts.compactMap { $0["outcome"]?.string } == ["crashed", "succeeded"])
    #expect(Set(attempts.compactMap { $0["worker"]?.string }).count == 2)
    let open = try #require(attempts.first?["calls"]?.elements?.first)
    #expect(open["class"]?.string == "unknown")
    #expect(open["provider"]?.string == "only")
    #expect(job["attempt"]?.int == 1)
  }

  @Test("a job that run works on is never taken by a worker, even when the call outlasts the lease")
  func leasedToRun() async throws {
    let provider = try SimulatedProvider.start()
    provider.setUsual(.text("Slow.").delayed(milliseconds: 2_500))
    let home = try AuxqHome(config: oneProvider(provider.url, extra: "queue: { lease: 1 }"))
    defer { home.remove() }
    let running = try home.start(["run", "prompt"], input: "Say something.")
    #expect(await eventually { provider.requestCount == 1 })
    let worker = try home.start(["work"])
    let run = await running.wait()
    worker.signal(SIGTERM)
    _ = await worker.wait()
    #expect(run.status == 0)
    #expect(provider.requestCount == 1)
    #expect(try await home.show(1)["attempts"]?.elements?.count == 1)
  }

  @Test("the first TERM lets a worker finish what it has, and it ends with 0")
  func drainsOnSignal() async throws {
    let provider = try SimulatedProvider.start()
    provider.setUsual(.text("Finished.").delayed(milliseconds: 400))
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    _ = try await home.run("enqueue", "prompt", input: "Say something.")
    let worker = try home.start(["work"])
    #expect(await eventually { provider.requestCount == 1 })
    worker.signal(SIGTERM)
    #expect(await worker.wait().status == 0)
    #expect(try await home.show(1)["state"]?.string == "succeeded")
  }

  @Test("a second TERM hands the job back with its attempt not burnt")
  func handsBack() async throws {
    let provider = try SimulatedProvider.start(usual: Behaviour([.stall]))
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    _ = try await home.run("enqueue", "prompt", input: "Say something.")
    let worker = try home.start(["work"])
    #expect(await eventually { provider.requestCount == 1 })
    worker.signal(SIGTERM)
    await pause(milliseconds: 80)
    worker.signal(SIGTERM)
    _ = await worker.wait()
    let job = try await home.show(1)
    #expect(job["state"]?.string == "ready")
    #expect(job["attempt"]?.int == 0)
    #expect(job["attempts"]?.elements?.first?["outcome"]?.string == "handed_back")
  }
}
