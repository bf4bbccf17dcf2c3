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
    var writer = JSONWriter()
    writer.beginObject()
    for member in members { writer.member(member.key, member.value) }
    writer.key("checks")
    writer.beginObject()
    for (name, checks) in [("passed", passed), ("failed", failed)] {
      writer.key(name)
      writer.beginArray()
      for check in checks { writer.string(check) }
      writer.endArray()
    }
    writer.endObject()
    writer.endObject()
    return writer.finished()
  }
}
