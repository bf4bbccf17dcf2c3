extension CommandSpec {
  static let explain = CommandSpec(
    "explain", summary: "Say what a provider's response means, or replay a job's decisions",
    examples: [
      Example(
        "auxq explain --status 429 --header retry-after:20", "what it means and what follows"),
      Example("auxq explain --provider openai --status 400 --body @reply.json", "a saved body"),
      Example("auxq explain --batch replies.ndjson", "one JSON object in and out a line"),
      Example("auxq explain --job 42", "decide again on what was recorded, and compare"),
    ],
    options: [
      OptionSpec(
        "provider", ValueSpec("P", .providerName),
        help: "Who answered (default: rules that hold for everybody)"),
      OptionSpec("status", ValueSpec("N", .integer(0...999)), help: "HTTP status, where one came"),
      OptionSpec(
        "header", ValueSpec("NAME:VALUE"), help: "A header of the response", isRepeatable: true),
      OptionSpec("body", ValueSpec("TEXT"), help: "The body; @FILE reads a file, - reads stdin"),
      OptionSpec("dialect", ValueSpec("D"), help: "chat, messages, …; every shape is tried anyway"),
      OptionSpec(
        "transport", ValueSpec("FAULT", .oneOf(ExplainedReply.faults)),
        help: "How it ended below HTTP: \(ExplainedReply.faults.joined(separator: " "))"),
      OptionSpec("batch", ValueSpec("FILE", .file), help: "Read responses from FILE (or -)"),
      OptionSpec("job", ValueSpec("ID", .jobID), help: "Replay this job's recorded decisions"),
      .json,
    ],
    rules: ["status", "body", "header", "transport", "provider", "dialect"].map {
      .exclusive(["batch", "job", $0])
    },
    usage: [
      "[--provider P] [--status N] [--header NAME:VALUE]… [--body TEXT|@FILE|-]", "--batch FILE",
      "--job ID",
    ],
    exitCodes: [
      ExitNote(.jobFailed, "with --job: a decision would be another one now"),
      ExitNote(.badData, "a line of the batch is bad; the lines before it are answered"),
      ExitNote(.noInput, "no such job or file"),
    ],
    notes: [
      """
      A line of a batch is {"provider", "dialect", "status", "headers": {}, "body", "transport"}; \
      what is null or left out did not come. The answer is {"class", "scope", "rule", \
      "retry_after_s"}; class ok is a usable reply.
      """,
      "Neither configuration nor database is needed but for --job. Nothing is sent or written.",
    ])
}
