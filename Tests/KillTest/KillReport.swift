/// The figures of a run.
struct KillReport {
  var kills: [Phase: Int] = [:]
  /// Real `auxq` processes, by command.
  var auxqKills: [String: Int] = [:]
  var stopped = 0
  var seconds = 0.0
  var findings = Findings()

  var total: Int { kills.values.reduce(0, +) + auxqKills.values.reduce(0, +) }
  var isClean: Bool { findings.isClean }

  private var rows: [(name: String, value: Int)] {
    var rows = [("kills", total)]
    rows += Phase.allCases.map { ("kills: \($0.text)", kills[$0, default: 0]) }
    rows += auxqKills.sorted { $0.key < $1.key }.map { ("kills: auxq \($0.key)", $0.value) }
    rows += [
      ("stopped past the lease", stopped),
      ("acknowledged jobs", findings.acknowledgedJobs), ("lost jobs", findings.lostJobs),
      ("acknowledged results", findings.acknowledgedResults),
      ("lost results", findings.lostResults), ("accepted twice", findings.acceptedTwice),
      ("accepted under an old token", findings.acceptedUnderOldToken),
      ("ids given twice", findings.idsGivenTwice), ("stuck jobs", findings.stuck),
      ("problems of the file", findings.problems.count),
      ("errors of the store", findings.storeErrors.count),
    ]
    return rows
  }

  var text: String {
    let width = rows.map(\.name.count).max() ?? 0
    var lines = rows.map { row in
      let gap = String(repeating: " ", count: width + 2 - row.name.count)
      return "\(row.name)\(gap)\(row.value)"
    }
    lines += findings.problems.prefix(10) + findings.storeErrors.prefix(10)
    lines.append("\(Int(seconds)) seconds; \(isClean ? "nothing was lost" : "NOT CLEAN")")
    return lines.joined(separator: "\n")
  }

  var json: String {
    "{" + rows.map { "\"\($0.name)\": \($0.value)" }.joined(separator: ", ") + "}"
  }
}
