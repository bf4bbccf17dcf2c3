extension CommandSpec {
  static let chain = CommandSpec(
    "chain", summary: "Show the routes in order, each in or out and why",
    examples: [
      Example("auxq chain", "for a kind without its own settings"),
      Example("auxq chain summarise", "for this kind"),
      Example("auxq chain --what-if 'openrouter=402,nous=401'", "the calls that would follow"),
      Example("auxq chain --what-if 'nous=401,nous=refresh'", "the same if a new token is had"),
    ],
    arguments: [ArgumentSpec("KIND", .optional, .kindName, help: "Kind of job")],
    options: [
      .provider, .model,
      OptionSpec(
        "what-if", ValueSpec("PROVIDER=STATUS,…", .suppositions),
        help: "Suppose answers: status, fault, class, refresh, paid, models; nothing is sent"),
      .json,
    ])

  static let kinds = CommandSpec(
    "kinds", summary: "Kinds of job: list, show, check, new",
    examples: [
      Example("auxq kinds list", "what there is"),
      Example("auxq kinds new digest --from summarise", "an own kind to edit"),
    ],
    subcommands: [
      CommandSpec(
        "kinds", "list", summary: "List the kinds of job",
        examples: [Example("auxq kinds list --json", "one object a line")], options: [.jsonLines]),
      CommandSpec(
        "kinds", "show", summary: "Show a kind: variables, limits, prompts",
        examples: [Example("auxq kinds show summarise", "what can be set")],
        arguments: [ArgumentSpec("NAME", .one, .kindName, help: "The kind")],
        options: [
          OptionSpec("resolved", help: "As JSON with every default written out"), .json,
        ]),
      CommandSpec(
        "kinds", "check", summary: "Check definitions, run their examples, tell every problem",
        examples: [
          Example("auxq kinds check", "all kinds"), Example("auxq kinds check digest", "one kind"),
        ],
        arguments: [ArgumentSpec("NAME", .any, .kindName, help: "Kinds (default: all)")],
        options: [.jsonLines], exitCodes: [ExitNote(.configuration, "a definition has problems")]),
      CommandSpec(
        "kinds", "new", summary: "Write a valid definition into your jobs folder",
        examples: [
          Example("auxq kinds new digest --from summarise", "start from a built-in one"),
          Example("auxq kinds new title --from title", "shadow a built-in one"),
        ],
        arguments: [ArgumentSpec("NAME", .one, .text, help: "Name of the new kind")],
        options: [
          OptionSpec(
            "from", ValueSpec("KIND", .kindName), help: "Kind to copy (default: NAME, else prompt)")
        ],
        exitCodes: [ExitNote(.cannotCreate, "it is there already")]),
    ])

  static let config = CommandSpec(
    "config", summary: "Configuration: path, show, check, init",
    examples: [
      Example("auxq config init", "write a commented start"),
      Example("auxq config check", "all problems, with lines"),
    ],
    subcommands: [
      CommandSpec(
        "config", "path", summary: "Print where the configuration is read from",
        examples: [
          Example("$EDITOR \"$(auxq config path)\"", "edit it"),
          Example("auxq config path --json", "all files and folders"),
        ], options: [.json]),
      CommandSpec(
        "config", "show", summary: "Show the settings in force, defaults included",
        examples: [Example("auxq config show", "as JSON that config.json may hold")],
        options: [.json], exitCodes: [ExitNote(.configuration, "the configuration has problems")]),
      CommandSpec(
        "config", "check", summary: "Check the configuration and tell every problem",
        examples: [Example("auxq config check", "file, line, what is wrong")], options: [.json],
        exitCodes: [ExitNote(.configuration, "the configuration has problems")]),
      CommandSpec(
        "config", "init", summary: "Write a commented configuration to start from",
        examples: [Example("auxq config init", "then edit it")],
        exitCodes: [ExitNote(.cannotCreate, "it is there already")]),
    ])

  static let database = CommandSpec(
    "db", summary: "The queue as a file: path, check, backup, migrate",
    examples: [
      Example("auxq db backup ~/queue-backup.db", "while workers go on"),
      Example("auxq db check", "whether anything is damaged"),
    ],
    subcommands: [
      CommandSpec(
        "db", "path", summary: "Print where the queue database is",
        examples: [Example("auxq db path --json", "with size and schema")], options: [.json]),
      CommandSpec(
        "db", "check", summary: "Look for damage; changes nothing, workers may go on",
        examples: [Example("auxq db check", "reads everything: about a second per gigabyte")],
        options: [
          OptionSpec(
            "quick", help: "Do not hold indexes against tables, nor rows against each other"),
          .json,
        ],
        exitCodes: [ExitNote(.inputOutput, "something is damaged")],
        notes: [
          """
          Checks pages, indexes and records, the schema, every counter against a recount, and that \
          every row belongs to a job.
          """
        ]),
      CommandSpec(
        "db", "backup", summary: "Copy the queue into a new file while it is in use",
        examples: [
          Example("auxq db backup queue-backup.db", "as it is at this moment"),
          Example("auxq db check --database queue-backup.db", "it can be used like any other"),
        ],
        arguments: [ArgumentSpec("FILE", .one, .file, help: "Where; nothing may be there")],
        options: [.json],
        exitCodes: [
          ExitNote(.cannotCreate, "FILE is there already or cannot be made"),
          ExitNote(.noInput, "there is no queue yet"),
          ExitNote(.inputOutput, "no space left, or the queue is damaged"),
        ],
        notes: ["The copy is only yours (0600), checked, and on the disk when the command returns."]
      ),
      CommandSpec(
        "db", "migrate", summary: "Bring an older database up to this version",
        examples: [Example("auxq db migrate", "prints from and to; keeps a copy beside it")],
        options: [
          OptionSpec("no-backup", help: "Keep no copy of the database as it was"), .json,
        ],
        exitCodes: [ExitNote(.inputOutput, "no space left; nothing was changed")],
        notes: [
          """
          Every command that meets an older database does the same first and says so. A newer one is \
          refused and left alone.
          """
        ]),
    ])

  static let doctor = CommandSpec(
    "doctor", summary: "Check files, permissions, settings, database and keys",
    examples: [
      Example("auxq doctor", "every finding with its remedy"),
      Example("auxq doctor --json", "for machines"),
    ],
    options: [.json], exitCodes: [ExitNote(.jobFailed, "something is wrong")],
    notes: ["Changes nothing and asks no provider."])

  static let completion = CommandSpec(
    "completion", summary: "Print a completion script for a shell",
    examples: [
      Example("auxq completion bash > ~/.local/share/bash-completion/completions/auxq", "bash"),
      Example("auxq completion zsh > \"${fpath[1]}/_auxq\"", "zsh"),
      Example("auxq completion fish > ~/.config/fish/completions/auxq.fish", "fish"),
    ],
    arguments: [
      ArgumentSpec("SHELL", .one, .oneOf(["bash", "zsh", "fish"]), help: "bash, zsh or fish")
    ])

  static let version = CommandSpec(
    "version", summary: "Print the versions of auxq and its libraries",
    examples: [Example("auxq version", "also auxq --version")], options: [.json])

  static let help = CommandSpec(
    "help", summary: "Show help for a command",
    examples: [Example("auxq help enqueue", "the same as auxq enqueue --help")],
    arguments: [ArgumentSpec("COMMAND", .any, .commandName, help: "A command")])
}
