import Fallback
import Queue

extension OptionSpec {
  /// Understood by every command and before it.
  package static let globals: [OptionSpec] = [
    OptionSpec(
      "config", ValueSpec("FILE", .file),
      help: "Configuration to use instead of $AUXQ_CONFIG and the default"),
    OptionSpec(
      "database", ValueSpec("FILE", .file),
      help: "Queue database to use instead of $AUXQ_DATABASE and the default"),
    OptionSpec("quiet", short: "q", help: "No progress and no hints on stderr"),
    OptionSpec("help", short: "h", help: "Show this help"),
  ]

  static let json = OptionSpec("json", help: "JSON on stdout")
  static let jsonLines = OptionSpec("json", help: "One JSON object a line on stdout")
  static let confirmation = OptionSpec(
    "yes", short: "y", help: "Do not ask, however many jobs are meant")

  static let provider = OptionSpec(
    "provider", ValueSpec("P", .providerName),
    help: "Ask this provider (explicit mode) instead of the chain")
  static let model = OptionSpec("model", ValueSpec("M"), help: "Ask for this model")
  static let set = OptionSpec(
    "set", ValueSpec("NAME=VALUE", .pair),
    help: "Set a variable of the kind; a schema may be @FILE",
    isRepeatable: true)
  static let label = OptionSpec(
    "label", ValueSpec("K=V", .pair), help: "Mark the job, for list --label", isRepeatable: true)
  static let maxAttempts = OptionSpec(
    "max-attempts", ValueSpec("N", .integer(1...1000)),
    help: "Attempts before the job is dead (default: queue.max_attempts)")
  static let deadline = OptionSpec(
    "deadline", ValueSpec("SPAN", .duration),
    help: "No request later than this after the moment it may run")

  /// The filters of `list`; `cancel`, `retry` and `rm` take them too.
  static let filters: [OptionSpec] = [
    OptionSpec(
      "state", ValueSpec("S", .oneOf(JobState.allCases.map(\.rawValue))),
      help: "Only this state: \(JobState.allCases.map(\.rawValue).joined(separator: " "))",
      isRepeatable: true),
    OptionSpec("kind", ValueSpec("K", .kindName), help: "Only this kind", isRepeatable: true),
    OptionSpec("queue", ValueSpec("Q", .queueName), help: "Only this queue", isRepeatable: true),
    OptionSpec(
      "reason", ValueSpec("CLASS", .oneOf(reasons)),
      help: "Only jobs that fell back or failed for this class", isRepeatable: true),
    OptionSpec(
      "provider", ValueSpec("P", .providerName), help: "Only jobs that this provider served",
      isRepeatable: true),
    OptionSpec(
      "label", ValueSpec("K=V", .pair), help: "Only jobs with this label", isRepeatable: true),
    OptionSpec(
      "since", ValueSpec("WHEN", .past), help: "Only jobs enqueued since: 1h, 2d, or a time"),
  ]

  static func limit(default count: Int) -> OptionSpec {
    OptionSpec(
      "limit", ValueSpec("N", .integer(0...Int.max)),
      help: "At most N jobs, the newest; 0 means all (default \(count))")
  }

  /// `error.class` knows two words that are no failure class.
  static let reasons = FailureClass.allCases.map(\.rawValue) + ["no_route", "input", "check"]
}
