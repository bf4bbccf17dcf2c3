import Calls
import Fallback
import JSONText

/// Works a long text off in one call where it fits, else in chunks whose results are merged level by
/// level. Finished chunks are checkpoints: their keys depend on nothing but definition, variables
/// and text.
struct MapReduce: Sendable {
  enum Progress {
    case run([Step])
    case done(String)
    case failed(class: String, message: String, hint: String?)
  }

  /// What one step works on.
  private enum Work: Sendable {
    case chunk(Chunk)
    /// Results of the level below.
    case group([String])
  }

  private struct Item: Sendable {
    var work: Work
    var result: String?
    /// Unusable answers so far.
    var tries = 0
    /// How often what it was cut from could not be used.
    var poison = 0
  }

  /// A part that no model took, and that the result does without.
  struct Gap: Sendable, Equatable {
    /// Bytes of the text.
    var range: Range<Int>
    /// A class, or `check` for answers that could not be used.
    var reason: String
  }

  /// A part that is refused is cut in two this often, to save what stands beside the passage.
  private static let mostPoisonSplits = 2

  private let prompts: PromptBuilder
  /// What is cut into parts.
  private let text: [UInt8]
  /// What one call for everything is given.
  private let wholeText: [UInt8]
  private let sizes: MapReduceSizes
  /// The prompt for the whole text in one call, and what else it needs.
  private let wholeRole: PromptRole
  private let wholeValues: [String: String]

  private var items: [Item] = []
  /// 0 while chunks are worked on.
  private var level = 0
  private var isWhole = false
  /// For each step that runs, the items that wait for it: equal chunks share one call.
  private var waiting: [[Int]] = []

  private(set) var calls = 0
  private(set) var chunks = 1
  private(set) var gaps: [Gap] = []
  /// The messages of the step that ran alone last: those that the final text answers.
  private(set) var finalMessages: [[UInt8]] = []
  private var pendingTokens = 0
  private(set) var inputTokens = 0
  var levels: Int { level }

  /// - Parameters:
  ///   - prompts: Makes the requests.
  ///   - text: What is cut into parts where one call is not enough.
  ///   - sizes: How much goes into one call.
  ///   - whole: The prompt for everything at once.
  ///   - wholeText: What that prompt is given as its text; `text` unless said otherwise.
  ///   - wholeValues: Its further placeholders, which the parts do not have.
  init(
    prompts: PromptBuilder, text: [UInt8], sizes: MapReduceSizes, whole: PromptRole = .prompt,
    wholeText: [UInt8]? = nil, wholeValues: [String: String] = [:]
  ) {
    self.prompts = prompts
    self.text = text
    self.wholeText = wholeText ?? text
    self.sizes = sizes
    wholeRole = whole
    self.wholeValues = wholeValues
  }

  mutating func start() -> Progress {
    isWhole = TokenEstimate.tokens(wholeText) <= sizes.usable
    if isWhole {
      items = [Item(work: .chunk(Chunk(range: 0..<text.count, breadcrumb: [])))]
    } else {
      let budget = sizes.chunk(total: TokenEstimate.tokens(text))
      items = Chunker.chunks(of: text, budget: budget).map { Item(work: .chunk($0)) }
      chunks = items.count
    }
    return runPending()
  }

  // MARK: Results

  /// - Parameter results: In the order of the steps of the last `run`.
  /// - Returns: More steps, or the end.
  mutating func take(_ results: [StepResult]) -> Progress {
    guard results.count == waiting.count else {
      return .failed(class: "unknown", message: "steps and results do not match", hint: nil)
    }
    var tooLong: [Int] = []
    var unusable: [(index: Int, reason: String)] = []
    for (result, indices) in zip(results, waiting) {
      switch result {
      case .text(let completion):
        if isUsable(completion.text) {
          for index in indices { items[index].result = completion.text }
        } else {
          for index in indices { items[index].tries += 1 }
          let isLost = items[indices[0]].tries > 1
          if isLost { unusable += indices.map { ($0, "check") } }
        }
      case .overflow: tooLong += indices
      case .refused(let failure): unusable += indices.map { ($0, failure.rawValue) }
      }
    }
    return go(tooLong, unusable)
  }

