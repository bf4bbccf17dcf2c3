/// Checks the conditions of a command on a line whose parts are right.
enum RuleCheck {
  static func problems(in invocation: Invocation) -> [UsageProblem] {
    invocation.command.rules.compactMap { problem($0, invocation) }
  }

  private static func problem(_ rule: UsageRule, _ line: Invocation) -> UsageProblem? {
    switch rule {
    case .exclusive(let options):
      let given = options.filter { line.has($0) }
      return given.count > 1 ? .exclusive(given.map { "--\($0)" }) : nil
    case .needs(let option, let other):
      guard line.has(option), !line.has(other) else { return nil }
      return .needs("--\(option)", other: "--\(other)")
    case .argument(let name, let option):
      guard line.argument(name) == nil, !line.has(option) else { return nil }
      return .missingArgument(name, command: line.name)
    case .atMost(let limit, let name, let option):
      guard line.has(option), (line.arguments[name]?.count ?? 0) > limit else { return nil }
      return .tooMany(argument: name, with: "--\(option)", limit: limit)
    case .argumentsOrOptions(let options):
      return choice(options, line)
    }
  }

  private static func choice(_ options: [String], _ line: Invocation) -> UsageProblem? {
    let name = line.command.arguments.first?.name ?? "ID"
    let hasFilter = options.contains { line.has($0) }
    let hasArgument = line.argument(name) != nil
    if hasFilter, hasArgument { return .argumentsAndOptions(argument: name) }
    guard !hasFilter, !hasArgument else { return nil }
    return .nothingChosen(argument: name, options: options.map { "--\($0)" })
  }
}
