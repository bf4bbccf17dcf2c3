import JSONText

/// What a kind measured and checked, for the job's `report`.
struct Report: Sendable {
  private var members: [JSONPair] = []
  private(set) var passed: [String] = []
  private(set) var failed: [String] = []

  mutating func set(_ key: String, _ value: JSONValue) {
    members.removeAll { $0.key == key }
    members.append(JSONPair(key, value))
  }

  mutating func note(_ check: String, passed isPassed: Bool) {
    if isPassed { passed.append(check) } else { failed.append(check) }
  }

  func withoutChecks() -> Report {
    var copy = self
    (copy.passed, copy.failed) = ([], [])
    return copy
  }

  func encoded() -> [UInt8] {
    let checks: JSONValue = [
      "passed": .array(passed.map { .string($0) }), "failed": .array(failed.map { .string($0) }),
    ]
    return JSONValue.object(members + [JSONPair("checks", checks)]).encoded()
  }
}
