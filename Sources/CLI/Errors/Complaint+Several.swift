extension Complaint {
  /// The whole in one line: place, what, remedy.
  var line: String {
    let head = place.map { "\($0): \(what)" } ?? what
    return remedy.map { "\(head) (\($0))" } ?? head
  }

  /// Several complaints as one; the first decides the exit code.
  ///
  /// - Parameters:
  ///   - complaints: At least one; twenty at most are told.
  ///   - summary: Said first.
  /// - Returns: The complaint itself where there is only one.
  static func several(_ complaints: [Complaint], summary: String) -> Complaint {
    guard let first = complaints.first else { return Complaint(.bug, summary) }
    // What is wrong with the options is wrong for every input, and said once.
    var lines: [String] = []
    for line in complaints.map(\.line) where line != lines.last { lines.append(line) }
    if lines.count > 20 { lines = lines.prefix(20) + ["and \(lines.count - 20) more"] }
    return Complaint(first.exitCode, summary + "\n  " + lines.joined(separator: "\n  "))
  }
}
