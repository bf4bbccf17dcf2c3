import Foundation
import Simulator

/// Enqueues jobs and lets one worker drain them against a provider that answers after a delay.
struct WorkerBenchmark {
  var program: String
  var jobs = 200
  var concurrency = 64
  var delayMilliseconds = 50
  var runs = 5

  /// With nothing but the provider's delay, a worker needs this many seconds.
  var idealSeconds: Double {
    Double((jobs + concurrency - 1) / concurrency * delayMilliseconds) / 1_000
  }

  func report() throws {
    let provider = try SimulatedProvider.start(records: false)
    provider.setUsual(.text("A short answer.").delayed(milliseconds: delayMilliseconds))
    var walls: [Double] = []
    var cpus: [Double] = []
    var peaks: [Double] = []
    for _ in 0..<runs {
      let usage = try once(provider)
      walls.append(usage.wallSeconds)
      cpus.append(usage.cpuSeconds / Double(jobs) * 1_000)
      peaks.append(usage.peakMegabytes)
    }
    provider.stop()
    let wall = Spread(values: walls)
    print(
      "worker: \(jobs) jobs, \(delayMilliseconds) ms provider, concurrency \(concurrency), median of \(runs)"
    )
    print("  wall s          \(wall)")
    print(
      String(
        format: "  x ideal         %.3f (ideal %.3f s)", wall.median / idealSeconds, idealSeconds))
    print("  CPU ms per job  \(Spread(values: cpus))")
    print("  peak MB         \(Spread(values: peaks))")
  }

  private func once(_ provider: SimulatedProvider) throws -> ChildUsage {
    let home = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(
      at: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: home) }
    let config = """
      {main: {provider: "bench", model: "m"},
       providers: {bench: {base_url: "\(provider.url)/v1"}}}
      """
    try config.write(
      to: home.appendingPathComponent("config.json"), atomically: true, encoding: .utf8)
    let environment = ["AUXQ_HOME": home.path, "PATH": "/usr/bin:/bin"]
    let lines = (0..<jobs).map { #"{"kind":"prompt","input":"Say something short, \#($0)."}"# }
    let enqueued = try run(
      program, ["enqueue", "--batch", "-"], environment: environment,
      input: lines.joined(separator: "\n") + "\n")
    guard enqueued.status == 0 else {
      throw BenchmarkError("enqueue ended with \(enqueued.status)")
    }
    let usage = try run(
      program, ["work", "--drain", "--concurrency", "\(concurrency)"], environment: environment)
    guard usage.status == 0 else { throw BenchmarkError("work ended with \(usage.status)") }
    let stats = try run(program, ["stats", "--json"], environment: environment)
    guard stats.output.contains("\"succeeded\":\(jobs)") else {
      throw BenchmarkError("not every job succeeded: \(stats.output)")
    }
    return usage
  }
}