  private mutating func go(
    _ tooLong: [Int], _ unusable: [(index: Int, reason: String)]
  ) -> Progress {
    let all = tooLong.map { (index: $0, reason: nil as String?) } + unusable.map { ($0, $1) }
    // From the end, so that the indices before stay right.
    for (index, reason) in all.sorted(by: { $0.index > $1.index }) {
      if let reason {
        if let end = giveUp(index, reason) { return end }
      } else if !splitItem(index) {
        return overflowed(index)
      }
    }
    if items.contains(where: { $0.result == nil }) { return runPending() }
    return nextLevel()
  }

  /// Whatever says nothing of the text would be merged as if it did. The final text is judged by the
  /// kind.
  private func isUsable(_ reply: String) -> Bool {
    guard !isWhole, items.count > 1 || level == 0 else { return true }
    let answer = AnswerText.cleaned(reply)
    return !answer.isEmpty && !Refusal.isLikely(answer)
  }

  /// What no model takes is cut in two; what stays is a gap or the end, as the policy says.
  private mutating func giveUp(_ index: Int, _ reason: String) -> Progress? {
    let isPartial = prompts.variables["policy"] == "partial"
    guard case .chunk(let chunk) = items[index].work, !isWhole || isPartial else {
      return refused(index, reason)
    }
    let poison = items[index].poison
    if poison < Self.mostPoisonSplits, splitItem(index) {
      for half in [index, index + 1] { items[half].poison = poison + 1 }
      return nil
    }
    guard isPartial, items.count > 1 else { return refused(index, reason) }
    gaps.append(Gap(range: chunk.range, reason: reason))
    gaps.sort { $0.range.lowerBound < $1.range.lowerBound }
    items[index].result = "[This part of the text could not be read.]"
    let isAllLost = gaps.count == items.count
    return isAllLost ? refused(index, reason) : nil
  }

  private func refused(_ index: Int, _ reason: String) -> Progress {
    let what = reason == "check" ? "gave no usable answer for" : "would not take"
    return .failed(
      class: reason, message: "the model \(what) \(label(of: index))",
      hint: isWhole ? nil : "`--set policy=partial` goes on without such a part")
  }

  /// Puts two halves in the place of an item; false where it cannot be cut.
  private mutating func splitItem(_ index: Int) -> Bool {
    switch items[index].work {
    case .chunk(let chunk):
      guard chunk.range.count > 1, let halves = Chunker.halves(of: chunk, in: text) else {
        return false
      }
      isWhole = false
      items.replaceSubrange(index...index, with: halves.map { Item(work: .chunk($0)) })
      chunks = max(chunks, items.count)
      return true
    case .group(let texts):
      guard texts.count > 1 else { return false }
      let middle = texts.count / 2
      let halves = [Array(texts[..<middle]), Array(texts[middle...])]
      items.replaceSubrange(index...index, with: halves.map { Self.group($0) })
      return true
    }
  }

  /// A group of one needs no merging.
  private static func group(_ texts: [String]) -> Item {
    Item(work: .group(texts), result: texts.count == 1 ? texts[0] : nil)
  }

  private func overflowed(_ index: Int) -> Progress {
    .failed(
      class: FailureClass.contextOverflow.rawValue,
      message: "\(label(of: index)) is longer than every window and cannot be cut further",
      hint: "use a model with a larger window")
  }

  private mutating func nextLevel() -> Progress {
    let texts = items.compactMap(\.result)
    if isWhole || (texts.count == 1 && level > 0) { return .done(texts[0]) }
    guard level < prompts.definition.chunking.maxDepth else { return stuck() }
    let groups = sizes.groups(of: texts, fanIn: prompts.definition.chunking.fanIn)
    guard groups.count < texts.count || texts.count == 1 else { return stuck() }
    level += 1
    items = groups.map { Self.group($0) }
    if texts.count == 1 { items = [Item(work: .group(texts))] }
    return runPending()
  }

  private func stuck() -> Progress {
    .failed(
      class: FailureClass.contextOverflow.rawValue,
      message: "the results of the parts stay too long to be merged",
      hint: "use a model with a larger window")
  }

  // MARK: Steps

