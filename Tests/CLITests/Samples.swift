import CLI
import Fallback
import Queue

/// Records that several tests look at.
enum Samples {
  /// 2026-11-20T10:00:00.123Z
  static let start: Milliseconds = 1_795_168_800_123

  static let job = JobRecord(
    id: 42, kind: "summarise", queue: "default", state: .succeeded, priority: 0, attempt: 1,
    maxAttempts: 3, mode: .auto, labels: ["team": "docs", "app": "notes"], uniqueKey: nil,
    inputName: "notes/a.md", inputBytes: 20_480,
    inputSHA256: "9c1f2ab0aa0d3c1e4f5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f80912",
    enqueuedAt: start, runAt: start, deadline: nil, startedAt: start + 400,
    finishedAt: start + 12_700, result: Array("A summary.".utf8), resultBytes: 10,
    isDegraded: false,
    servedBy: ServedBy(
      provider: "local", model: "qwen", baseURL: "http://127.0.0.1:8080/v1", credential: "LOCAL_KEY"
    ),
    fallbackReasons: [.auth, .rateLimit], error: nil, definitionVersion: "1",
    definitionHash: "sha256:0011223344556677", report: Array(#"{"chunks":3}"#.utf8))

  static let key = CredentialReference(id: "a1b2c3", label: "OPENROUTER_KEY", fingerprint: "f")

  static var refused: CallRecord {
    var call = CallRecord(
      purpose: .completion, provider: "openrouter", model: "x",
      baseURL: "https://openrouter.ai/api/v1",
      credential: key, startedAt: start + 410)
    call.status = 401
    call.failure = Failure(.auth, scope: .credential, rule: "http-401")
    call.disposition = .fallback
    call.finishedAt = start + 422
    call.excerpt = #"{"error":{"message":"No auth credentials found"}}"#
    return call
  }

  static var limited: CallRecord {
    var call = CallRecord(
      purpose: .completion, provider: "nous", model: "hermes", baseURL: "https://nous.example/v1",
      credential: nil, startedAt: start + 430)
    call.status = 429
    call.failure = Failure(.rateLimit, scope: .credential, rule: "http-429", wait: 38_500)
    call.disposition = .fallback
    call.finishedAt = start + 500
    call.requestID = "req_01"
    return call
  }

  static var served: CallRecord {
    var call = CallRecord(
      purpose: .completion, provider: "local", model: "qwen", baseURL: "http://127.0.0.1:8080/v1",
      credential: CredentialReference(id: "d4", label: "LOCAL_KEY", fingerprint: "g"),
      startedAt: start + 510)
    call.status = 200
    call.disposition = .succeed
    call.finishedAt = start + 12_600
    call.inputTokens = 4612
    call.outputTokens = 204
    return call
  }

  static let skip = SkipRecord(
    provider: "anthropic", model: "m", reason: .noCredential, at: start + 505)
  static let cooling = SkipRecord(
    provider: "openai", model: "o", credential: "work", reason: .coolingDown, class: .quota,
    until: start + 3_600_000, at: start + 506)

  static var story: AttemptStory {
    AttemptStory(
      record: AttemptRecord(
        number: 1, worker: "w-7f", path: .async, outcome: .succeeded, startedAt: start + 400,
        finishedAt: start + 12_700, trace: []),
      calls: [refused, limited, served], skips: [skip, cooling])
  }

  /// A job that failed, with hostile text in every place that a user or a provider can fill.
  static var hostile: (job: JobRecord, story: AttemptStory) {
    var job = job
    job.id = 7
    job.state = .dead
    job.kind = "title\u{1B}[31m"
    job.queue = "q\u{9B}2J"
    job.labels = ["k\u{202E}": "v\u{1B}]0;owned\u{7}"]
    job.inputName = "a\u{1B}[2J\nb.md"
    job.result = nil
    job.resultBytes = nil
    job.servedBy = nil
    job.fallbackReasons = [.auth]
    job.report = nil
    job.error = JobError(
      class: "auth", message: "refused\u{1B}[0m", cause: "again\u{0}",
      hint: "auxq\u{2066} auth list")
    var call = refused
    call.model = "x\u{1B}[5m"
    call.disposition = .fail
    call.excerpt = "line one\u{1B}]8;;http://evil\u{7}link\nline two\u{85}"
    var lost = served
    lost.finishedAt = nil
    lost.disposition = nil
    let story = AttemptStory(
      record: AttemptRecord(
        number: 2, worker: "w\u{1B}c", path: .blocking, outcome: .crashed, startedAt: start,
        finishedAt: start + 900, trace: []),
      calls: [call, lost], skips: [])
    return (job, story)
  }
}
