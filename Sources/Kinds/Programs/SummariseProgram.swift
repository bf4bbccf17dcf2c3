import Calls
import Fallback
import JSONText

/// Strategy `map-reduce`: text in, a shorter text out.
struct SummariseProgram: KindProgram {
  private enum Stage: Sendable { case working, repairing(first: String) }

  private let prompts: PromptBuilder
  private let text: [UInt8]
  private let sizes: MapReduceSizes
  private var work: MapReduce
  private var stage = Stage.working
  private var repairs = 0
  private var report = Report()

  init(_ prompts: PromptBuilder, text: [UInt8], window: Int) {
    self.prompts = prompts
    self.text = text
    sizes = MapReduceSizes(
      prompts, window: window, targetWords: prompts.variables.integer("words") ?? 200)
    work = MapReduce(prompts: prompts, text: text, sizes: sizes)
  }

  mutating func next(_ event: KindEvent) -> KindAction {
    switch (event, stage) {
    case (.start, _): follow(work.start())
    case (.completed(let results), .working): follow(work.take(results))
    case (.completed(let results), .repairing(let first)): takeRepair(results, first: first)
    }
  }

  private mutating func follow(_ progress: MapReduce.Progress) -> KindAction {
    switch progress {
    case .run(let steps): return .run(steps)
    case .failed(let reason, let message, let hint):
      return .finish(
        .failed(
          class: reason, message: message, hint: hint, keepsInput: false, report: encodedReport()))
    case .done(let text): return judge(text)
    }
  }

  private mutating func judge(_ reply: String) -> KindAction {
    let answer = AnswerText.cleaned(reply)
    guard
      let failure = AnswerChecks(prompts.definition).failure(
        of: answer, input: text, report: &report)
    else { return succeed(answer) }
    guard failure.isRepairable, repairs == 0, prompts.definition.prompts[.repair] != nil else {
      return .finish(
        .failed(
          class: "check", message: failure.message, hint: nil, keepsInput: false,
          report: encodedReport()))
    }
    repairs += 1
    stage = .repairing(first: reply)
    return .run([repairStep(reply, failure.message)])
  }

  /// What was refused is asked for once more, on as much of the text as fits beside the answer.
  private func repairStep(_ reply: String, _ problem: String) -> Step {
    let tokens = TokenEstimate.tokens(text)
    let fitting = Chunker.chunks(of: text, budget: max(64, sizes.usable * 3 / 4)).first?.range
    let range = tokens <= sizes.usable * 3 / 4 ? 0..<text.count : fitting ?? 0..<text.count
    let data = UTF8Text.string(text, range)
    let messages =
      prompts.opening(.prompt, data: data)
      + [
        PromptBuilder.message("assistant", reply),
        PromptBuilder.message("user", prompts.expanded(.repair, ["problem": problem])),
      ]
    return prompts.step(
      .repair, key: [data, reply], label: "once more", messages: messages,
      outputTokens: sizes.outputTokens)
  }

  private mutating func takeRepair(_ results: [StepResult], first: String) -> KindAction {
    guard case .text(let completion)? = results.first else { return judge(first) }
    return judge(completion.text)
  }

  private mutating func succeed(_ answer: String) -> KindAction {
    .finish(.succeeded(result: Array(answer.utf8), report: encodedReport(), isDegraded: false))
  }

  private func encodedReport() -> [UInt8] {
    var report = report
    report.set("strategy", .string(work.calls > 1 ? "map-reduce" : "single"))
    report.set("chunks", .int(work.chunks))
    report.set("calls", .int(work.calls + repairs))
    report.set("levels", .int(work.levels))
    report.set("input_tokens_estimated", .int(work.inputTokens))
    return report.encoded()
  }

  func builtin() -> KindOutcome? {
    guard prompts.definition.fallback == .extractive else { return nil }
    return ExtractiveAnswer.outcome(text, prompts.variables)
  }
}

/// The answer of the built-in engine: key sentences of the document, said to be that.
enum ExtractiveAnswer {
  static func outcome(_ text: [UInt8], _ variables: Variables) -> KindOutcome? {
    let found = KeySentences(of: text, words: variables.integer("words") ?? 200)
    guard !found.sentences.isEmpty else { return nil }
    let format = variables["format"] ?? "prose"
    let result =
      format == "prose"
      ? found.sentences.joined(separator: " ")
      : found.sentences.map { "- " + $0 }.joined(separator: "\n")
    var report = Report()
    report.set("strategy", "extractive")
    report.set("note", "key sentences of the document, not a summary")
    report.set("sentences", .int(found.sentences.count))
    report.set("sentences_considered", .int(found.considered))
    report.set("calls", 0)
    return .succeeded(result: Array(result.utf8), report: report.encoded(), isDegraded: true)
  }
}
