import Fallback
import Queue

/// One job as it was asked for, before it is checked.
struct JobRequest {
  /// nil: named nowhere.
  var kind: String?
  var inputName: String?
  var input: [UInt8] = []
  /// Where it comes from, for complaints: a file, `stdin`, a line of a batch.
  var source = "stdin"
  var isFromBatch = false

  var queue: String
  var priority: Int
  /// nil: at once.
  var runAt: Milliseconds?
  var uniqueKey: String?
  var uniqueFor: Milliseconds?
  /// nil: the kind's or the configuration's.
  var maxAttempts: Int?
  var deadlineAfter: Milliseconds?
  var provider: String?
  var model: String?
  var variables: [String: String]
  var labels: [String: String]

  /// What the options say; the same for every input.
  init(_ line: Invocation, now: Milliseconds, zone: LocalZone) {
    kind = line.argument("KIND")
    queue = line.text("queue") ?? "default"
    priority = line.integer("priority") ?? 0
    runAt = line.span("in").map { now + $0 }
    if let moment = line.moment("at") { runAt = moment.resolved(now: now, zone: zone) }
    uniqueKey = line.text("unique")
    uniqueFor = line.span("unique-for")
    maxAttempts = line.integer("max-attempts")
    deadlineAfter = line.span("deadline")
    provider = line.text("provider")
    model = line.text("model")
    variables = line.dictionary("set")
    labels = line.dictionary("label")
  }
}