  private mutating func runPending() -> Progress {
    var steps: [Step] = []
    var places: [String: Int] = [:]
    waiting = []
    for index in items.indices where items[index].result == nil {
      let step = step(for: index)
      if let place = places[step.key] {
        waiting[place].append(index)
        continue
      }
      places[step.key] = steps.count
      waiting.append([index])
      steps.append(step)
    }
    calls += steps.count
    pendingTokens = steps.reduce(0) { $0 + $1.inputTokens }
    if steps.count == 1 { finalMessages = Self.messages(of: steps[0]) }
    inputTokens += steps.reduce(0) { $0 + $1.inputTokens }
    let limit = prompts.definition.chunking.maxCalls
    if calls > limit { return tooManyCalls(limit) }
    // Everything passed through: the groups of this level needed no call.
    return steps.isEmpty ? nextLevel() : .run(steps)
  }

  private static func messages(of step: Step) -> [[UInt8]] {
    let body = step.request.messages
    return (try? JSONNode.parse(body))?.elements?.map { Array(body[$0.range]) } ?? []
  }

  /// What is under way and what will follow if nothing has to be asked again.
  var forecast: Forecast? {
    let pending = waiting.count
    var merges = 0
    var width = items.count
    let fanIn = prompts.definition.chunking.fanIn
    while width > 1 || (level == 0 && merges == 0 && !isWhole) {
      width = (width + fanIn - 1) / fanIn
      merges += width
    }
    guard pending + merges > 1 else { return nil }
    let merged = min(sizes.usable, fanIn * sizes.partWords * 2)
    return Forecast(
      calls: pending + merges, inputTokens: pendingTokens + merges * merged,
      outputTokens: pending * sizes.partWords * 2 + merges * sizes.targetWords * 2)
  }

  private func tooManyCalls(_ limit: Int) -> Progress {
    .failed(
      class: FailureClass.contextOverflow.rawValue,
      message: "needs \(calls) calls, more than the \(limit) that the kind allows",
      hint:
        "use a model with a larger window, or a kind of your own with a larger chunking.maxCalls")
  }

  private func label(of index: Int) -> String {
    if isWhole { return "the text" }
    return level == 0
      ? "part \(index + 1) of \(items.count)" : "merge \(index + 1) of \(items.count)"
  }

  private func step(for index: Int) -> Step {
    switch items[index].work {
    case .chunk(let chunk):
      isWhole ? wholeStep() : mapStep(chunk, index)
    case .group(let texts): reduceStep(texts, index)
    }
  }

  /// Asked again, a step must not be answered by what was stored the first time.
  private func again(_ index: Int) -> [String] { items[index].tries > 0 ? ["again"] : [] }

  private func wholeStep() -> Step {
    let text = String(decoding: wholeText, as: UTF8.self)
    var values = wholeValues
    values["target_words"] = String(sizes.targetWords)
    return prompts.step(
      wholeRole, key: [text, wholeValues["previous"] ?? ""], label: label(of: 0),
      messages: prompts.opening(wholeRole, data: text, values), outputTokens: sizes.outputTokens,
      isSplittable: true, isCheckpoint: true)
  }

  private func mapStep(_ chunk: Chunk, _ index: Int) -> Step {
    let text = UTF8Text.string(text, chunk.range)
    let breadcrumb = chunk.breadcrumb.joined(separator: " › ")
    let values = [
      "part": String(index + 1), "parts": String(items.count), "breadcrumb": breadcrumb,
      "part_words": String(sizes.partWords),
    ]
    return prompts.step(
      .map, key: [text, breadcrumb] + again(index), label: label(of: index),
      messages: prompts.opening(.map, data: text, values), outputTokens: sizes.outputTokens,
      isSplittable: true, isCheckpoint: true)
  }

  private func reduceStep(_ texts: [String], _ index: Int) -> Step {
    let isLast = items.count == 1
    let words = isLast ? sizes.targetWords : max(sizes.partWords, sizes.targetWords)
    let data = texts.enumerated().map { "[\($0.offset + 1)]\n\($0.element)" }.joined(
      separator: "\n\n")
    let values = ["parts": String(texts.count), "target_words": String(words)]
    return prompts.step(
      .reduce, key: [data, String(words)] + again(index), label: label(of: index),
      messages: prompts.opening(.reduce, data: data, values), outputTokens: sizes.outputTokens,
      isSplittable: texts.count > 1, isCheckpoint: true)
  }
}
