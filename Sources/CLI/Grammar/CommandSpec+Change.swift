import Queue

extension CommandSpec {
  private static let filterNames = OptionSpec.filters.map(\.name)

  private static let chosenJobs = ArgumentSpec(
    "ID", .any, .jobID, help: "Jobs; or choose them with the filters of auxq list")

  private static let changeExitCodes = [
    ExitNote(.noInput, "no such job; the others are done"),
    ExitNote(.usage, "more than \(Confirmation.limit) jobs without --yes"),
  ]

  static let cancel = CommandSpec(
    "cancel", summary: "Cancel jobs: at once where they wait, soon where they run",
    examples: [
      Example("auxq cancel 42", "one job"),
      Example("auxq cancel --queue mail --state ready", "all that the filters find"),
    ],
    arguments: [chosenJobs], options: OptionSpec.filters + [.confirmation],
    rules: [.argumentsOrOptions(filterNames)], usage: ["ID… [options]", "FILTERS [options]"],
    exitCodes: changeExitCodes)

  static let retry = CommandSpec(
    "retry", summary: "Make jobs ready again, with their attempts anew",
    examples: [
      Example("auxq retry 42", "one job"),
      Example("auxq retry --state dead --reason auth", "all that failed for a bad key"),
    ],
    arguments: [chosenJobs], options: OptionSpec.filters + [.confirmation],
    rules: [.argumentsOrOptions(filterNames)], usage: ["ID… [options]", "FILTERS [options]"],
    exitCodes: changeExitCodes, notes: ["Id, history and finished parts of the job stay."])

  static let remove = CommandSpec(
    "rm", summary: "Remove jobs that are not running, with input, result and history",
    examples: [
      Example("auxq rm 42 43", "these jobs"),
      Example("auxq rm --state succeeded --kind title", "all that the filters find"),
    ],
    arguments: [chosenJobs], options: OptionSpec.filters + [.confirmation],
    rules: [.argumentsOrOptions(filterNames)], usage: ["ID… [options]", "FILTERS [options]"],
    exitCodes: changeExitCodes + [ExitNote(.temporary, "a job is running: cancel it first")])

  static let prune = CommandSpec(
    "prune", summary: "Remove finished jobs that were kept long enough",
    examples: [
      Example("auxq prune --dry-run", "how many would go by the settings"),
      Example("auxq prune --older-than 1d --state succeeded", "these, whatever the settings say"),
      Example("auxq prune --vacuum", "and give the space back to the disk"),
    ],
    options: [
      OptionSpec(
        "older-than", ValueSpec("SPAN", .duration),
        help: "That ended longer ago than this (default: as the settings keep them)"),
      OptionSpec(
        "state", ValueSpec("S", .oneOf(JobState.allCases.filter(\.isFinished).map(\.rawValue))),
        help: "Only this state: succeeded failed cancelled dead", isRepeatable: true),
      OptionSpec("dry-run", help: "Only tell what would go"),
      OptionSpec(
        "vacuum", help: "Shrink the file afterwards; others cannot write until it is done"),
      .json,
    ],
    rules: [.exclusive(["dry-run", "vacuum"])],
    notes: [
      """
      Workers do the same in the background, in transactions so short that nobody waits for them. \
      Counters of tokens, fallbacks and health stay; ids never come back.
      """
    ])

  static let pause = CommandSpec(
    "pause", summary: "Stop handing out jobs of a queue; running ones go on",
    examples: [Example("auxq pause mail", "until auxq resume mail")],
    arguments: [ArgumentSpec("QUEUE", .atLeastOne, .queueName, help: "Queues")])

  static let resume = CommandSpec(
    "resume", summary: "Hand out jobs of a paused queue again",
    examples: [Example("auxq resume mail", "go on")],
    arguments: [ArgumentSpec("QUEUE", .atLeastOne, .queueName, help: "Queues")])
}

/// When many jobs are changed at once, somebody has to say yes.
enum Confirmation {
  static let limit = 100
}
