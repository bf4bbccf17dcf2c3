import Foundation

/// A worker against a provider that answers at once, beside what the same queue transactions and the
/// same calls cost in C.
struct JobBenchmark {
  var program: String
  var yardstick: Yardstick
  var jobs = 4_000
  var concurrency = 64
  var runs = 5

  func report() throws {
    let provider = try Yardstick.Provider(yardstick)
    var ratios: [Double] = []
    var costs: [Double] = []
    var bases: [Double] = []
    for _ in 0..<runs {
      let base =
        try yardstick.queueMicroseconds(jobs: jobs)
        + yardstick.callMicroseconds(provider.url, total: jobs, concurrency: concurrency)
      let cost = try once(provider)
      bases.append(base)
      costs.append(cost)
      ratios.append(cost / base)
    }
    print("a job against a provider that answers at once, \(jobs) jobs, median of \(runs)")
    print("  CPU x both yardsticks  \(Spread(values: ratios)) (at most 4)")
    print("  CPU µs per job         \(Spread(values: costs)) beside \(Spread(values: bases))")
  }

  private func once(_ provider: Yardstick.Provider) throws -> Double {
    let home = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(
      at: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: home) }
    let config =
      "{main: {provider: 'b', model: 'm'}, providers: {b: {base_url: '\(provider.url)/v1'}}}"
    try config.write(
      to: home.appendingPathComponent("config.json"), atomically: true, encoding: .utf8)
    let environment = ["AUXQ_HOME": home.path, "PATH": "/usr/bin:/bin"]
    let text = String(repeating: "Say something short. ", count: 50)
    let lines = (0..<jobs).map { #"{"kind":"prompt","input":"\#(text)\#($0)"}"# }
    let enqueued = try run(
      program, ["enqueue", "--batch", "-"], environment: environment,
      input: lines.joined(separator: "\n") + "\n")
    guard enqueued.status == 0 else {
      throw BenchmarkError("enqueue ended with \(enqueued.status)")
    }
    let usage = try run(
      program, ["work", "--drain", "--concurrency", "\(concurrency)"], environment: environment)
    guard usage.status == 0 else { throw BenchmarkError("work ended with \(usage.status)") }
    return usage.cpuSeconds / Double(jobs) * 1e6
  }
}
