import Foundation
import Simulator

/// What survives one, three and five compressions in a row, by class and by depth, beside what is left
/// when the same number of bytes is kept by cutting.
struct NeedleBenchmark {
  var program: String
  var transcripts = 10
  var turns = 120

  private static let rounds = [1, 3, 5]
  private static let systems = ["auxq", "truncate-tail", "head+tail", "prune-only"]

  /// Hits and tries by system, compressions, and class or depth.
  private var table: [String: (hits: Int, tries: Int)] = [:]
  private var ratios: [Double] = []

  init(program: String, transcripts: Int, turns: Int) {
    self.program = program
    self.transcripts = transcripts
    self.turns = turns
  }

  mutating func report() throws {
    let environment = ProcessInfo.processInfo.environment
    let home = try BenchmarkHome()
    defer { home.remove() }
    var provider: SimulatedProvider?
    if let url = environment["AUXQ_BENCH_BASE_URL"], let model = environment["AUXQ_BENCH_MODEL"] {
      print("needles: MEASURES QUALITY: \(model) at \(url)")
      try home.configure(url: url, model: model, environment: environment)
    } else {
      print(
        "needles: PROVES PLUMBING ONLY: a simulated model that keeps nothing; all that survives was kept by code. For quality set AUXQ_BENCH_BASE_URL, AUXQ_BENCH_MODEL and AUXQ_BENCH_KEY"
      )
      let simulated = try SimulatedProvider.start(records: false)
      simulated.setUsual(.text("## Goal\nTo go on with the work as it was."))
      provider = simulated
      try home.configure(url: simulated.url + "/v1", model: "simulated", environment: [:])
    }
    for seed in 0..<transcripts { try measure(seed, home) }
    provider?.stop()
    show()
  }

  private mutating func measure(_ seed: Int, _ home: BenchmarkHome) throws {
    var transcript = NeedleTranscript(seed: seed, turns: turns)
    let needles = transcript.needles
    var others = [
      "truncate-tail": transcript.messages, "head+tail": transcript.messages,
      "prune-only": transcript.messages,
    ]
    for round in 1...5 {
      let before = transcript.messages
      let after = try home.compress(before, program: program)
      ratios.append(Double(Cutting.size(after)) / Double(Cutting.size(before)))
      for (name, messages) in others {
        others[name] = Cutting.cut(messages, by: name, to: Cutting.size(after))
      }
      if Self.rounds.contains(round) {
        note("auxq", round, after, needles)
        for (name, messages) in others { note(name, round, messages, needles) }
      }
      let start = after.count
      transcript.goOn(after, turns: turns / 3)
      let added = Array(transcript.messages[start...])
      for name in others.keys { others[name]? += added }
    }
  }

  private mutating func note(
    _ system: String, _ round: Int, _ messages: [[String: Any]], _ needles: [Needle]
  ) {
    let text = Cutting.text(messages)
    for needle in needles {
      let isThere = text.contains(needle.text)
      let isRight = isThere != (needle.class == .secret)
      for key in [needle.class.rawValue, "depth \(needle.depth)"] {
        // Depths tell where things get lost; a secret must get lost.
        if needle.class == .secret, key.hasPrefix("depth") { continue }
        table["\(system) \(round) \(key)", default: (0, 0)].tries += 1
        if isRight { table["\(system) \(round) \(key)", default: (0, 0)].hits += 1 }
      }
    }
  }

  private func show() {
    let mean = ratios.reduce(0, +) / Double(max(1, ratios.count))
    print(
      String(
        format: "  %d conversations, size after compression %.2f of before; percent that survives",
        transcripts, mean))
    let keys =
      Needle.Class.allCases.map(\.rawValue) + NeedleTranscript.depths.map { "depth \($0)" }
    for round in Self.rounds {
      print("  after \(round) compression\(round == 1 ? "" : "s")")
      print("    " + pad("") + Self.systems.map { pad($0) }.joined())
      for key in keys {
        let cells = Self.systems.map { system -> String in
          let (hits, tries) = table["\(system) \(round) \(key)"] ?? (0, 1)
          return pad(String(format: "%.0f", 100 * Double(hits) / Double(max(1, tries))))
        }
        print("    " + pad(key == "secret" ? "no secret" : key) + cells.joined())
      }
    }
  }

  private func pad(_ text: String) -> String {
    text.padding(toLength: 15, withPad: " ", startingAt: 0)
  }
}

/// What people do without a model: keep some messages, drop the rest.
enum Cutting {
  static func text(_ messages: [[String: Any]]) -> String {
    messages.map { message in
      let calls = message["tool_calls"] as? [[String: Any]] ?? []
      let arguments = calls.compactMap { ($0["function"] as? [String: String])?["arguments"] }
      return ([message["content"] as? String ?? ""] + arguments).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  static func size(_ messages: [[String: Any]]) -> Int {
    messages.reduce(0) { $0 + text([$1]).utf8.count + 40 }
  }

  static func cut(_ messages: [[String: Any]], by name: String, to size: Int) -> [[String: Any]] {
    switch name {
    case "head+tail":
      let head = prefix(messages, size / 2)
      return head + suffix(Array(messages.dropFirst(head.count)), size / 2)
    case "prune-only":
      let pruned = messages.map { message -> [String: Any] in
        var message = message
        if message["role"] as? String == "tool" { message["content"] = "[left out]" }
        return message
      }
      return prefix(pruned, 200) + suffix(Array(pruned.dropFirst()), size)
    default: return prefix(messages, 200) + suffix(Array(messages.dropFirst()), size)
    }
  }

  private static func prefix(_ messages: [[String: Any]], _ size: Int) -> [[String: Any]] {
    var kept: [[String: Any]] = []
    var left = size
    for message in messages {
      left -= self.size([message])
      if left < 0, !kept.isEmpty { break }
      kept.append(message)
    }
    return kept
  }

  private static func suffix(_ messages: [[String: Any]], _ size: Int) -> [[String: Any]] {
    prefix(messages.reversed(), size).reversed()
  }
}

/// A place for the program's files.
struct BenchmarkHome {
  let folder: URL
  private var variables: [String: String] = [:]

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func configure(url: String, model: String, environment: [String: String]) throws {
    let key = environment["AUXQ_BENCH_KEY"] == nil ? "" : ", key_env: \"AUXQ_BENCH_KEY\""
    let config = """
      {main: {provider: "bench", model: "\(model)"},
       providers: {bench: {base_url: "\(url)"\(key)}}}
      """
    try config.write(
      to: folder.appendingPathComponent("config.json"), atomically: true, encoding: .utf8)
  }

  func compress(_ messages: [[String: Any]], program: String) throws -> [[String: Any]] {
    let input = try JSONSerialization.data(withJSONObject: messages)
    var environment = ["AUXQ_HOME": folder.path, "PATH": "/usr/bin:/bin"]
    environment["AUXQ_BENCH_KEY"] = ProcessInfo.processInfo.environment["AUXQ_BENCH_KEY"]
    let usage = try run(
      program, ["run", "compress", "--set", "force=true"], environment: environment,
      input: String(decoding: input, as: UTF8.self))
    guard usage.status == 0,
      let result = try JSONSerialization.jsonObject(with: Data(usage.output.utf8))
        as? [[String: Any]]
    else { throw BenchmarkError("compress ended with \(usage.status)") }
    return result
  }
}
