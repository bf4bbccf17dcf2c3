import Foundation

// Measures the program from outside. Build both in release first:
//
//     swift build -c release
//     .build/release/Benchmarks worker
//     .build/release/Benchmarks start
//     .build/release/Benchmarks wake        how soon a worker hears of a job, and what idling costs
//     .build/release/Benchmarks decide
//     .build/release/Benchmarks queue --yardstick PATH-OF-QBENCH --folder /dev/shm
//     .build/release/Benchmarks needles     what survives compression; AUXQ_BENCH_BASE_URL for quality
//     .build/release/Benchmarks rouge       the built-in engine against LEAD; --corpus FOLDER
//     .build/release/Benchmarks document    five megabytes in parts
//     .build/release/Benchmarks bodies
//     .build/release/Benchmarks transport --yardstick DIR
//     .build/release/Benchmarks jobs --yardstick DIR
//
// Figures mean something only beside others of the same run on the same machine.

let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
let program = folder.appendingPathComponent("auxq").path
let rest = Array(CommandLine.arguments.dropFirst())

/// The value after `--name`, if it is a number.
func number(_ name: String, _ usual: Int) -> Int {
  guard let index = rest.firstIndex(of: "--" + name), index + 1 < rest.count else { return usual }
  return Int(rest[index + 1]) ?? usual
}

/// The value after `--name`.
func text(_ name: String, _ usual: String) -> String {
  guard let index = rest.firstIndex(of: "--" + name), index + 1 < rest.count else { return usual }
  return rest[index + 1]
}

/// The values after each `--name`.
func texts(_ name: String, _ usual: [String]) -> [String] {
  let found = rest.indices.filter { rest[$0] == "--" + name && $0 + 1 < rest.count }
  return found.isEmpty ? usual : found.map { rest[$0 + 1] }
}

/// The folder of the C programs.
func yardstick() throws -> Yardstick {
  guard let index = rest.firstIndex(of: "--yardstick"), index + 1 < rest.count else {
    throw BenchmarkError("--yardstick DIR: the folder with mockd, httpc and qbench")
  }
  return Yardstick(folder: rest[index + 1])
}

do {
  switch rest.first {
  case "worker":
    try WorkerBenchmark(
      program: program, jobs: number("jobs", 200), concurrency: number("concurrency", 64),
      delayMilliseconds: number("delay", 50), runs: number("runs", 5)
    ).report()
  case "wake":
    try WakeBenchmark(
      program: program, jobs: number("jobs", 300), pause: number("pause", 30),
      idleSeconds: number("idle", 10)
    ).report()
  case "decide":
    try DecideBenchmark(
      program: program, jobs: number("jobs", 1_000), runs: number("runs", 5)
    ).report()
  case "bodies":
    try BodyBenchmark(runs: number("runs", 5)).report()
  case "transport":
    try TransportBenchmark(
      yardstick: yardstick(), load: folder.appendingPathComponent("TransportLoad").path,
      calls: number("calls", 20_000), runs: number("runs", 5)
    ).report()
  case "transport-steps":
    let steps = TransportSteps(url: rest[1], total: Int(rest[2]) ?? 1, inFlight: Int(rest[3]) ?? 1)
    if await steps.perform() > 0 { exit(1) }
  case "jobs":
    try JobBenchmark(
      program: program, yardstick: yardstick(), jobs: number("jobs", 4_000),
      concurrency: number("concurrency", 64), runs: number("runs", 5)
    ).report()
  case "start":
    try StartBenchmark(program: program, runs: number("runs", 25)).report()
  case "needles":
    var benchmark = NeedleBenchmark(
      program: program, transcripts: number("transcripts", 10), turns: number("turns", 120))
    try benchmark.report()
  case "rouge":
    RougeBenchmark(folders: texts("corpus", ["/usr/share/doc"]), limit: number("limit", 2_000))
      .report()
  case "document":
    try DocumentBenchmark(program: program, megabytes: number("megabytes", 5)).report()
  case "queue":
    try QueueBenchmark(
      program: CommandLine.arguments[0], yardstick: text("yardstick", "qbench"),
      folder: text("folder", "/dev/shm"), jobs: number("jobs", 20_000),
      depth: number("depth", 1_000_000), runs: number("runs", 5), level: text("level", "NORMAL")
    ).report()
  case "queue-side":
    guard rest.count == 4, let mode = QueueSide.Mode(rawValue: rest[1]), let count = Int(rest[3])
    else { exit(64) }
    let report = try QueueSide(mode: mode, database: rest[2], count: count).run()
    FileHandle.standardOutput.write(try JSONEncoder().encode(report))
  default:
    print(
      "use: Benchmarks worker [--jobs N --concurrency N --delay MS --runs N] | start [--runs N]"
        + " | wake [--jobs N --pause MS --idle S]"
        + " | decide [--jobs N --runs N] | bodies [--runs N]"
        + " | transport --yardstick DIR [--calls N --runs N]"
        + " | jobs --yardstick DIR [--jobs N --concurrency N --runs N]"
        + " | queue --yardstick QBENCH [--folder DIR --jobs N --depth N --runs N --level FULL]"
        + " | needles [--transcripts N --turns N] | rouge [--corpus FOLDER… --limit N]"
        + " | document [--megabytes N]")
    exit(64)
  }
} catch {
  print("failed: \(error)")
  exit(1)
}
