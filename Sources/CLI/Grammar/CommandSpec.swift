/// One command as data: parser, help and completion are read off the same table.
package struct CommandSpec: Sendable {
  /// Words after `auxq`, for example `["kinds", "list"]`.
  package var path: [String]
  /// One line, no full stop.
  package var summary: String
  package var examples: [Example]
  package var arguments: [ArgumentSpec]
  package var options: [OptionSpec]
  /// What must hold between them.
  package var rules: [UsageRule]
  /// Lines after the name, where they are not simply the arguments.
  package var usageLines: [String]
  /// What the command returns beside 0, 64, 70 and 78, which every command may return.
  package var exitCodes: [ExitNote]
  /// Paragraphs after the options.
  package var notes: [String]
  /// Where these exist, one of them has to be named.
  package var subcommands: [CommandSpec]

  package init(
    _ path: String..., summary: String, examples: [Example], arguments: [ArgumentSpec] = [],
    options: [OptionSpec] = [], rules: [UsageRule] = [], usage: [String] = [],
    exitCodes: [ExitNote] = [], notes: [String] = [], subcommands: [CommandSpec] = []
  ) {
    self.path = path
    self.summary = summary
    self.examples = examples
    self.arguments = arguments
    self.options = options
    self.rules = rules
    self.usageLines = usage
    self.exitCodes = exitCodes
    self.notes = notes
    self.subcommands = subcommands
  }

  /// The word that is typed for it.
  package var name: String { path.last ?? "" }

  /// For example `auxq kinds list`.
  package var title: String { (["auxq"] + path).joined(separator: " ") }

  /// The option of this name, the global ones included.
  package func option(_ name: String) -> OptionSpec? {
    (options + OptionSpec.globals).first { $0.name == name }
  }

  package func option(short letter: Character) -> OptionSpec? {
    (options + OptionSpec.globals).first { $0.short == letter }
  }
}

/// A condition on a command line as a whole.
package enum UsageRule: Sendable, Hashable {
  /// At most one of these options.
  case exclusive([String])
  /// The first option makes sense only with the second.
  case needs(String, String)
  /// The argument must be there unless the option is.
  case argument(String, unless: String)
  /// At most so many of the argument together with the option.
  case atMost(Int, String, with: String)
  /// Either arguments or at least one of these options, never both and never neither.
  case argumentsOrOptions([String])
}

/// A line that can be copied, and what it does.
package struct Example: Sendable {
  package var line: String
  package var meaning: String

  package init(_ line: String, _ meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}

package struct ExitNote: Sendable {
  package var code: ExitCode
  package var meaning: String

  package init(_ code: ExitCode, _ meaning: String) {
    self.code = code
    self.meaning = meaning
  }
}

/// A word of a command that is not an option.
package struct ArgumentSpec: Sendable {
  package enum Count: Sendable {
    case one, optional, any, atLeastOne
  }

  /// As in the usage line, for example `ID`.
  package var name: String
  package var help: String
  package var count: Count
  package var kind: ValueKind

  package init(_ name: String, _ count: Count, _ kind: ValueKind = .text, help: String) {
    self.name = name
    self.help = help
    self.count = count
    self.kind = kind
  }

  /// `ID`, `[INPUT…]`, …
  package var usage: String {
    switch count {
    case .one: name
    case .optional: "[\(name)]"
    case .any: "[\(name)…]"
    case .atLeastOne: "\(name)…"
    }
  }
}

package struct OptionSpec: Sendable {
  /// Without the dashes.
  package var name: String
  package var short: Character?
  /// nil: the option stands alone.
  package var value: ValueSpec?
  package var help: String
  package var isRepeatable: Bool

  package init(
    _ name: String, short: Character? = nil, _ value: ValueSpec? = nil, help: String,
    isRepeatable: Bool = false
  ) {
    self.name = name
    self.short = short
    self.value = value
    self.help = help
    self.isRepeatable = isRepeatable
  }

  /// `--queue Q`, `-h, --help`, …
  package var usage: String {
    var text = "--\(name)"
    if let short { text = "-\(short), " + text }
    guard let value else { return text }
    return text + (value.isOptional ? " [\(value.name)]" : " \(value.name)")
  }
}

package struct ValueSpec: Sendable {
  /// As in help, for example `N`.
  package var name: String
  package var kind: ValueKind
  /// The option may stand without its value.
  package var isOptional: Bool

  package init(_ name: String, _ kind: ValueKind = .text, isOptional: Bool = false) {
    self.name = name
    self.kind = kind
    self.isOptional = isOptional
  }
}

/// What a value must look like.
package enum ValueKind: Sendable, Hashable {
  case text
  case integer(ClosedRange<Int>)
  /// `90s`, `5m`, `1h30m`.
  case duration
  /// RFC 3339, or local date and time.
  case time
  /// A time, or a span that lies behind.
  case past
  /// `name=value`.
  case pair
  /// `provider=status,…`
  case suppositions
  case file
  case jobID
  case oneOf([String])
  /// Known only at run time: completed, not checked.
  case kindName, queueName, providerName
  /// A command's name.
  case commandName
}
