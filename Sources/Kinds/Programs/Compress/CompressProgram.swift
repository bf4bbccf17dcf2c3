import Calls
import Fallback
import JSONText

/// Strategy `compress`: earlier turns give way to one summary. Nothing is given back that does not
/// pass every check; in doubt the input stays as it is.
struct CompressProgram: KindProgram {
  private enum Stage: Sendable {
    case summarising(MapReduce)
    case shortening(first: String)
    case ended
  }

  private let prompts: PromptBuilder
  private let transcript: Transcript
  private let window: Int
  private let settings: CompressionSettings
  private var stage = Stage.ended
  private var plan: CompressionPlan?
  private var calls = 0
  private var report = Report()

  init(_ prompts: PromptBuilder, transcript: Transcript, window: Int) {
    self.prompts = prompts
    self.transcript = transcript
    self.window = window
    settings = CompressionSettings(prompts.variables)
    report.set("tokens_before", .int(transcript.tokens))
    report.set("messages_before", .int(transcript.turns.count))
  }

  mutating func next(_ event: KindEvent) -> KindAction {
    switch (event, stage) {
    case (.start, _): return begin()
    case (.completed(let results), .summarising(var work)):
      let progress = work.take(results)
      return follow(progress, work)
    case (.completed(let results), .shortening(let first)):
      guard case .text(let completion)? = results.first else {
        return judge(first, mayShorten: false)
      }
      return judge(completion.text, mayShorten: false)
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

  private var summaryMessage: SummaryMessage {
    SummaryMessage(marker: prompts.definition.compression.marker)
  }

  /// The summary that an earlier compression left, where it is the first thing after the system
  /// messages: further down it would be somebody's quotation.
  private func previous(_ plan: CompressionPlan) -> String? {
    let first = transcript.turns.firstIndex { !$0.isSystem }
    guard let first, plan.replaced.first == first else { return nil }
    return summaryMessage.summary(in: transcript.turns[first].message)
  }

  /// Tool results alone may be enough; asked for by force, a summary is what is wanted.
  private mutating func prune(_ plan: CompressionPlan) -> KindAction? {
    guard !settings.isForced else { return nil }
    let pruning = Pruning(
      transcript, plan, keptResults: prompts.definition.compression.keptToolResults)
    guard let contents = pruning.contents(reaching: settings.limit * 4 / 5),
      let output = Splice(transcript, plan).replacing(contents: contents)
    else { return nil }
    let isKept = transcript.turns.indices.map { contents[$0] == nil }
    let checks = CompressionChecks(before: transcript, isKept: isKept, inserted: contents.count)
    guard note(checks.run(on: output)) == nil else {
      report = report.withoutChecks()
      return nil
    }
    report.set("pruned_messages", .int(contents.count))
    return .finish(
      .succeeded(result: output, report: encodedReport(method: "pruned"), isDegraded: false))
  }

  // MARK: Summary

  private mutating func summarise(_ plan: CompressionPlan) -> KindAction {
    let previous = previous(plan)
    let turns = previous == nil ? plan.replaced : Array(plan.replaced.dropFirst())
    let text = TranscriptText(transcript).text(of: turns)
    let words = settings.targetWords(replacing: transcript.tokens(of: plan.replaced))
    let sizes = MapReduceSizes(
      prompts, window: window - TokenEstimate.tokens(previous ?? ""), targetWords: words,
      partWords: max(words / 2, 300))
    let work = MapReduce(
      prompts: prompts, text: Array(Self.joined(previous, text).utf8), sizes: sizes,
      whole: previous == nil ? .prompt : .update, wholeText: Array(text.utf8),
      wholeValues: previous.map { ["previous": $0] } ?? [:])
    var started = work
    let progress = started.start()
    return follow(progress, started)
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
    case .done(let text): return judge(text, mayShorten: true)
    }
  }

  private mutating func judge(_ reply: String, mayShorten: Bool) -> KindAction {
    guard let plan else { return fail("check", "unexpected: there is no plan") }
    report = report.withoutChecks()
    let summary = cleaned(reply)
    let replaced = transcript.tokens(of: plan.replaced)
    let size = TokenEstimate.tokens(summaryMessage.content(summary)) + TokenEstimate.perMessage
    report.set("summary_tokens", .int(size))
    if let doubt = doubt(about: summary) { return fail("check", doubt) }
    let isSmall = size < replaced && size <= settings.summaryLimit(replacing: replaced)
    if !isSmall, mayShorten { return shorten(reply, plan) }
    report.note("summary-size", passed: isSmall)
    guard isSmall else {
      return fail("check", "no-gain: the summary is too long for what it would replace")
    }
    return insert(summary, plan)
  }

  private func cleaned(_ reply: String) -> String {
    let text = AnswerText.cleaned(reply)
    return prompts.definition.privacy.redact ? SecretShapes.redacted(text) : text
  }

  private mutating func doubt(about summary: String) -> String? {
    report.note("not-empty", passed: !summary.isEmpty)
    if summary.isEmpty { return "empty: the summary is empty" }
    let isRefusal = Refusal.isLikely(summary)
    report.note("not-refusal", passed: !isRefusal)
    if isRefusal { return "refusal: the model declined to summarise" }
    let missing = prompts.definition.compression.sections.filter { !summary.contains($0) }
    report.set("missing_sections", .array(missing.map { .string($0) }))
    return nil
  }

  private mutating func shorten(_ reply: String, _ plan: CompressionPlan) -> KindAction {
    stage = .shortening(first: reply)
    calls += 1
    let words = settings.targetWords(replacing: transcript.tokens(of: plan.replaced))
    let request = prompts.expanded(.shorten, ["target_words": String(words)])
    let messages =
      prompts.opening(.reduce, data: reply, ["parts": "1", "target_words": String(words)])
      + [PromptBuilder.message("assistant", reply), PromptBuilder.message("user", request)]
    return .run([
      prompts.step(
        .shorten, key: [reply, String(words)], label: "shorter", messages: messages,
        outputTokens: words * 4)
    ])
  }

  private mutating func insert(_ summary: String, _ plan: CompressionPlan) -> KindAction {
    switch spliced(summary, plan) {
    case .failure(let doubt):
      return fail("check", "\(doubt.check): the result did not pass this check")
    case .success(let output):
      return .finish(
        .succeeded(result: output, report: encodedReport(method: "summarised"), isDegraded: false))
    }
  }

  // MARK: Result

  private struct FailedCheck: Error { var check: String }

  private mutating func spliced(
    _ summary: String, _ plan: CompressionPlan
  ) -> Result<[UInt8], FailedCheck> {
    guard let output = Splice(transcript, plan).replacing(with: summaryMessage.content(summary))
    else {
      return .failure(FailedCheck(check: "splice"))
    }
    let checks = CompressionChecks(before: transcript, isKept: plan.isKept, inserted: 1)
    if let failed = note(checks.run(on: output)) { return .failure(FailedCheck(check: failed)) }
    report.set(
      "replaced", .array(plan.runs.map { [.int($0.lowerBound), .int($0.upperBound - 1)] }))
    report.set("messages_after", .int(transcript.turns.count - plan.replaced.count + 1))
    return .success(output)
  }

  /// - Returns: The first check that failed.
  private mutating func note(
    _ result: (checks: [(name: String, isPassed: Bool)], tokens: Int?)
  ) -> String? {
    for check in result.checks { report.note(check.name, passed: check.isPassed) }
    if let tokens = result.tokens { report.set("tokens_after", .int(tokens)) }
    return result.checks.first { !$0.isPassed }?.name
  }

  private func fail(_ reason: String, _ message: String, hint: String? = nil) -> KindAction {
    .finish(
      .failed(
        class: reason, message: message, hint: hint, keepsInput: true,
        report: encodedReport(method: "none")))
  }

  private func encodedReport(method: String) -> [UInt8] {
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

  private func digest(_ plan: CompressionPlan) -> KindOutcome? {
    let previous = previous(plan)
    let turns = previous == nil ? plan.replaced : Array(plan.replaced.dropFirst())
    let replaced = transcript.tokens(of: plan.replaced)
    let text = Digest(transcript, replacing: turns)
      .text(
        previous: previous, tokens: min(settings.summaryLimit(replacing: replaced), replaced / 2))
    var copy = self
    copy.report = report.withoutChecks()
    guard case .success(let output) = copy.spliced(cleaned(text), plan) else { return nil }
    return .succeeded(
      result: output, report: copy.encodedReport(method: "digest"), isDegraded: true)
  }
}

/// The numbers that a compression goes by.
struct CompressionSettings: Sendable {
  let window: Int
  /// Tokens above which compression is due.
  let limit: Int
  let target: Double
  let isForced: Bool

  init(_ variables: Variables) {
    window = variables.integer("window") ?? 128_000
    limit = Int(Double(window) * (variables.number("threshold") ?? 0.5))
    target = variables.number("target") ?? 0.2
    isForced = variables.isTrue("force")
  }

  private func targetTokens(replacing tokens: Int) -> Int {
    min(max(Int(Double(tokens) * target), 200), 10_000)
  }

  /// A word costs about one and a half tokens.
  func targetWords(replacing tokens: Int) -> Int {
    max(60, targetTokens(replacing: tokens) * 2 / 3)
  }

  /// Models count badly: up to twice the target passes.
  func summaryLimit(replacing tokens: Int) -> Int { max(targetTokens(replacing: tokens) * 2, 400) }
}
