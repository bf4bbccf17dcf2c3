import JSONText

/// What becomes of a summary: what code adds to it, where it goes, and what is checked then.
extension CompressProgram {
  struct FailedCheck: Error { var check: String }

  /// The model's text with what must not be left to a model: rules and corrections word for word,
  /// exact references, headings that it left out.
  ///
  /// - Parameters:
  ///   - body: Clean.
  ///   - size: Tokens of the summary message as it would be without.
  ///   - plan: What gives way.
  /// - Returns: The summary; the report says what was added.
  mutating func memory(_ body: String, size: Int, _ plan: CompressionPlan) -> Memory {
    let replaced = transcript.tokens(of: plan.replaced)
    let target = settings.targetTokens(replacing: replaced)
    let earlier = previous(plan).map { Memory(parsing: $0) }
    var memory = Memory(body: withAllSections(body))
    // What was gained is shared: the lists may cost half as much again as the text, never the gain.
    let room = max(0, min(max(target, 300), replaced * 4 / 5 - size))
    let said = newTurns(plan).filter { transcript.turns[$0].isRequest }.flatMap {
      Directives.found(in: SecretShapes.redacted(transcript.turns[$0].message.text))
    }
    let leftOut = memory.addDirectives((earlier?.directives ?? []) + said, budget: room * 3 / 4)
    let used = memory.directives.reduce(0) { $0 + TokenEstimate.tokens($1) + 3 }
    let found = Anchors(transcript, replacing: newTurns(plan), previous: earlier)
      .missing(in: memory.text, budget: max(0, room - used))
    memory.anchors = found.texts
    report.note("secrets", passed: SecretShapes.redacted(memory.text) == memory.text)
    report.set(
      "directives", ["kept": .int(memory.directives.count), "left_out": .int(leftOut)])
    report.set(
      "anchors",
      [
        "appended": .array(found.texts.map { .string($0) }), "left_out": .int(found.leftOut),
      ])
    return memory
  }

  /// A heading that the model left out stands there with nothing under it.
  private mutating func withAllSections(_ body: String) -> String {
    let missing = prompts.definition.compression.sections.filter { !body.contains($0) }
    report.set("missing_sections", .array(missing.map { .string($0) }))
    report.note("sections", passed: true)
    guard !missing.isEmpty else { return body }
    return body + "\n\n" + missing.map { "## \($0)\nNone" }.joined(separator: "\n")
  }

  mutating func spliced(
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
  mutating func note(
    _ result: (checks: [(name: String, isPassed: Bool)], tokens: Int?)
  ) -> String? {
    for check in result.checks { report.note(check.name, passed: check.isPassed) }
    if let tokens = result.tokens { report.set("tokens_after", .int(tokens)) }
    return result.checks.first { !$0.isPassed }?.name
  }

  /// A digest by rules. The summary that a model made stays in it, whole.
  func digest(_ plan: CompressionPlan) -> KindOutcome? {
    let replaced = transcript.tokens(of: plan.replaced)
    let earlier = previous(plan)
    let room = min(settings.summaryLimit(replacing: replaced), replaced / 2)
    let text = Digest(transcript, replacing: newTurns(plan)).text(previous: earlier, tokens: room)
    var copy = self
    copy.report = report.withoutChecks()
    let clean = SecretShapes.redacted(text)
    guard case .success(let output) = copy.spliced(clean, plan) else { return nil }
    return .succeeded(
      result: output, report: copy.encodedReport(method: "digest"), isDegraded: true)
  }
}
