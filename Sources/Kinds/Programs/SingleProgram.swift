import Calls
import Fallback
import JSONText

/// Strategy `single`: one call, and one more where the answer cannot be used and may be mended.
struct SingleProgram: KindProgram {
  private enum Stage: Sendable { case first, again }

  private let prompts: PromptBuilder
  private let input: SingleInput
  private let judge: AnswerJudge
  private let window: Int
  private var stage = Stage.first
  private var report = Report()
  private var calls = 0
  private var inputTokens = 0

  init(_ prompts: PromptBuilder, input: SingleInput, window: Int) {
    self.prompts = prompts
    self.input = input
    self.window = window
    judge = AnswerJudge(prompts, input: input)
  }

  mutating func next(_ event: KindEvent) -> KindAction {
    guard case .completed(let results) = event else {
      return run(.prompt, messages: messages, key: [input.key], label: "answer")
    }
    switch results.first {
    case .text(let completion): return take(completion.text)
    case .overflow: return fail(.contextOverflow, "the input is longer than every window")
    case .refused(let failure): return fail(failure, "the model would not take the input")
    case nil: return fail(.unknown, "there is no result")
    }
  }

  private var messages: [[UInt8]] {
    switch input {
    case .messages(let messages):
      let system = prompts.variables["system"].map { [PromptBuilder.message("system", $0)] } ?? []
      return system + messages.messages.map { Array(messages.source[$0.range]) }
    case .text(let text): return prompts.opening(.prompt, data: text)
    }
  }

  private mutating func run(
    _ role: PromptRole, messages: [[UInt8]], key: [String], label: String
  ) -> KindAction {
    let step = prompts.step(
      role, key: key, label: label, messages: messages,
      outputTokens: prompts.definition.model.maxOutputTokens ?? min(2_048, window / 4),
      schema: judge.schema)
    calls += 1
    inputTokens += step.inputTokens
    return .run([step])
  }

  private mutating func take(_ reply: String) -> KindAction {
    switch judge.judge(reply, &report) {
    case .usable(let result):
      return .finish(.succeeded(result: result, report: encodedReport(), isDegraded: false))
    case .unusable(let problem, let isRepairable):
      guard isRepairable, stage == .first, prompts.definition.prompts[.repair] != nil else {
        return .finish(
          .failed(
            class: "check", message: problem, hint: nil, keepsInput: false, report: encodedReport())
        )
      }
      stage = .again
      let repair = prompts.expanded(.repair, ["problem": problem])
      let more = [PromptBuilder.message("assistant", reply), PromptBuilder.message("user", repair)]
      return run(
        .repair, messages: messages + more, key: [input.key, reply, problem], label: "once more")
    }
  }

  private func fail(_ reason: FailureClass, _ message: String) -> KindAction {
    .finish(
      .failed(
        class: reason.rawValue, message: message, hint: nil, keepsInput: false,
        report: encodedReport()))
  }

  private func encodedReport() -> [UInt8] {
    var report = report
    report.set("calls", .int(calls))
    if !judge.uncheckedKeywords.isEmpty {
      report.set("schema_not_checked", .array(judge.uncheckedKeywords.map { .string($0) }))
    }
    report.set("input_tokens_estimated", .int(inputTokens))
    return report.encoded()
  }

  func builtin() -> KindOutcome? {
    switch prompts.definition.fallback {
    case .none, .digest: return nil
    case .extractive: return ExtractiveAnswer.outcome(Array(input.key.utf8), prompts.variables)
    case .firstLine:
      guard let title = judge.cleaner.clean(input.firstUserText) else { return nil }
      var report = Report()
      report.set("strategy", "first-line")
      report.set("calls", 0)
      return .succeeded(result: Array(title.utf8), report: report.encoded(), isDegraded: true)
    }
  }
}

/// What a `single` kind works on.
enum SingleInput: Sendable {
  /// Already cut down where the kind needs only the beginning.
  case text(String)
  /// Spliced into the request as they are.
  case messages(ChatMessages)

  /// The whole of it, for step keys.
  var key: String {
    switch self {
    case .text(let text): text
    case .messages(let messages): String(decoding: messages.source, as: UTF8.self)
    }
  }

  /// What the person said first.
  var firstUserText: String {
    switch self {
    case .text(let text): text
    case .messages(let messages): messages.firstText(of: "user") ?? ""
    }
  }
}

/// Decides whether an answer can be used, and what of it.
struct AnswerJudge: Sendable {
  enum Verdict {
    case usable([UInt8])
    case unusable(problem: String, isRepairable: Bool)
  }

  let schema: [UInt8]?
  /// What the schema says that an answer is not checked against.
  let uncheckedKeywords: [String]
  let cleaner: TitleCleaner
  private let prompts: PromptBuilder
  private let input: SingleInput
  /// That was asked for.
  private let language: String?

  init(_ prompts: PromptBuilder, input: SingleInput) {
    self.prompts = prompts
    self.input = input
    language = prompts.variables["language"]
    schema = (prompts.variables["json"] ?? prompts.variables["schema"]).map { Array($0.utf8) }
    uncheckedKeywords =
      schema.flatMap { try? JSONNode.parse($0) }.flatMap { try? SchemaRules($0) }?.unchecked ?? []
    cleaner = TitleCleaner(
      limit: prompts.definition.output.maxChars ?? 80,
      prefixes: prompts.definition.output.prefixes)
  }

