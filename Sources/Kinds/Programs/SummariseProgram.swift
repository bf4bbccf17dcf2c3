import Calls
import Fallback
import JSONText

/// Strategy `map-reduce`: text in, a shorter text out.
struct SummariseProgram: KindProgram {
  private enum Stage: Sendable { case working, repairing(first: String) }

  private let prompts: PromptBuilder
  private let text: [UInt8]
  /// The conversation that the text was made of.
  private let transcript: Transcript?
  private let sizes: MapReduceSizes
  private var work: MapReduce
  private var stage = Stage.working
  private var repairs = 0
  private var report = Report()

  init(_ prompts: PromptBuilder, document: Document, window: Int) {
    self.prompts = prompts
    text = document.text
    transcript = document.transcript
    if let warning = document.warning { report.set("warning", .string(warning)) }
    sizes = MapReduceSizes(
      prompts, window: window, targetWords: prompts.variables.integer("words") ?? 200)
    work = MapReduce(prompts: prompts, text: text, sizes: sizes)
  }

  var forecast: Forecast? {
    if case .working = stage { work.forecast } else { nil }
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
      let failure = AnswerChecks(
        prompts.definition, language: prompts.variables["language"]
      ).failure(
        of: answer, input: text, report: &report)
    else {
      noteLength(of: answer)
      Faithfulness(of: answer, in: text).note(in: &report)
      return succeed(answer)
    }
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

  /// The same request, the answer, and what is wrong with it.
  private func repairStep(_ reply: String, _ problem: String) -> Step {
    let shown = AnswerText.trimmed(reply)
    let messages =
      work.finalMessages + [
        PromptBuilder.message("assistant", shown.isEmpty ? "(nothing)" : shown),
        PromptBuilder.message("user", prompts.expanded(.repair, ["problem": problem])),
      ]
    let key = messages.map { String(decoding: $0, as: UTF8.self) }
    return prompts.step(
      .repair, key: key, label: "once more", messages: messages, outputTokens: sizes.outputTokens,
      isSplittable: true)
  }

  private mutating func takeRepair(_ results: [StepResult], first: String) -> KindAction {
    guard case .text(let completion)? = results.first else { return judge(first) }
    return judge(completion.text)
  }

  /// Models count badly; who asked for a length is told how far off it is.
  private mutating func noteLength(of answer: String) {
    var terms = Terms()
    var ignored: [UInt32] = []
    let bytes = Array(answer.utf8)
    let words = terms.add(bytes, 0..<bytes.count, to: &ignored)
    report.set("words", .int(words))
    report.note("length", passed: words <= sizes.targetWords * 5 / 4 + 10)
  }

  private mutating func succeed(_ answer: String) -> KindAction {
    .finish(.succeeded(result: Array(answer.utf8), report: encodedReport(), isDegraded: false))
  }

  private func encodedReport() -> [UInt8] {
    var report = report
    report.set("strategy", .string(work.calls > 1 ? "map-reduce" : "single"))
    report.set("chunks", .int(work.chunks))
    report.set("calls", .int(work.calls + repairs))
    if !work.gaps.isEmpty {
      report.set(
        "gaps",
        .array(
          work.gaps.map { gap -> JSONValue in
            [
              "bytes": [.int(gap.range.lowerBound), .int(gap.range.upperBound)],
              "reason": .string(gap.reason),
            ]
          }))
    }
    report.set("levels", .int(work.levels))
    report.set("input_tokens_estimated", .int(work.inputTokens))
    return report.encoded()
  }

  func builtin() -> KindOutcome? {
    guard prompts.definition.fallback == .extractive else { return nil }
    if let transcript { return DigestAnswer.outcome(transcript, prompts.variables) }
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

/// The answer of the built-in engine for a conversation: ranking sentences makes little sense there.
enum DigestAnswer {
  static func outcome(_ transcript: Transcript, _ variables: Variables) -> KindOutcome? {
    let tokens = (variables.integer("words") ?? 200) * 2
    let digest = Digest(transcript, replacing: Array(transcript.turns.indices))
    let result = SecretShapes.redacted(digest.text(previous: nil, tokens: tokens))
    var report = Report()
    report.set("strategy", "digest")
    report.set("note", "a digest of the conversation by rules, not a summary")
    report.set("calls", 0)
    return .succeeded(result: Array(result.utf8), report: report.encoded(), isDegraded: true)
  }
}
