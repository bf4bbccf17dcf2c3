extension CommandSpec {
  static let providers = CommandSpec(
    "providers",
    summary: "List the providers that can be asked, what was found and what is missing",
    examples: [
      Example("auxq providers", "those that are configured or have a key"),
      Example("auxq providers --all", "every built-in one too"),
      Example("auxq providers anthropic --json", "for scripts, one object a line"),
    ],
    arguments: [
      ArgumentSpec("PROVIDER", .optional, .providerName, help: "Only this provider")
    ],
    options: [
      OptionSpec("all", short: "a", help: "Also those without a key here"), .jsonLines,
    ],
    exitCodes: [ExitNote(.permission, "others can read a file that holds keys")],
    notes: ["Sends nothing. With --json all of them are listed."])
}
