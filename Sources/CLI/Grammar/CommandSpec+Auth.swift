extension CommandSpec {
  static let auth = CommandSpec(
    "auth", summary: "Credentials: list, add, login, remove, reset, refresh, import",
    examples: [
      Example("auxq auth list", "every credential and how it stands"),
      Example("auxq auth add openrouter", "asks for a key and stores it"),
      Example("auxq auth reset openrouter", "try its keys again at once"),
    ],
    subcommands: [
      authList, authAdd, authLogin, authRemove, authReset, authRefresh, authImport,
    ])

  private static let provider = ArgumentSpec("PROVIDER", .one, .providerName, help: "The provider")
  private static let looseFile = ExitNote(.permission, "others can read a file that holds keys")
  private static let held = ExitNote(.temporary, "another program holds the lock of auth.json")

  private static let authList = CommandSpec(
    "auth", "list", summary: "List credentials in the order in which they are tried",
    examples: [
      Example("auxq auth list", "all providers"),
      Example("auxq auth list openrouter --json", "for scripts, one object a line"),
    ],
    arguments: [ArgumentSpec("PROVIDER", .optional, .providerName, help: "Only this provider")],
    options: [.jsonLines], exitCodes: [looseFile],
    notes: ["Shows where each key comes from, never the key."])

  private static let keySources = ["stdin", "from-env", "from-file", "from-command"]

  private static let authAdd = CommandSpec(
    "auth", "add", summary: "Store a key, or where one is to be found",
    examples: [
      Example("auxq auth add openrouter", "asks for the key without showing it"),
      Example("pass show openrouter | auxq auth add openrouter --stdin", "stores a copy"),
      Example("auxq auth add zai --from-env WORK_KEY --label work", "remembers the name only"),
      Example("auxq auth add openai --from-command print-key", "asked when it is needed"),
    ],
    arguments: [provider],
    options: [
      OptionSpec("stdin", help: "Read the key from stdin"),
      OptionSpec(
        "from-env", ValueSpec("NAME"), help: "The key stays in this environment variable"),
      OptionSpec("from-file", ValueSpec("FILE", .file), help: "The key stays in this file"),
      OptionSpec(
        "from-command", ValueSpec("LINE"), help: "A line for /bin/sh that prints the key"),
      OptionSpec("label", ValueSpec("L"), help: "How it is shown (default: by its source)"),
      OptionSpec(
        "base-url", ValueSpec("URL"), help: "This key goes to this address and to no other"),
      OptionSpec(
        "account", ValueSpec("A"), help: "Keys of one account stand and fall together"),
      OptionSpec(
        "type", ValueSpec("T", .oneOf(["api-key", "oauth"])),
        help: "api-key (default) or oauth: a token that was logged in for"),
      .json,
    ],
    rules: [.exclusive(keySources)],
    exitCodes: [
      ExitNote(.badData, "what was given is no key"),
      ExitNote(.noInput, "the variable or file is not there"),
      ExitNote(.cannotCreate, "this key is stored already"), looseFile, held,
    ],
    notes: ["A key never stands on the command line: other users and the history could read it."])

  private static let authLogin = CommandSpec(
    "auth", "login", summary: "Log in at a provider from any browser",
    examples: [Example("auxq auth login nous", "shows an address and a code, and waits")],
    arguments: [ArgumentSpec("PROVIDER", .one, .providerName, help: "nous")],
    options: [
      OptionSpec("label", ValueSpec("L"), help: "How it is shown (default: device_code)"), .json,
    ],
    exitCodes: [
      ExitNote(.jobFailed, "the provider refused"),
      ExitNote(.unavailable, "the provider cannot be reached"),
      ExitNote(.temporary, "nobody entered the code in time"), looseFile,
      ExitNote(.interrupted, "Ctrl-C; nothing is stored"),
    ])

  private static let authRefresh = CommandSpec(
    "auth", "refresh", summary: "Renew tokens now, and read keys anew where they are kept",
    examples: [
      Example("auxq auth refresh nous", "all of its credentials"),
      Example("auxq auth refresh openai 2", "the second of auth list"),
    ],
    arguments: [
      provider,
      ArgumentSpec(
        "TARGET", .optional, .text, help: "Id, label or number of a credential (default: all)"),
    ],
    options: [.jsonLines],
    exitCodes: [
      ExitNote(.jobFailed, "refused for good: log in again"),
      ExitNote(.unavailable, "it did not work this time"), looseFile,
    ])

  private static let authRemove = CommandSpec(
    "auth", "remove", summary: "Take a credential out of the pool",
    examples: [
      Example("auxq auth remove openrouter work", "the one with this label"),
      Example("auxq auth remove openrouter 2", "the second of auth list"),
    ],
    arguments: [
      provider,
      ArgumentSpec("TARGET", .one, .text, help: "Id, label or number of a credential"),
    ],
    options: [.json], exitCodes: [looseFile, held],
    notes: ["Says what stays elsewhere, such as a variable of the environment."])

  private static let authReset = CommandSpec(
    "auth", "reset", summary: "Forget what failed, so that credentials are tried again",
    examples: [
      Example("auxq auth reset", "all providers"),
      Example("auxq auth reset openrouter", "all of its credentials"),
      Example("auxq auth reset openrouter work", "the one with this label"),
      Example("auxq auth reset openrouter 2", "the second of auth list"),
    ],
    arguments: [
      ArgumentSpec("PROVIDER", .optional, .providerName, help: "The provider (default: all)"),
      ArgumentSpec(
        "TARGET", .optional, .text, help: "Id, label or number of a credential (default: all)"),
    ],
    options: [.json], exitCodes: [looseFile])

  private static let authImport = CommandSpec(
    "auth", "import", summary: "Take credentials over from a hermes home",
    examples: [
      Example("auxq auth import --dry-run", "what would be taken over from ~/.hermes"),
      Example("auxq auth import openrouter --from /srv/hermes", "one provider, another home"),
    ],
    arguments: [ArgumentSpec("PROVIDER", .optional, .providerName, help: "Only this provider")],
    options: [
      OptionSpec("from", ValueSpec("HOME", .file), help: "Its home (default ~/.hermes)"),
      OptionSpec("dry-run", help: "Say what would be done and change nothing"), .jsonLines,
    ],
    exitCodes: [ExitNote(.noInput, "there is no auth.json"), looseFile, held],
    notes: [
      "References stay references. A Nous login is used where it is and not copied: its refresh token "
        + "works once."
    ])
}
