import Configuration
import Fallback
import JSONText

/// Reads the members of one line of a batch.
struct BatchLine {
  struct Problem: Error {
    var message: String
  }

  /// All that is wrong with the line.
  struct Problems: Error {
    var messages: [String] = []

    mutating func collect(_ body: () throws(Problem) -> Void) {
      do throws(Problem) { try body() } catch { messages.append(error.message) }
    }
  }

  var request: JobRequest
  let line: [UInt8]
  let now: Milliseconds
  let zone: LocalZone

  private static let keys = [
    "kind", "input", "messages", "queue", "priority", "in", "at", "unique_key", "unique_for",
    "max_attempts", "deadline", "provider", "model", "set", "labels",
  ]

  /// Reads the line; `kindProblem` says what is wrong with the name of a kind.
  mutating func read(
    _ members: [JSONMember], kindProblem: (String) -> String?
  ) throws(Problems) {
    var problems = Problems()
    // A null says the same as a key that is not there.
    let given = members.filter { !$0.value.isNull }
    for member in members where !Self.keys.contains(member.key) {
      problems.messages.append(unknown(member.key).message)
    }
    let names = given.map(\.key)
    if names.contains("input"), names.contains("messages") {
      problems.messages.append("input and messages exclude each other")
    }
    if !names.contains("input"), !names.contains("messages") {
      problems.messages.append("input or messages is missing")
    }
    if names.contains("in"), names.contains("at") {
      problems.messages.append("in and at exclude each other")
    }
    for member in given where Self.keys.contains(member.key) {
      problems.collect { () throws(Problem) in try read(member) }
    }
    if names.contains("kind"), let kind = request.kind, let problem = kindProblem(kind) {
      problems.messages.append(problem)
    }
    guard problems.messages.isEmpty else { throw problems }
  }

  private func unknown(_ key: String) -> Problem {
    let names = Suggestion.nearest(to: key, among: Self.keys)
    let hint = names.isEmpty ? "" : ", did you mean \(names.joined(separator: " or "))?"
    return Problem(message: "unknown key “\(key)”" + hint)
  }

  private mutating func read(_ member: JSONMember) throws(Problem) {
    switch member.key {
    case "kind": request.kind = try text(member)
    case "input": request.input = Array(try text(member).utf8)
    case "messages": request.input = try messages(member)
    case "queue": request.queue = try queue(member)
    case "priority": request.priority = try whole(member, -100...100)
    case "in": request.runAt = now + (try span(member))
    case "at": request.runAt = try time(member)
    case "unique_key": request.uniqueKey = try text(member)
    case "unique_for": request.uniqueFor = try span(member)
    case "max_attempts": request.maxAttempts = try whole(member, 1...1000)
    case "deadline": request.deadlineAfter = try span(member)
    case "provider": request.provider = try text(member)
    case "model": request.model = try text(member)
    case "set": request.variables.merge(try texts(member)) { $1 }
    case "labels": request.labels.merge(try texts(member)) { $1 }
    default: throw unknown(member.key)
    }
  }

  private func wrong(_ member: JSONMember, _ expected: String) -> Problem {
    Problem(message: "\(member.key) is not \(expected)")
  }

  private func text(_ member: JSONMember) throws(Problem) -> String {
    guard let text = member.value.string else { throw wrong(member, "a string") }
    if text.isEmpty, member.key != "input" { throw Problem(message: "\(member.key) is empty") }
    return text
  }

  private func queue(_ member: JSONMember) throws(Problem) -> String {
    let name = try text(member)
    guard ValueKind.isQueueName(name) else { throw wrong(member, ValueKind.queueName.expectation) }
    return name
  }

  /// The array as it stands in the line.
  private func messages(_ member: JSONMember) throws(Problem) -> [UInt8] {
    guard member.value.elements != nil else { throw wrong(member, "an array") }
    return Array(line[member.value.range])
  }

  private func whole(_ member: JSONMember, _ range: ClosedRange<Int>) throws(Problem) -> Int {
    guard let number = member.value.int, range.contains(number) else {
      throw wrong(member, ValueKind.integer(range).expectation)
    }
    return number
  }

  /// Seconds, or a text such as `5m`.
  private func span(_ member: JSONMember) throws(Problem) -> Milliseconds {
    let seconds = member.value.double.flatMap { DurationText.seconds($0) }
    guard let span = seconds ?? member.value.string.flatMap({ DurationText.parse($0) }) else {
      throw wrong(member, ValueKind.duration.expectation)
    }
    return span
  }

  private func time(_ member: JSONMember) throws(Problem) -> Milliseconds {
    guard let moment = member.value.string.flatMap({ Moment.parse($0) }) else {
      throw wrong(member, ValueKind.time.expectation)
    }
    return moment.resolved(now: now, zone: zone)
  }

  /// Values of variables may be any JSON; what is no string is taken as it is written.
  private func texts(_ member: JSONMember) throws(Problem) -> [String: String] {
    guard let members = member.value.members else { throw wrong(member, "an object") }
    var texts: [String: String] = [:]
    for entry in members {
      let isPlain = entry.value.string != nil || entry.value.number != nil
      guard member.key == "set" || isPlain else {
        throw Problem(message: "\(member.key).\(entry.key) is not a string")
      }
      let written = String(decoding: line[entry.value.range], as: UTF8.self)
      texts[entry.key] = entry.value.string ?? written
    }
    return texts
  }
}
