import Calls
import Fallback

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
  }

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
    var split: [Int] = []
    for (result, indices) in zip(results, waiting) {
      switch result {
      case .text(let completion):
        for index in indices { items[index].result = completion.text }
      case .overflow: split += indices
      case .refused(let failure):
        return .failed(
          class: failure.rawValue, message: "the model would not take \(label(of: indices[0]))",
          hint: nil)
      }
    }
    // From the end, so that the indices before stay right.
    for index in split.sorted(by: >) where !splitItem(index) { return overflowed(index) }
    if items.contains(where: { $0.result == nil }) { return runPending() }
    return nextLevel()
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
    inputTokens += steps.reduce(0) { $0 + $1.inputTokens }
    let limit = prompts.definition.chunking.maxCalls
    if calls > limit { return tooManyCalls(limit) }
    // Everything passed through: the groups of this level needed no call.
    return steps.isEmpty ? nextLevel() : .run(steps)
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
      .map, key: [text, breadcrumb], label: label(of: index),
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
      .reduce, key: [data, String(words)], label: label(of: index),
      messages: prompts.opening(.reduce, data: data, values), outputTokens: sizes.outputTokens,
      isSplittable: texts.count > 1, isCheckpoint: true)
  }
}

/// How much goes into one call, worked out once from the window.
struct MapReduceSizes: Sendable {
  /// Words of the final text, and of the notes on one part.
  var targetWords: Int
  var partWords: Int
  /// Kept free for the answer.
  var outputTokens: Int
  /// Tokens of input that fit beside prompt and answer.
  var usable: Int
  private var chunking: KindDefinition.Chunking

  /// A word costs up to four tokens in scripts that cost much.
  private static let tokensPerWord = 4

  init(_ prompts: PromptBuilder, window: Int, targetWords: Int, partWords wanted: Int? = nil) {
    chunking = prompts.definition.chunking
    self.targetWords = targetWords
    let answer = prompts.definition.model.maxOutputTokens ?? targetWords * Self.tokensPerWord + 256
    let overhead = prompts.overhead(of: [.prompt, .map, .reduce, .update])
    outputTokens = min(max(answer, 512), max(window / 4, 128))
    usable = max(window - outputTokens - overhead, 128)
    let fitting = usable / (chunking.fanIn * Self.tokensPerWord)
    partWords = max(min(wanted ?? max(targetWords, 150), fitting, 2000), 25)
  }

  /// Larger chunks where many small ones would need more calls than the kind allows.
  func chunk(total: Int) -> Int {
    let share = Int(Double(usable) * chunking.windowShare)
    let least = total / max(1, chunking.maxCalls * 2 / 3)
    return max(64, min(share, max(chunking.maxTokens, least)))
  }

  /// Neighbours that are merged together: at most `fanIn` and what fits, spread evenly.
  func groups(of texts: [String], fanIn: Int) -> [[String]] {
    let count = (texts.count + fanIn - 1) / fanIn
    let even = (texts.count + count - 1) / max(1, count)
    var groups: [[String]] = []
    var group: [String] = []
    var tokens = 0
    for text in texts {
      let cost = TokenEstimate.tokens(text) + 8
      if !group.isEmpty, group.count >= even || tokens + cost > usable {
        groups.append(group)
        (group, tokens) = ([], 0)
      }
      group.append(text)
      tokens += cost
    }
    return group.isEmpty ? groups : groups + [group]
  }
}
