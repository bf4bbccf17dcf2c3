package import Fallback
package import Queue

/// One value of an option, already checked.
package enum OptionValue: Sendable, Hashable {
  /// The option stood alone.
  case flag
  case text(String)
  case integer(Int)
  case span(Milliseconds)
  case moment(Moment)
  case pair(name: String, value: String)
}

/// A command line that is understood.
package struct Invocation: Sendable {
  package var command: CommandSpec
  /// By option name, in the order given.
  package var values: [String: [OptionValue]]
  /// By argument name.
  package var arguments: [String: [String]]

  package init(
    command: CommandSpec, values: [String: [OptionValue]] = [:],
    arguments: [String: [String]] = [:]
  ) {
    self.command = command
    self.values = values
    self.arguments = arguments
  }
}

extension Invocation {
  /// For example `kinds list`.
  package var name: String { command.path.joined(separator: " ") }

  package func has(_ option: String) -> Bool { values[option] != nil }

  package func text(_ option: String) -> String? {
    guard case .text(let value)? = values[option]?.last else { return nil }
    return value
  }

  package func texts(_ option: String) -> [String] {
    (values[option] ?? []).compactMap {
      guard case .text(let value) = $0 else { return nil }
      return value
    }
  }

  package func integer(_ option: String) -> Int? {
    guard case .integer(let value)? = values[option]?.last else { return nil }
    return value
  }

  package func span(_ option: String) -> Milliseconds? {
    guard case .span(let value)? = values[option]?.last else { return nil }
    return value
  }

  package func moment(_ option: String) -> Moment? {
    guard case .moment(let value)? = values[option]?.last else { return nil }
    return value
  }

  /// `name=value` options in the order given; the parser has refused names that came twice.
  package func pairs(_ option: String) -> [(name: String, value: String)] {
    (values[option] ?? []).compactMap {
      guard case .pair(let name, let value) = $0 else { return nil }
      return (name, value)
    }
  }

  package func dictionary(_ option: String) -> [String: String] {
    Dictionary(pairs(option).map { ($0.name, $0.value) }) { _, last in last }
  }

  package func argument(_ name: String) -> String? { arguments[name]?.first }

  /// The ids among the arguments; the parser has checked them.
  package var jobIDs: [JobID] { (arguments["ID"] ?? []).compactMap { JobID($0) } }

  package var wantsJSON: Bool { has("json") }
  package var isQuiet: Bool { has("quiet") }
}
