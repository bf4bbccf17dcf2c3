import Calls
import Fallback
import JSONText

/// Strategy `compress`: earlier turns give way to one summary. Nothing is given back that does not
/// pass every check; in doubt the input stays as it is.
struct CompressProgram: KindProgram {
  private enum Stage: Sendable {
    case summarising(MapReduce)
    /// Asked once more; the first answer may still have to do.
    case again(first: String)
    case ended
  }

  let prompts: PromptBuilder
  let transcript: Transcript
  let settings: CompressionSettings
  private let window: Int
  private var stage = Stage.ended
  private var plan: CompressionPlan?
  /// The request that the final text answers, for asking once more.
  private var finalMessages: [[UInt8]] = []
  private var calls = 0
  var report = Report()

  init(_ prompts: PromptBuilder, transcript: Transcript, window: Int) {
    self.prompts = prompts
    self.transcript = transcript
    self.window = window
    settings = CompressionSettings(prompts.variables)
    report.set("tokens_before", .int(transcript.tokens))
    report.set("messages_before", .int(transcript.turns.count))
  }

  var forecast: Forecast? {
    if case .summarising(let work) = stage { work.forecast } else { nil }
  }

  mutating func next(_ event: KindEvent) -> KindAction {
    switch (event, stage) {
    case (.start, _): return begin()
    case (.completed(let results), .summarising(var work)):
      let progress = work.take(results)
      return follow(progress, work)
    case (.completed(let results), .again(let first)):
      guard case .text(let completion)? = results.first else { return judge(first, mayAsk: false) }
      return judge(completion.text, mayAsk: false)
    case (.completed, .ended): return fail("check", "unexpected: nothing was asked for")
    }
  }

  // MARK: Before any call

  private var isDue: Bool { settings.isForced || transcript.tokens > settings.limit }

  private mutating func begin() -> KindAction {
    guard isDue else { return giveBack() }
    do throws(CompressionPlan.Doubt) {
      let plan = try CompressionPlan(transcript, threshold: settings.limit, window: settings.window)
      self.plan = plan
      if hasNothingNew(plan) { throw CompressionPlan.Doubt.nothingToReplace }
      return prune(plan) ?? summarise(plan)
    } catch {
      return fail("check", error.message)
    }
  }

  private func giveBack() -> KindAction {
    .finish(
      .succeeded(
        result: transcript.source, report: encodedReport(method: "none"), isDegraded: false))
  }

  /// All that would give way is a summary of ours: nothing was said since.
  private func hasNothingNew(_ plan: CompressionPlan) -> Bool {
    plan.replaced.count == 1 && previous(plan) != nil
  }

  var summaryMessage: SummaryMessage {
    SummaryMessage(marker: prompts.definition.compression.marker)
  }

  /// The summary that an earlier compression left, where it is the first thing after the system
  /// messages: further down it would be somebody's quotation.
  func previous(_ plan: CompressionPlan) -> String? {
    let first = transcript.turns.firstIndex { !$0.isSystem }
    guard let first, plan.replaced.first == first else { return nil }
    return summaryMessage.summary(in: transcript.turns[first].message)
  }

  /// Without the summary so far.
  func newTurns(_ plan: CompressionPlan) -> [Int] {
    previous(plan) == nil ? plan.replaced : Array(plan.replaced.dropFirst())
  }

  /// Tool results alone may be enough; asked for by force, a summary is what is wanted.
  private mutating func prune(_ plan: CompressionPlan) -> KindAction? {
    guard !settings.isForced else { return nil }
    let pruning = Pruning(
      transcript, plan, keptResults: prompts.definition.compression.keptToolResults)
    guard let (output, changed) = pruning.pruned(reaching: settings.limit * 4 / 5) else {
      return nil
    }
    let isKept = transcript.turns.indices.map { !changed.contains($0) }
    let checks = CompressionChecks(before: transcript, isKept: isKept, inserted: changed.count)
    guard note(checks.run(on: output)) == nil else {
      report = report.withoutChecks()
      return nil
    }
    report.set("pruned_messages", .int(changed.count))
    return .finish(
      .succeeded(result: output, report: encodedReport(method: "pruned"), isDegraded: false))
  }

  // MARK: Summary

  private mutating func summarise(_ plan: CompressionPlan) -> KindAction {
    let previous = previous(plan)
    let text = TranscriptText(transcript).text(of: newTurns(plan))
    let words = settings.targetWords(replacing: transcript.tokens(of: plan.replaced))
    let sizes = MapReduceSizes(
      prompts, window: window - TokenEstimate.tokens(previous ?? ""), targetWords: words,
      partWords: max(words / 2, 300))
    var work = MapReduce(
      prompts: prompts, text: Array(Self.joined(previous, text).utf8), sizes: sizes,
      whole: previous == nil ? .prompt : .update, wholeText: Array(text.utf8),
      wholeValues: previous.map { ["previous": SecretShapes.redacted($0)] } ?? [:])
    let progress = work.start()
    return follow(progress, work)
  }

  /// In parts there is no place for the summary so far but in front of the first.
  private static func joined(_ previous: String?, _ text: String) -> String {
    previous.map { "Notes on what came before:\n\($0)\n\n\(text)" } ?? text
  }

