extension CommandSpec {
  static let auth = CommandSpec(
    "auth", summary: "Credentials: list, reset",
    examples: [
      Example("auxq auth list", "every credential and how it stands"),
      Example("auxq auth reset openrouter", "try its keys again at once"),
    ],
    subcommands: [
      CommandSpec(
        "auth", "list", summary: "List credentials in the order in which they are tried",
        examples: [
          Example("auxq auth list", "all providers"),
          Example("auxq auth list openrouter --json", "for scripts, one object a line"),
        ],
        arguments: [
          ArgumentSpec("PROVIDER", .optional, .providerName, help: "Only this provider")
        ],
        options: [.jsonLines],
        exitCodes: [ExitNote(.permission, "others can read a file that holds keys")],
        notes: ["Shows where each key comes from, never the key."]),
      CommandSpec(
        "auth", "reset", summary: "Forget what failed, so that credentials are tried again",
        examples: [
          Example("auxq auth reset openrouter", "all of its credentials"),
          Example("auxq auth reset openrouter work", "the one with this label"),
          Example("auxq auth reset openrouter 2", "the second of auth list"),
        ],
        arguments: [
          ArgumentSpec("PROVIDER", .one, .providerName, help: "The provider"),
          ArgumentSpec(
            "TARGET", .optional, .text, help: "Id, label or number of a credential (default: all)"),
        ],
        options: [.json],
        exitCodes: [ExitNote(.permission, "others can read a file that holds keys")]),
    ])
}
