import JSONText
import Kinds
import Platform
import Queue

/// The same work twice is paid for once, where the kind says that its results may be used again.
enum Reuse {
  /// Names a piece of work: definition, options, routes and input.
  ///
  /// - Returns: Nil where the kind does not want it.
  static func key(
    _ definition: KindDefinition, _ options: JobOptions, _ plan: JobPlan, input: JobInput
  ) -> String? {
    guard definition.isReusable else { return nil }
    let parts = [
      definition.hash, String(decoding: options.encoded(), as: UTF8.self),
      String(decoding: plan.planText, as: UTF8.self), input.sha256,
    ]
    return SHA256.hex(parts.map { "\($0.utf8.count):\($0)" }.joined())
  }

  /// The result that is there already, said to be that.
  static func success(_ key: String, in store: any QueueStore) -> Settlement.Success? {
    guard let id = try? store.reusableJob(key), let job = try? store.job(id),
      job.state == .succeeded, !job.isDegraded, let result = job.result
    else { return nil }
    return Settlement.Success(
      result: result, servedBy: job.servedBy, report: report(job.report, from: id))
  }

  private static func report(_ report: [UInt8]?, from id: JobID) -> [UInt8] {
    let members = report.flatMap { try? JSONNode.parse($0) }?.members ?? []
    let kept = members.filter { $0.key != "calls" && $0.key != "reused_from" }
      .map { JSONPair($0.key, JSONValue($0.value)) }
    let first = [JSONPair("reused_from", .int(Int(id))), JSONPair("calls", 0)]
    return JSONValue.object(first + kept).encoded()
  }
}