  private mutating func follow(_ progress: MapReduce.Progress, _ work: MapReduce) -> KindAction {
    stage = .summarising(work)
    calls = work.calls
    report.set("chunks", .int(work.chunks))
    switch progress {
    case .run(let steps): return .run(steps)
    case .failed(let reason, let message, let hint): return fail(reason, message, hint: hint)
    case .done(let text):
      finalMessages = work.finalMessages
      return judge(text, mayAsk: true)
    }
  }

  private mutating func judge(_ reply: String, mayAsk: Bool) -> KindAction {
    guard let plan else { return fail("check", "unexpected: there is no plan") }
    report = report.withoutChecks()
    let body = Memory(parsing: cleaned(reply)).body
    if let doubt = doubt(about: body) {
      guard mayAsk, prompts.definition.prompts[.repair] != nil else {
        return fail("check", doubt.message)
      }
      return ask(.repair, ["problem": doubt.problem], after: reply)
    }
    let replaced = transcript.tokens(of: plan.replaced)
    let size = TokenEstimate.tokens(summaryMessage.content(body)) + TokenEstimate.perMessage
    let isSmall = size < replaced && size <= settings.summaryLimit(replacing: replaced)
    if !isSmall, mayAsk { return shorten(reply, plan) }
    report.note("summary-size", passed: isSmall)
    report.set("summary_tokens", .int(size))
    guard isSmall else {
      return fail("check", "no-gain: the summary is too long for what it would replace")
    }
    return insert(memory(body, size: size, plan), plan)
  }

  private func cleaned(_ reply: String) -> String {
    let text = AnswerText.cleaned(reply)
    return prompts.definition.privacy.redact ? SecretShapes.redacted(text) : text
  }

  private struct Doubt {
    /// Begins with the name of the check.
    var message: String
    /// For the model.
    var problem: String
  }

  private mutating func doubt(about summary: String) -> Doubt? {
    report.note("not-empty", passed: !summary.isEmpty)
    if summary.isEmpty {
      return Doubt(message: "empty: the summary is empty", problem: "it holds nothing")
    }
    let isRefusal = Refusal.isLikely(summary)
    report.note("not-refusal", passed: !isRefusal)
    if isRefusal {
      return Doubt(
        message: "refusal: the model declined to summarise", problem: "it declines the task")
    }
    let isRightLanguage = LanguageMatch(of: personsText).accepts(summary)
    report.note("language", passed: isRightLanguage)
    guard !isRightLanguage else { return nil }
    return Doubt(
      message: "language: the summary is not in the language of the person",
      problem: "it is not in the language that the person writes in")
  }

  private var personsText: String {
    transcript.turns.filter(\.isRequest).map {
      SummaryMessage.isOurs($0.message, marker: summaryMessage.marker)
        ? "" : String($0.message.text.prefix(4_000))
    }
    .joined(separator: "\n")
  }

  private mutating func shorten(_ reply: String, _ plan: CompressionPlan) -> KindAction {
    let words = settings.targetWords(replacing: transcript.tokens(of: plan.replaced))
    finalMessages = prompts.opening(
      .reduce, data: reply, ["parts": "1", "target_words": String(words)])
    return ask(.shorten, ["target_words": String(words)], after: reply)
  }

  /// The same request, the answer, and what is wrong with it.
  private mutating func ask(
    _ role: PromptRole, _ values: [String: String], after reply: String
  ) -> KindAction {
    stage = .again(first: reply)
    calls += 1
    let shown = AnswerText.trimmed(cleaned(reply))
    let messages =
      finalMessages + [
        PromptBuilder.message("assistant", shown.isEmpty ? "(nothing)" : shown),
        PromptBuilder.message("user", prompts.expanded(role, values)),
      ]
    let key = messages.map { String(decoding: $0, as: UTF8.self) }
    return .run([
      prompts.step(
        role, key: key, label: role == .shorten ? "shorter" : "once more", messages: messages,
        outputTokens: 2_048, isSplittable: true)
    ])
  }

  private mutating func insert(_ memory: Memory, _ plan: CompressionPlan) -> KindAction {
    switch spliced(memory.text, plan) {
    case .failure(let doubt):
      return fail("check", "\(doubt.check): the result did not pass this check")
    case .success(let output):
      return .finish(
        .succeeded(result: output, report: encodedReport(method: "summarised"), isDegraded: false))
    }
  }

  private func fail(_ reason: String, _ message: String, hint: String? = nil) -> KindAction {
    .finish(
      .failed(
        class: reason, message: message, hint: hint, keepsInput: true,
        report: encodedReport(method: "none")))
  }

  func encodedReport(method: String) -> [UInt8] {
    var report = report
    report.set("method", .string(method))
    report.set("due", .bool(isDue))
    report.set("calls", .int(calls))
    if method == "none" { report.set("tokens_after", .int(transcript.tokens)) }
    return report.encoded()
  }

  func builtin() -> KindOutcome? {
    guard isDue else {
      if case .finish(let outcome) = giveBack() { return outcome }
      return nil
    }
    guard prompts.definition.fallback == .digest, prompts.variables["degraded"] == "allow",
      let plan = try? CompressionPlan(
        transcript, threshold: settings.limit, window: settings.window)
    else { return nil }
    return digest(plan)
  }
}
