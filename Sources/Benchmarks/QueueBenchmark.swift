import Foundation
import Glibc

/// Compares the queue with the same work in C: run in turn with the program of the yardstick, so that
/// both see the same machine.
struct QueueBenchmark {
  /// This program, which plays the processes at the queue.
  var program: String
  /// The built `qbench`.
  var yardstick: String
  /// Where the databases lie: a tmpfs shows the processor's part, a disk the rest.
  var folder: String
  var jobs = 20_000
  var depth = 1_000_000
  var runs = 5
  /// On a disk both sides sync every acknowledged commit; a tmpfs has nothing to sync.
  var level = "NORMAL"

  private struct Pair {
    var ours: [Double] = []
    var theirs: [Double] = []

    /// Median of the ratios: each pair ran side by side.
    var ratio: Spread { Spread(values: zip(ours, theirs).map { $0 / $1 }) }
  }

  func report() throws {
    print("queue in \(folder), \(jobs) jobs, three queues, medians of \(runs)")
    try enqueue()
    try claims()
    try crowd()
  }

  // MARK: The comparisons

  private func enqueue() throws {
    var single = Pair()
    var batched = Pair()
    for _ in 0..<runs {
      try inFreshFolder { path in
        single.theirs.append(try theirs("enq1", path + "/c.db").cpu)
        single.ours.append(
          try ours(.enq1, path + "/q.db", jobs).map { $0.cpuSeconds / Double($0.count) * 1e6 }[0])
        batched.theirs.append(try theirs("enqB", path + "/c.db").perSecond)
        batched.ours.append(try rate(ours(.enqB, path + "/q.db", jobs)))
      }
    }
    sides("enqueue one by one, CPU us", single)
    line("enqueue one by one, CPU", single.ratio.median, most: 1.5)
    sides("enqueue by hundreds, jobs/s", batched)
    line("enqueue by hundreds", batched.ratio.median, least: 0.6)
  }

  private func claims() throws {
    var single = Pair()
    var batched = Pair()
    var depths = Pair()
    try inFreshFolder { path in
      _ = try ours(.fill, path + "/q.db", depth)
      _ = try theirs("fill", path + "/c.db", depth)
      for run in 0..<runs {
        single.theirs.append(try theirs("cc1", path + "/c.db").perSecond)
        single.ours.append(try rate(ours(.cc1, path + "/q.db", jobs)))
        let shallow = path + "/s\(run).db"
        _ = try ours(.fill, shallow, 20_000)
        depths.theirs.append(try rate(ours(.cc1, shallow, min(jobs, 19_000))))
        depths.ours.append(single.ours[run])
        batched.theirs.append(try theirs("ccB", path + "/c.db").perSecond)
        batched.ours.append(try rate(ours(.ccB, path + "/q.db", jobs)))
      }
    }
    sides("one by one at \(depth), jobs/s", single)
    line("claim and finish one by one", single.ratio.median, least: 0.65)
    sides("by 32 at \(depth), jobs/s", batched)
    line("claim and finish by 32", batched.ratio.median, least: 0.5)
    line("\(depth) deep / 20000 deep", depths.ratio.median, least: 0.85)
  }

  /// Several processes at one file.
  private func crowd() throws {
    var ratios: [Double] = []
    var errors = 0
    try inFreshFolder { path in
      _ = try ours(.fill, path + "/q.db", jobs * (runs * 2 + 1))
      var seen: Set<Int64> = []
      for _ in 0..<runs {
        let alone = try ours(.cc1, path + "/q.db", jobs)
        let four = try ours(.cc1, path + "/q.db", jobs / 4, processes: 4)
        ratios.append(rate(four) / rate(alone))
        for report in alone + four {
          errors += report.errors
          for id in report.ids where !seen.insert(id).inserted {
            throw BenchmarkError("job \(id) was run twice")
          }
        }
      }
    }
    line("four processes / one", Spread(values: ratios).median, least: 0.5)
    var reports: [QueueSide.Report] = []
    try inFreshFolder { reports = try ours(.rush, $0 + "/q.db", 5, processes: 16) }
    let counts = reports.map(\.count)
    errors += reports.map(\.errors).reduce(0, +)
    print(
      "  sixteen processes, 5 s: \(counts.reduce(0, +)) enqueued, each \(counts.min() ?? 0) to"
        + " \(counts.max() ?? 0), longest wait"
        + String(format: " %.3f s", reports.map(\.longestSeconds).max() ?? 0))
    print("  errors: \(errors)")
  }

  // MARK: Running the sides

  private func theirs(
    _ mode: String, _ database: String, _ count: Int? = nil
  ) throws -> (perSecond: Double, cpu: Double) {
    let usage = try run(
      yardstick, [database, mode, "\(count ?? jobs)", level], environment: [:])
    func number(_ name: String) -> Double? {
      usage.output.split(whereSeparator: \.isWhitespace)
        .first { $0.hasPrefix(name + "=") }.flatMap { Double($0.dropFirst(name.count + 1)) }
    }
    guard usage.status == 0, let rate = number("per_s"), let cpu = number("cpu_us_each") else {
      throw BenchmarkError("the yardstick ended with \(usage.status): \(usage.output)")
    }
    return (rate, cpu)
  }

  private func ours(
    _ mode: QueueSide.Mode, _ database: String, _ count: Int, processes: Int = 1
  ) throws -> [QueueSide.Report] {
    let children = try (0..<processes).map { _ in
      let child = Process()
      child.executableURL = URL(fileURLWithPath: program)
      child.arguments = ["queue-side", mode.rawValue, database, "\(count)"]
      let output = Pipe()
      child.standardOutput = output
      try child.run()
      return (child, output)
    }
    return try children.map { child, output in
      let data = output.fileHandleForReading.readDataToEndOfFile()
      child.waitUntilExit()
      return try JSONDecoder().decode(QueueSide.Report.self, from: data)
    }
  }

  /// Jobs per second of processes that ran together.
  private func rate(_ reports: [QueueSide.Report]) -> Double {
    Double(reports.map(\.count).reduce(0, +)) / (reports.map(\.seconds).max() ?? 1)
  }

  private func inFreshFolder(_ body: (String) throws -> Void) throws {
    let path = folder + "/auxq-bench-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  private func sides(_ name: String, _ pair: Pair) {
    print("  \(name): ours \(Spread(values: pair.ours)), C \(Spread(values: pair.theirs))")
  }

  private func line(_ name: String, _ value: Double, least: Double? = nil, most: Double? = nil) {
    let isMet = least.map { value >= $0 } ?? most.map { value <= $0 } ?? true
    let goal = least.map { "at least \($0)" } ?? most.map { "at most \($0)" } ?? ""
    print(String(format: "%@: %.2f (%@) %@", name, value, goal, isMet ? "ok" : "MISSED"))
  }
}
