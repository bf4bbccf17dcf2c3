import Fallback
import JSONText
import Queue

/// One attempt of the job object, with its calls and skips.
enum AttemptJSON {
  static func object(_ story: AttemptStory) -> JSONValue {
    let calls = story.calls.enumerated().map { CallJSON.object($1, number: $0 + 1, of: story) }
    return [
      "number": .int(story.record.number),
      "worker": .string(story.record.worker),
      "path": .string(story.record.path.rawValue),
      "outcome": .optional(story.record.outcome?.rawValue),
      "started_at": .time(story.record.startedAt),
      "finished_at": .time(story.record.finishedAt),
      "calls": .array(calls),
      "skips": .array(story.skips.map { skip($0) }),
    ]
  }

  private static func skip(_ skip: SkipRecord) -> JSONValue {
    var pairs = [
      JSONPair("provider", .string(skip.provider)),
      JSONPair("model", .string(skip.model)),
      JSONPair("reason", .string(skip.reason.rawValue)),
    ]
    if let credential = skip.credential {
      pairs.append(JSONPair("credential", .string(credential)))
    }
    if let failure = skip.class { pairs.append(JSONPair("class", .string(failure.rawValue))) }
    if let until = skip.until { pairs.append(JSONPair("until", .time(until))) }
    return .object(pairs)
  }
}

/// One call of the job object.
enum CallJSON {
  static func object(_ call: CallRecord, number: Int, of story: AttemptStory) -> JSONValue {
    let pairs = target(call, number: number) + verdict(call, story) + measures(call)
    guard call.failure != nil, let excerpt = call.excerpt, !excerpt.isEmpty else {
      return .object(pairs)
    }
    return .object(pairs + [JSONPair("error_body", .string(excerpt))])
  }

  private static func target(_ call: CallRecord, number: Int) -> [JSONPair] {
    [
      JSONPair("seq", .int(number)),
      JSONPair("purpose", .string(call.purpose.rawValue)),
      JSONPair("provider", .string(call.provider)),
      JSONPair("model", .string(call.model)),
      JSONPair("base_url", .string(call.baseURL)),
      JSONPair("credential", .optional(call.credential?.label)),
      JSONPair("credential_id", .optional(call.credential?.id)),
    ]
  }

  private static func verdict(_ call: CallRecord, _ story: AttemptStory) -> [JSONPair] {
    [
      JSONPair("status", .optional(call.status)),
      JSONPair("transport_error", .optional(call.transport?.rawValue)),
      JSONPair("class", .optional(story.failureClass(of: call)?.rawValue)),
      JSONPair("scope", .optional(call.failure?.scope.rawValue)),
      JSONPair("rule", .optional(call.failure?.rule)),
      JSONPair("action", .optional(call.disposition?.rawValue)),
      JSONPair("reason", .optional(story.reason(of: call))),
      JSONPair("retry_after_s", .seconds(call.failure?.wait)),
    ]
  }

  private static func measures(_ call: CallRecord) -> [JSONPair] {
    let duration = call.finishedAt.map { Int(max(0, $0 - call.startedAt)) }
    return [
      JSONPair("duration_ms", .optional(duration)),
      JSONPair("input_tokens", .optional(call.inputTokens)),
      JSONPair("output_tokens", .optional(call.outputTokens)),
      JSONPair("request_id", .optional(call.requestID)),
    ]
  }
}
