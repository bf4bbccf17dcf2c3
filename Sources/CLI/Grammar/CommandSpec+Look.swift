extension CommandSpec {
  static let list = CommandSpec(
    "list", summary: "List jobs, newest first",
    examples: [
      Example("auxq list", "the newest jobs"),
      Example("auxq list --state failed,dead --since 1d", "what went wrong today"),
      Example("auxq list --reason rate_limit --json", "for scripts, one object a line"),
    ],
    options: OptionSpec.filters + [OptionSpec.limit(default: ListLimit.standard), .jsonLines])

  static let show = CommandSpec(
    "show", summary: "Show a job: outcome, attempts, every call and why it moved on",
    examples: [
      Example("auxq show 42", "the whole story"),
      Example("auxq show 42 --json", "the job object"),
      Example("auxq show 42 --prompt", "what is sent to the model"),
    ],
    arguments: [ArgumentSpec("ID", .one, .jobID, help: "The job")],
    options: [
      OptionSpec("prompt", help: "The first messages that the job sends, keys redacted"), .json,
    ],
    exitCodes: [ExitNote(.noInput, "no such job")])

  static let result = CommandSpec(
    "result", summary: "Print the result of a job, byte for byte",
    examples: [
      Example("auxq result 42 > summary.md", "into a file"),
      Example("auxq result 42 --json", "with id and state"),
    ],
    arguments: [ArgumentSpec("ID", .one, .jobID, help: "The job")],
    options: [.json],
    exitCodes: [
      ExitNote(.jobFailed, "the job did not succeed"), ExitNote(.noInput, "no such job"),
      ExitNote(.temporary, "not finished yet"),
    ])

  static let tail = CommandSpec(
    "tail", summary: "Follow what happens: jobs enqueued, started, ended, parked, …",
    examples: [
      Example("auxq tail", "the last ten events, then each as it happens"),
      Example("auxq tail --queue mail --json", "for scripts, one object a line"),
      Example("auxq tail --since 1h --no-follow", "the last hour, then end"),
    ],
    options: OptionSpec.filters.filter { $0.name != "since" } + [
      OptionSpec(
        "since", ValueSpec("WHEN", .past), help: "Begin with what happened since: 1h, 2d, or a time"
      ),
      OptionSpec(
        "lines", short: "n", ValueSpec("N", .integer(0...1_000_000)),
        help: "Begin with the last N events (default 10)"),
      OptionSpec("no-follow", help: "End instead of waiting for more"),
      .jsonLines,
    ],
    rules: [.exclusive(["since", "lines"])],
    exitCodes: [ExitNote(.interrupted, "stopped by SIGINT, as usual")],
    notes: [
      """
      Filters are about the job as it is when the event is told; --state is where the event left it. \
      What was removed meanwhile is not told.
      """
    ])

  static let stats = CommandSpec(
    "stats", summary: "Counts, throughput, tokens, fallback reasons, health of providers",
    examples: [
      Example("auxq stats", "for people"),
      Example("auxq stats --json", "for scripts"),
    ],
    options: [.json])
}

/// How many jobs `list` shows when nobody says.
enum ListLimit {
  static let standard = 50
}
