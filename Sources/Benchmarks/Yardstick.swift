import Foundation
import Glibc

/// The C programs that say what the machine can do, built by hand and unchanged:
///
///     gcc -O2 -o mockd mockd.c
///     gcc -O2 -o httpc httpc.c -lcurl -lpthread
///     gcc -O2 -o qbench qbench.c -lsqlite3
struct Yardstick {
  /// The folder with the three programs.
  var folder: String

  /// A provider that costs nearly nothing; it stops when it is released.
  final class Provider {
    let url: String
    private let process = Process()

    init(_ yardstick: Yardstick) throws {
      let port = 20_000 + Int(getpid() % 20_000)
      url = "http://127.0.0.1:\(port)"
      process.executableURL = URL(fileURLWithPath: yardstick.folder + "/mockd")
      process.arguments = ["\(port)"]
      try process.run()
      usleep(200_000)
    }

    deinit { process.terminate() }
  }

  /// Microseconds of CPU for one call of libcurl's multi interface.
  func callMicroseconds(_ url: String, total: Int, concurrency: Int) throws -> Double {
    let usage = try run(
      folder + "/httpc", ["epoll", url + "/v1/chat/completions", "\(total)", "\(concurrency)"],
      environment: [:])
    return try Self.number("cpu_us_each", in: usage.output)
  }

  /// Microseconds of CPU to claim and complete one job in batches of 32.
  func queueMicroseconds(jobs: Int) throws -> Double {
    let database = NSTemporaryDirectory() + "auxq-yardstick-\(getpid()).db"
    defer { for end in ["", "-wal", "-shm"] { unlink(database + end) } }
    _ = try run(folder + "/qbench", [database, "fill", "\(jobs)"], environment: [:])
    let usage = try run(
      folder + "/qbench", [database, "ccB", "\(jobs)", "NORMAL", "1", "32"], environment: [:])
    return try Self.number("cpu_us_each", in: usage.output)
  }

  /// A figure of a line of `name=value` pairs.
  static func number(_ name: String, in text: String) throws -> Double {
    for pair in text.split(whereSeparator: { $0.isWhitespace }) {
      let parts = pair.split(separator: "=")
      if parts.count == 2, parts[0] == name, let value = Double(parts[1]) { return value }
    }
    throw BenchmarkError("no \(name) in: \(text)")
  }
}
