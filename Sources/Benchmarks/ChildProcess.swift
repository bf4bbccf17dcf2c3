import Foundation
import Glibc

/// A finished child process with what it used.
struct ChildUsage {
  var status: Int32
  var wallSeconds: Double
  /// User and system time.
  var cpuSeconds: Double
  var peakMegabytes: Double
  var output: String
}

/// Runs a program and measures it as a whole: from before its start until it was reaped.
func run(
  _ program: String, _ arguments: [String], environment: [String: String], input: String? = nil
) throws -> ChildUsage {
  let scratch = NSTemporaryDirectory() + "auxq-bench-\(getpid())"
  try (input ?? "").write(toFile: scratch + ".in", atomically: true, encoding: .utf8)
  defer { for end in [".in", ".out"] { unlink(scratch + end) } }
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_addopen(&actions, 0, scratch + ".in", O_RDONLY, 0)
  posix_spawn_file_actions_addopen(
    &actions, 1, scratch + ".out", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
  var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
  var envp: [UnsafeMutablePointer<CChar>?] =
    environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
  defer { for pointer in argv + envp { free(pointer) } }
  var pid: pid_t = 0
  let began = DispatchTime.now().uptimeNanoseconds
  let failure = posix_spawn(&pid, program, &actions, nil, &argv, &envp)
  guard failure == 0 else {
    throw BenchmarkError("cannot start \(program): \(String(cString: strerror(failure)))")
  }
  var status: Int32 = 0
  var usage = rusage()
  wait4(pid, &status, 0, &usage)
  let wall = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
  return ChildUsage(
    status: (status >> 8) & 0xFF, wallSeconds: wall,
    cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
    peakMegabytes: Double(usage.ru_maxrss) / 1024,
    output: (try? String(contentsOfFile: scratch + ".out", encoding: .utf8)) ?? "")
}

private func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

struct BenchmarkError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

/// The middle of several measurements, with the extremes beside it.
struct Spread: CustomStringConvertible {
  var values: [Double]
  var median: Double { values.sorted()[values.count / 2] }

  var description: String {
    let sorted = values.sorted()
    return String(format: "%.3f [%.3f..%.3f]", median, sorted[0], sorted[sorted.count - 1])
  }
}
