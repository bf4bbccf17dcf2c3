/// Why a command cannot go on: what happened, where, and what to do.
package struct Complaint: Error, Sendable, Hashable {
  package var exitCode: ExitCode
  /// One sentence without a final full stop; may hold several lines.
  package var what: String
  /// A file, a place in it, an address.
  package var place: String?
  /// The next step, best a command.
  package var remedy: String?

  package init(
    _ exitCode: ExitCode, _ what: String, at place: String? = nil, remedy: String? = nil
  ) {
    self.exitCode = exitCode
    self.what = what
    self.place = place
    self.remedy = remedy
  }

  /// For stderr, safe for a terminal.
  package var text: String {
    var lines = ["auxq: \(what)"]
    if let place { lines.append("  where: \(place)") }
    if let remedy { lines.append("  do:    \(remedy)") }
    return Sanitizer.text(lines.joined(separator: "\n")) + "\n"
  }
}

extension Complaint {
  /// Everything that is wrong with a command line.
  package init(_ error: UsageError) {
    let lines = error.problems.map { problem in
      problem.hint.map { "\(problem.message)\n  \($0)" } ?? problem.message
    }
    let help = (["auxq"] + error.command + ["--help"]).joined(separator: " ")
    self.init(.usage, lines.joined(separator: "\nauxq: "), remedy: help)
  }
}
