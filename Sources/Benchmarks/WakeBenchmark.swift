import Foundation
import Glibc
import Simulator

/// How soon an idle worker starts what other processes enqueue, and what it costs while nothing comes.
struct WakeBenchmark {
  var program: String
  var jobs = 300
  /// Between two jobs, in milliseconds.
  var pause = 30
  var idleSeconds = 10

  func report() throws {
    print("wake: \(jobs) jobs, each from a process of its own, from stored to started")
    for hasSocket in [true, false] {
      let lags = try measure(hasSocket: hasSocket)
      let sorted = lags.sorted()
      print(
        String(
          format: "  %@ p50 %.0f ms, p99 %.0f ms, longest %.0f ms",
          hasSocket ? "by socket:      " : "without sockets:", sorted[sorted.count / 2],
          sorted[sorted.count * 99 / 100], sorted[sorted.count - 1]))
    }
    let world = try World(program)
    defer { world.end() }
    usleep(1_000_000)
    let before = try world.workerTicks()
    sleep(UInt32(idleSeconds))
    let share = Double(try world.workerTicks() - before) / Double(idleSeconds * sysconf(2))
    print(String(format: "  idle: %.2f %% of a core over %d s", share * 100, idleSeconds))
  }

  private func measure(hasSocket: Bool) throws -> [Double] {
    let world = try World(program)
    defer { world.end() }
    usleep(1_000_000)
    if !hasSocket { try world.removeSockets() }
    for number in 0..<jobs {
      let usage = try run(
        program, ["enqueue", "prompt"], environment: world.environment, input: "Hello \(number).")
      guard usage.status == 0 else {
        throw BenchmarkError("enqueue ended with \(usage.status)")
      }
      usleep(UInt32(pause * 1_000))
    }
    usleep(1_000_000)
    return try world.lags(jobs)
  }
}

/// A worker with a provider that answers at once.
private final class World {
  let environment: [String: String]
  private let program: String
  private let home: URL
  private let provider: SimulatedProvider
  private let worker = Process()

  init(_ program: String) throws {
    self.program = program
    home = FileManager.default.temporaryDirectory.appendingPathComponent("auxq-wake-\(getpid())")
    try FileManager.default.createDirectory(
      at: home.appendingPathComponent("tmp"), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    provider = try SimulatedProvider.start(records: false)
    provider.setUsual(.text("A short answer."))
    let config = """
      {main: {provider: "bench", model: "m"},
       providers: {bench: {base_url: "\(provider.url)/v1"}}}
      """
    try config.write(
      to: home.appendingPathComponent("config.json"), atomically: true, encoding: .utf8)
    environment = [
      "AUXQ_HOME": home.path, "TMPDIR": home.appendingPathComponent("tmp").path,
      "PATH": "/usr/bin:/bin",
    ]
    worker.executableURL = URL(fileURLWithPath: program)
    worker.arguments = ["work"]
    worker.environment = environment
    worker.standardError = FileHandle.nullDevice
    try worker.run()
  }

  func end() {
    worker.terminate()
    worker.waitUntilExit()
    provider.stop()
    try? FileManager.default.removeItem(at: home)
  }

  /// Takes away where the worker could be rung.
  func removeSockets() throws {
    let folder = home.appendingPathComponent("tmp")
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      let full = folder.appendingPathComponent(path).path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), !isFolder.boolValue {
        try FileManager.default.removeItem(atPath: full)
      }
    }
  }

  /// User and system time of the worker so far, in clock ticks.
  func workerTicks() throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(worker.processIdentifier)/stat", encoding: .utf8)
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else {
      throw BenchmarkError("no times of the worker")
    }
    return user + system
  }

  /// From stored to started, in milliseconds.
  func lags(_ count: Int) throws -> [Double] {
    let list = try run(
      program, ["list", "--limit", "0", "--json"], environment: environment)
    let lags = list.output.split(separator: "\n").compactMap { line -> Double? in
      guard let stored = time("enqueued_at", in: line), let started = time("started_at", in: line)
      else { return nil }
      return started - stored
    }
    guard lags.count == count else { throw BenchmarkError("\(lags.count) of \(count) started") }
    return lags
  }

  private func time(_ name: String, in line: Substring) -> Double? {
    guard let start = line.range(of: "\"\(name)\":\"") else { return nil }
    let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    let text = String(line[start.upperBound...].prefix(24))
    return (try? format.parse(text)).map { $0.timeIntervalSince1970 * 1_000 }
  }
}
