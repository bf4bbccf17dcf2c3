import Fallback
import JSONText
import Platform
import Queue
import Worker

/// One line on stderr for everything that a worker does.
struct WorkerLog: Sendable {
  private let session: Session
  private let format: WorkOptions.LogFormat

  init(_ session: Session, _ format: WorkOptions.LogFormat) {
    self.session = session
    self.format = format
  }

  @Sendable func write(_ note: WorkerNote) {
    switch format {
    case .text: if let line = text(note) { session.note("\(clock) \(line)") }
    case .json: session.note(String(decoding: json(note).encoded(), as: UTF8.self))
    }
  }

  private var clock: String { Timestamp.text(session.program.now()) }

  private func text(_ note: WorkerNote) -> String? {
    switch note {
    case .started: nil
    case .settled(let id, let kind, let settlement, let span):
      "job \(id) \(kind): \(settlement.outcome.word), \(span) ms\(story(settlement))"
    case .lost(let id): "job \(id): the lease was lost; nothing of this attempt was stored"
    case .storeFailed(let error): "the queue cannot be used (\(error.message)); stopping"
    case .draining(let running): "stopping: \(Quantity.counted(running, "job")) still running"
    case .handingBack(let running): "handing back \(Quantity.counted(running, "job"))"
    }
  }

  private func story(_ settlement: Settlement) -> String {
    var text = ""
    if case .succeeded(let success) = settlement.outcome, let served = success.servedBy {
      text += ", \(served.provider) (\(served.model))"
    }
    if !settlement.fallbacks.isEmpty {
      let steps = settlement.fallbacks.map { "\($0.provider) \($0.class.rawValue)" }
      text += ", after " + steps.joined(separator: ", ")
    }
    if let error = settlement.outcome.error { text += ": \(error.message)" }
    return text
  }

  private func json(_ note: WorkerNote) -> JSONValue {
    var pairs = [JSONPair("ts", .string(clock))]
    func add(_ key: String, _ value: JSONValue) { pairs.append(JSONPair(key, value)) }
    switch note {
    case .started(let id, let kind, let attempt):
      add("event", "started")
      add("job", .int(Int(id)))
      add("kind", .string(kind))
      add("attempt", .int(attempt))
    case .settled(let id, let kind, let settlement, let span):
      add("event", .string(settlement.outcome.word))
      add("job", .int(Int(id)))
      add("kind", .string(kind))
      add("duration_ms", .int(Int(span)))
      if case .succeeded(let success) = settlement.outcome, let served = success.servedBy {
        add("provider", .string(served.provider))
        add("model", .string(served.model))
      }
      add("fallback_reasons", .array(settlement.fallbacks.map { .string($0.class.rawValue) }))
      if let error = settlement.outcome.error {
        add("class", .string(error.class))
        add("message", .string(error.message))
      }
    case .lost(let id):
      add("event", "lost")
      add("job", .int(Int(id)))
    case .storeFailed(let error):
      add("event", "store_failed")
      add("message", .string(error.message))
    case .draining(let running):
      add("event", "draining")
      add("running", .int(running))
    case .handingBack(let running):
      add("event", "handing_back")
      add("running", .int(running))
    }
    return .object(pairs)
  }
}

extension Settlement.Outcome {
  /// The end in a word.
  fileprivate var word: String {
    switch self {
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .dead: "dead"
    case .retry: "retry"
    case .park: "parked"
    case .handBack: "handed_back"
    case .cancelled: "cancelled"
    }
  }

  fileprivate var error: JobError? {
    switch self {
    case .failed(let error, _, _), .dead(let error), .retry(let error, _), .park(let error, _, _):
      error
    case .succeeded, .handBack, .cancelled: nil
    }
  }
}
