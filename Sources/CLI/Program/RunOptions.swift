package import Fallback
package import Kinds
package import Queue

/// `run`, understood: one job that is checked and ready to be stored.
package struct RunOptions: Sendable {
  package var job: NewJob
  package var definition: KindDefinition
  package var wantsJSON: Bool
}

/// `work`, understood.
package struct WorkOptions: Sendable, Hashable {
  package enum LogFormat: String, Sendable { case text, json }

  /// Calls in flight.
  package var concurrency = 16
  /// nil: every queue.
  package var queues: [String]?
  /// Ends when no job is ready or running.
  package var drains = false
  /// Ends after one job.
  package var isOnce = false
  /// For running jobs after the first signal.
  package var grace: Milliseconds = 30_000
  package var logFormat = LogFormat.text

  package init() {}

  init(_ line: Invocation) {
    concurrency = line.integer("concurrency") ?? 16
    let names = line.texts("queue")
    queues = names.isEmpty ? nil : names
    drains = line.has("drain")
    isOnce = line.has("once")
    grace = line.span("grace") ?? 30_000
    logFormat = line.text("log").flatMap { LogFormat(rawValue: $0) } ?? .text
  }
}

/// `chain`, understood.
package struct ChainOptions: Sendable, Hashable {
  /// nil: the chain of a kind without own settings.
  package var kind: String?
  package var provider: String?
  package var model: String?
  /// In the order given; nil: show the routes instead.
  package var suppositions: [Supposition]?
  package var wantsJSON: Bool

  init(_ line: Invocation) {
    kind = line.argument("KIND")
    provider = line.text("provider")
    model = line.text("model")
    suppositions = line.text("what-if").flatMap { Supposition.parse($0) }
    wantsJSON = line.wantsJSON
  }
}
