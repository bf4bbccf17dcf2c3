import Fallback
package import JSONText
package import Queue

/// The job object: what scripts read. Its fields and their order are a promise.
package enum JobJSON {
  /// The whole object.
  ///
  /// - Parameters:
  ///   - job: The record.
  ///   - attempts: nil leaves them out, as in `list`.
  /// - Returns: The object.
  package static func object(_ job: JobRecord, attempts: [AttemptStory]?) -> JSONValue {
    var pairs = identity(job) + course(job) + outcome(job)
    if let attempts {
      pairs.append(JSONPair("attempts", .array(attempts.map { AttemptJSON.object($0) })))
    }
    return .object(pairs)
  }

  private static func identity(_ job: JobRecord) -> [JSONPair] {
    [
      JSONPair("id", .int(Int(job.id))),
      JSONPair("kind", .string(job.kind)),
      JSONPair("queue", .string(job.queue)),
      JSONPair("state", .string(job.state.rawValue)),
      JSONPair("priority", .int(job.priority)),
      JSONPair("attempt", .int(job.attempt)),
      JSONPair("max_attempts", .int(job.maxAttempts)),
      JSONPair("mode", .string(job.mode.rawValue)),
      JSONPair("labels", .strings(job.labels)),
      JSONPair("unique_key", .optional(job.uniqueKey)),
      JSONPair(
        "input",
        [
          "name": .optional(job.inputName), "bytes": .int(job.inputBytes),
          "sha256": .string(job.inputSHA256),
        ]),
    ]
  }

  private static func course(_ job: JobRecord) -> [JSONPair] {
    [
      JSONPair("enqueued_at", .time(job.enqueuedAt)),
      JSONPair("run_at", .time(job.runAt)),
      JSONPair("started_at", .time(job.startedAt)),
      JSONPair("finished_at", .time(job.finishedAt)),
    ]
  }

  private static func outcome(_ job: JobRecord) -> [JSONPair] {
    [
      JSONPair("result", .text(job.result)),
      JSONPair("result_bytes", .optional(job.resultBytes)),
      JSONPair("degraded", .bool(job.isDegraded)),
      JSONPair("served_by", servedBy(job.servedBy)),
      JSONPair("fallback_reasons", .strings(job.fallbackReasons.map(\.rawValue))),
      JSONPair("error", error(job.error)),
      JSONPair(
        "definition",
        ["version": .string(job.definitionVersion), "hash": .string(job.definitionHash)]),
      JSONPair("report", .stored(job.report)),
    ]
  }

  private static func servedBy(_ served: ServedBy?) -> JSONValue {
    guard let served else { return .null }
    return [
      "provider": .string(served.provider), "model": .string(served.model),
      "base_url": .string(served.baseURL), "credential": .optional(served.credential),
    ]
  }

  private static func error(_ error: JobError?) -> JSONValue {
    guard let error else { return .null }
    return [
      "class": .string(error.class), "message": .string(error.message),
      "cause": .optional(error.cause), "hint": .optional(error.hint),
    ]
  }
}
