extension CommandSpec {
  static let enqueue = CommandSpec(
    "enqueue", summary: "Queue one job per input and print the ids",
    examples: [
      Example("auxq enqueue summarise notes.md", "queue one job"),
      Example("auxq enqueue summarise *.md --set words=100", "one job for each file"),
      Example("git log | auxq enqueue summarise --wait", "queue it, wait, print the result"),
      Example("auxq enqueue --batch jobs.ndjson", "one job a line, all or nothing"),
    ],
    arguments: [
      ArgumentSpec("KIND", .optional, .kindName, help: "Kind of job: auxq kinds list"),
      ArgumentSpec(
        "INPUT", .any, .file, help: "Files; - or nothing means stdin. Each becomes a job"),
    ],
    options: enqueueOptions,
    rules: [
      .argument("KIND", unless: "batch"), .atMost(0, "INPUT", with: "batch"),
      .atMost(1, "INPUT", with: "unique"), .exclusive(["in", "at"]),
      .exclusive(["batch", "unique"]), .exclusive(["batch", "wait"]),
      .needs("unique-for", "unique"),
    ],
    usage: ["KIND [INPUT…] [options]", "[KIND] --batch FILE [options]"],
    exitCodes: [
      ExitNote(.jobFailed, "with --wait: a job failed"),
      ExitNote(.badData, "an input or a line of the batch is bad; nothing is queued"),
      ExitNote(.noInput, "no such input file; nothing is queued"),
      ExitNote(.temporary, "with --wait: not finished in time; the job goes on"),
    ],
    notes: [
      """
      A line of a batch is {"kind", "input" or "messages", "queue", "priority", "in" or "at", \
      "unique_key", "max_attempts", "deadline", "provider", "model", "set": {}, "labels": {}}. \
      Options of the command line hold for lines that do not say otherwise.
      """
    ])

  private static let enqueueOptions: [OptionSpec] = [
    OptionSpec("queue", ValueSpec("Q", .queueName), help: "Queue to put it in (default: default)"),
    OptionSpec(
      "priority", ValueSpec("N", .integer(-100...100)),
      help: "-100 to 100, higher first (default 0)"
    ),
    OptionSpec("in", ValueSpec("SPAN", .duration), help: "Not before this span is over"),
    OptionSpec("at", ValueSpec("TIME", .time), help: "Not before this time"),
    OptionSpec(
      "unique", ValueSpec("KEY"),
      help: "Queue nothing while a job with this key is unfinished; print its id"),
    OptionSpec(
      "unique-for", ValueSpec("SPAN", .duration),
      help: "Finished jobs with the key count too, for this long"),
    .maxAttempts, .deadline, .provider, .model, .set, .label,
    OptionSpec(
      "batch", ValueSpec("FILE", .file), help: "Read jobs from FILE (or -), one JSON a line"),
    OptionSpec(
      "wait", ValueSpec("SPAN", .duration, isOptional: true),
      help: "Wait until it is finished and print the result"),
    OptionSpec("json", help: "One JSON object a line: {id, new}; with --wait the job object"),
  ]

  static let run = CommandSpec(
    "run", summary: "Do one job here and now and print its result",
    examples: [
      Example("auxq run summarise notes.md", "the summary on stdout"),
      Example("echo 'Say hello' | auxq run prompt --model qwen", "input from stdin"),
      Example("auxq run extract mail.txt --set schema=@mail.json", "variables of the kind"),
    ],
    arguments: [
      ArgumentSpec("KIND", .one, .kindName, help: "Kind of job: auxq kinds list"),
      ArgumentSpec("INPUT", .optional, .file, help: "A file; - or nothing means stdin"),
    ],
    options: [
      .provider, .model, .set, .label,
      OptionSpec(
        "queue", ValueSpec("Q", .queueName), help: "Queue to record it in (default: default)"),
      OptionSpec(
        "max-attempts", ValueSpec("N", .integer(1...1000)),
        help: "Attempts before the job is dead (default 1)"),
      OptionSpec(
        "deadline", ValueSpec("SPAN", .duration), help: "No request later than this from now"),
      OptionSpec("json", help: "The job object on stdout instead of the result"),
    ],
    exitCodes: [
      ExitNote(.jobFailed, "the job failed"),
      ExitNote(.badData, "the input is bad; nothing is queued"),
      ExitNote(.noInput, "no such input file"),
      ExitNote(.unavailable, "no provider could be asked: none is configured, or none has a key"),
      ExitNote(.temporary, "parked: no provider can be asked now; the job stays queued"),
    ],
    notes: [
      "The job is recorded in the queue like any other: auxq show ID tells what was tried and why."
    ])

  static let work = CommandSpec(
    "work", summary: "Run queued jobs in the background",
    examples: [
      Example("auxq work", "until it is stopped"),
      Example("auxq work --drain", "until nothing is left to do now"),
      Example("auxq work --queue mail --concurrency 4", "one queue, at most four calls"),
    ],
    options: [
      OptionSpec(
        "concurrency", ValueSpec("N", .integer(1...4096)), help: "Calls in flight (default 16)"),
      OptionSpec(
        "queue", ValueSpec("Q", .queueName), help: "Only this queue (default: all)",
        isRepeatable: true),
      OptionSpec("drain", help: "End when no job is ready or running"),
      OptionSpec("once", help: "Run one job, then end"),
      OptionSpec(
        "grace", ValueSpec("SPAN", .duration),
        help: "Time for running jobs after the first signal (default 30s)"),
      OptionSpec(
        "log", ValueSpec("FORMAT", .oneOf(["text", "json"])), help: "Log format (default text)"),
    ],
    rules: [.exclusive(["drain", "once"])],
    exitCodes: [
      ExitNote(.interrupted, "stopped by SIGINT before its work was done"),
      ExitNote(.terminated, "stopped by SIGTERM before its work was done"),
    ],
    notes: [
      """
      The first signal lets running jobs end within the grace and exits 0; what is not done by then, \
      or at a second signal, goes back to the queue.
      """
    ])

  static let wait = CommandSpec(
    "wait", summary: "Block until jobs are finished",
    examples: [
      Example("auxq wait 42", "exit 0 when it succeeded, 1 when not"),
      Example("auxq wait 42 43 44 --timeout 10m", "all of them, ten minutes at most"),
      Example("auxq wait 42 43 --any", "whichever is finished first"),
    ],
    arguments: [ArgumentSpec("ID", .atLeastOne, .jobID, help: "Jobs")],
    options: [
      OptionSpec(
        "timeout", ValueSpec("SPAN", .duration), help: "Give up after this; the jobs go on"),
      OptionSpec("any", help: "End as soon as one of them is finished, with its outcome"),
      .jsonLines,
    ],
    exitCodes: [
      ExitNote(.jobFailed, "a job did not succeed"), ExitNote(.noInput, "no such job"),
      ExitNote(.temporary, "not all finished in time"),
    ])
}
