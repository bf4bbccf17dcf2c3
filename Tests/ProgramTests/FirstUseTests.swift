import Foundation
import JSONText
import Simulator
import Testing

@Suite("First use", .timeLimit(.minutes(10)))
struct FirstUseTests {
  static let article = """
    The harbour was quiet in the morning. Fishing boats lay at the quay and waited for the tide. \
    The lighthouse keeper wrote down the wind, the tide and the number of boats.

    At noon the storm came from the west. It tore the roof off the boat house and sank two boats. \
    Nobody was hurt, because the keeper had warned everybody early.

    In the evening the people mended the roof. They decided to build a new quay before winter.
    """

  @Test("with nothing configured, summarise gives key sentences and says how to get more")
  func nothingConfigured() async throws {
    let home = try AuxqHome()
    defer { home.remove() }
    let file = try home.write(Self.article, to: "harbour.txt")
    let run = try await home.run("run", "summarise", file, "--set", "words=40")
    #expect(run.status == 0, "\(run.errors)")
    #expect(!run.output.isEmpty)
    #expect(run.errors.contains("no provider is configured"))
    let job = try await home.show(1)
    #expect(job["degraded"]?.bool == true)
    #expect(job["served_by"]?["provider"]?.string == "builtin")
  }

  @Test("the program works when it is moved away from where it was built")
  func moved() async throws {
    let home = try AuxqHome()
    defer { home.remove() }
    let copy = home.folder.appendingPathComponent("moved")
    try FileManager.default.copyItem(atPath: AuxqProgram.path, toPath: copy.path)
    let running = try RunningAuxq(
      program: copy.path, ["run", "summarise"], home: home, input: Self.article)
    let result = await running.wait()
    #expect(result.status == 0, "\(result.errors)")
    #expect(!result.output.isEmpty)
  }

  @Test("alone it explains itself on stderr and exits 64; --help goes to stdout and exits 0")
  func help() async throws {
    let home = try AuxqHome()
    defer { home.remove() }
    let alone = try await home.run()
    #expect(alone.status == 64)
    #expect(alone.output.isEmpty)
    #expect(alone.errors.contains("auxq run"))
    let help = try await home.run("--help")
    #expect(help.status == 0)
    #expect(help.output.contains("enqueue"))
    #expect(help.errors.isEmpty)
  }

  @Test("enqueue, work, wait, result: the whole way of a job")
  func wholeWay() async throws {
    let provider = try SimulatedProvider.start(usual: .text("A storm sank two boats."))
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    let enqueued = try await home.run(
      "enqueue", "summarise", "--label", "trip=harbour", "--priority", "5", input: Self.article)
    #expect(enqueued.output == "1\n", "\(enqueued.errors)")
    let worker = try home.start(["work"])
    let waited = try await home.run("wait", "1", "--timeout", "10s")
    #expect(waited.status == 0, "\(waited.errors)")
    worker.signal(15)
    #expect(await worker.wait().status == 0)
    #expect(try await home.run("result", "1").output.hasPrefix("A storm sank two boats."))
    let job = try await home.show(1)
    #expect(job["labels"]?["trip"]?.string == "harbour")
    #expect(job["priority"]?.int == 5)
    let stats = try await home.run("stats", "--json").output
    #expect(stats.contains("\"succeeded\":1"), "\(stats)")
  }

  @Test("retry by filter leaves alone what has succeeded, unless it is asked for")
  func retryKeepsResults() async throws {
    let provider = try SimulatedProvider.start(usual: .text("Paid for."))
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    _ = try await home.run("run", "prompt", input: "Say something.")
    #expect(try await home.run("retry", "--kind", "prompt").output == "0 jobs\n")
    #expect(try await home.run("result", "1").output == "Paid for.")
    #expect(try await home.run("retry", "--state", "succeeded").output.hasPrefix("1 job"))
  }

  @Test("work --drain ends although a paused queue holds ready jobs")
  func drainsBesidePausedQueue() async throws {
    let provider = try SimulatedProvider.start()
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    _ = try await home.run("enqueue", "prompt", input: "Say something.")
    _ = try await home.run("pause", "default")
    let work = try await home.run("work", "--drain")
    #expect(work.status == 0)
    #expect(provider.requestCount == 0)
    #expect(try await home.show(1)["state"]?.string == "ready")
  }

  @Test("chain of a kind that does not exist says so and suggests one")
  func chainOfUnknownKind() async throws {
    let home = try AuxqHome()
    defer { home.remove() }
    let chain = try await home.run("chain", "sumarise")
    #expect(chain.status == 64)
    #expect(chain.errors.contains("summarise"), "\(chain.errors)")
  }
}