  private var definition: KindDefinition { prompts.definition }

  /// The scripts a line may be written in; empty where any will do.
  private var scripts: Set<Script> {
    language.map { LanguageScript.scripts(of: $0) } ?? ScriptShares(input.firstUserText).main
  }

  func judge(_ reply: String, _ report: inout Report) -> Verdict {
    report = report.withoutChecks()
    if definition.output.format == .line { return judgeLine(reply, &report) }
    if schema != nil || definition.output.format == .json { return judgeJSON(reply, &report) }
    let answer = AnswerText.cleaned(reply)
    let checks = AnswerChecks(definition)
    let input = checks.needInput ? Array(input.firstUserText.utf8) : []
    if let failure = checks.failure(of: answer, input: input, report: &report) {
      return .unusable(problem: failure.message, isRepairable: failure.isRepairable)
    }
    return .usable(Array(reply.utf8))
  }

  private func judgeLine(_ reply: String, _ report: inout Report) -> Verdict {
    let line = cleaner.clean(reply)
    report.note("not-empty", passed: line != nil)
    guard let line else {
      return .unusable(problem: "nothing is left of the answer", isRepairable: false)
    }
    let isRefusal = Refusal.isLikely(line)
    report.note("not-refusal", passed: !isRefusal)
    if isRefusal { return .unusable(problem: "the answer declines the task", isRepairable: true) }
    guard let severity = definition.severity(of: .script) else { return .usable(Array(line.utf8)) }
    let isFitting = ScriptShares(line).isWritten(in: scripts)
    report.note("script", passed: isFitting)
    if isFitting || severity == .warn { return .usable(Array(line.utf8)) }
    return .unusable(
      problem: "the answer is not written in the expected script", isRepairable: severity == .repair
    )
  }

  private func judgeJSON(_ reply: String, _ report: inout Report) -> Verdict {
    let found = JSONExtraction.candidates(in: reply)
    report.note("json", passed: !found.isEmpty)
    guard let first = found.first else {
      return .unusable(problem: "the answer holds no JSON value", isRepairable: true)
    }
    let rules = schema.flatMap { try? JSONNode.parse($0) }
    let check = rules.map { SchemaCheck($0) }
    let fitting = found.filter { check?.mistake(in: $0.node) == nil }
    if check != nil { report.note("schema", passed: !fitting.isEmpty) }
    if let value = fitting.first {
      let isOne = fitting.allSatisfy { $0.node.hasSameContent(as: value.node) }
      report.note("one-value", passed: isOne)
      if isOne { return .usable(value.text) }
      return .unusable(
        problem: "the answer holds \(fitting.count) different JSON values, and one was asked for",
        isRepairable: true)
    }
    let mistake = check?.mistake(in: first.node) ?? ""
    return .unusable(problem: "the JSON does not fit the schema: \(mistake)", isRepairable: true)
  }
}

/// The scripts that a language is written in, where its name says so.
enum LanguageScript {
  private static let scripts: [(scripts: Set<Script>, names: [String])] = [
    ([.han, .kana], ["japanese", "ja", "日本語", "japanisch", "japonais"]),
    (
      [.han],
      [
        "chinese", "zh", "中文", "汉语", "漢語", "mandarin", "chinesisch", "simplified chinese",
        "traditional chinese",
      ]
    ),
    ([.hangul], ["korean", "ko", "한국어", "koreanisch"]),
    (
      [.cyrillic], ["russian", "ru", "русский", "ukrainian", "uk", "українська", "bulgarian", "bg"]
    ),
    ([.greek], ["greek", "el", "ελληνικά"]),
    ([.arabic], ["arabic", "ar", "العربية", "persian", "farsi", "fa", "فارسی", "urdu", "ur"]),
    ([.hebrew], ["hebrew", "he", "עברית"]),
    ([.unspaced], ["thai", "th", "ไทย"]),
    ([.indic], ["hindi", "hi", "हिन्दी", "bengali", "bn", "tamil", "ta"]),
    (
      [.latin],
      [
        "english", "en", "german", "de", "deutsch", "french", "fr", "français", "spanish", "es",
        "español", "italian", "it", "italiano", "portuguese", "pt", "português", "dutch", "nl",
        "nederlands", "polish", "pl", "polski", "swedish", "sv", "danish", "da", "norwegian", "no",
        "finnish", "fi", "czech", "cs", "turkish", "tr", "vietnamese", "vi", "indonesian", "id",
      ]
    ),
  ]

  /// - Parameter language: A name or a code such as `de` or `pt-BR`.
  /// - Returns: Empty where it is not known.
  static func scripts(of language: String) -> Set<Script> {
    let name = language.lowercased()
    let code = String(name.prefix { $0 != "-" && $0 != "_" })
    return scripts.first { $0.names.contains(name) || $0.names.contains(code) }?.scripts ?? []
  }
}
