import Fallback
import Foundation
import Glibc
import Queue
import SQLiteQueue

/// One process at work on a queue, started by `QueueBenchmark`. Its shape is that of the yardstick: the
/// same size of input and result, the same transactions.
struct QueueSide {
  enum Mode: String {
    /// Fills the queue in large transactions.
    case fill
    /// One transaction for each job.
    case enq1
    /// A hundred jobs in a transaction.
    case enqB
    /// Claims one, then finishes it.
    case cc1
    /// Claims 32, then finishes them in one transaction.
    case ccB
    /// Enqueues one by one for some seconds.
    case rush
  }

  /// What a process tells the benchmark, as one line.
  struct Report: Codable {
    var count: Int
    var seconds: Double
    var cpuSeconds: Double
    /// Longest single transaction.
    var longestSeconds: Double
    var errors: Int
    /// Jobs that were claimed.
    var ids: [Int64]
  }

  private static let queues = ["alpha", "beta", "gamma"]
  private static let definition = StoredDefinition(
    hash: "sha256:bench", version: "1", snapshot: Array("{}".utf8))

  let mode: Mode
  let count: Int
  private let queue: SQLiteQueue
  private let worker: WorkerIdentity
  private let payload = (0..<1024).map { UInt8(97 + ($0 * 7) % 26) }

  init(mode: Mode, database: String, count: Int) throws {
    self.mode = mode
    self.count = count
    queue = try SQLiteQueue.open(path: database, mode: .create)
    let process = "bench-\(getpid())"
    worker = WorkerIdentity(
      id: process, bootID: "bench", pidNamespace: 0, pid: getpid(), pidStart: 0)
  }

  func run() -> Report {
    var report = Report(
      count: 0, seconds: 0, cpuSeconds: 0, longestSeconds: 0, errors: 0, ids: [])
    let (began, usedBefore) = (now(), cpu())
    work(&report)
    report.seconds = now() - began
    report.cpuSeconds = cpu() - usedBefore
    queue.close()
    return report
  }

  private func work(_ report: inout Report) {
    switch mode {
    case .fill: enqueue(10_000, &report)
    case .enq1: enqueue(1, &report)
    case .enqB: enqueue(100, &report)
    case .cc1: claimAndFinish(1, &report)
    case .ccB: claimAndFinish(32, &report)
    case .rush:
      let end = now() + Double(count)
      while now() < end {
        timed(&report) { report in
          _ = try queue.transact([.enqueue([job(report.count)])])
          report.count += 1
        }
      }
    }
  }

  private func enqueue(_ batch: Int, _ report: inout Report) {
    while report.count < count, report.errors == 0 {
      let size = min(batch, count - report.count)
      timed(&report) { report in
        let jobs = (0..<size).map { job(report.count + $0) }
        _ = try queue.transact([.enqueue(jobs)])
        report.count += size
      }
    }
  }

  private func claimAndFinish(_ batch: Int, _ report: inout Report) {
    var isEmpty = false
    while report.count < count, !isEmpty, report.errors == 0 {
      timed(&report) { report in
        let request = ClaimRequest(worker: worker, limit: batch)
        guard case .claimed(let jobs)? = try queue.transact([.claim(request)]).first,
          !jobs.isEmpty
        else {
          isEmpty = true
          return
        }
        try finish(jobs)
        report.count += jobs.count
        report.ids += jobs.map(\.id)
      }
    }
  }

  private func finish(_ jobs: [ClaimedJob]) throws {
    let result = Array(payload.prefix(128))
    let operations = jobs.map { job in
      Queue.Operation.settle(
        Settlement(
          lease: LeaseKey(id: job.id, token: job.token), attempt: job.attemptNumber,
          outcome: .succeeded(Settlement.Success(result: result)), trace: [1]))
    }
    for answer in try queue.transact(operations) {
      guard case .accepted(true) = answer else { throw BenchmarkError("a result was refused") }
    }
  }

  private func job(_ number: Int) -> NewJob {
    NewJob(
      kind: "prompt", queue: Self.queues[number % 3], input: JobInput(bytes: payload, sha256: "ab"),
      definition: Self.definition, plan: "prompt\t\t")
  }

  private func timed(_ report: inout Report, _ body: (inout Report) throws -> Void) {
    let began = now()
    do { try body(&report) } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      report.errors += 1
    }
    report.longestSeconds = max(report.longestSeconds, now() - began)
  }

  private func now() -> Double {
    Double(DispatchTime.now().uptimeNanoseconds) / 1e9
  }

  private func cpu() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
