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
  enum Work: Sendable {
    case chunk(Chunk)
    /// Results of the level below.
    case group([String])
  }

  struct Item: Sendable {
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
  static let mostPoisonSplits = 2

  let prompts: PromptBuilder
  /// What is cut into parts.
  let text: [UInt8]
  /// What one call for everything is given.
  let wholeText: [UInt8]
  let sizes: MapReduceSizes
  /// The prompt for the whole text in one call, and what else it needs.
  let wholeRole: PromptRole
  let wholeValues: [String: String]

  var items: [Item] = []
  /// 0 while chunks are worked on.
  private(set) var level = 0
  var isWhole = false
  /// For each step that runs, the items that wait for it: equal chunks share one call.
  private(set) var waiting: [[Int]] = []

  private(set) var calls = 0
  var chunks = 1
  var gaps: [Gap] = []
  /// The messages of the step that ran alone last: those that the final text answers.
  private(set) var finalMessages: [[UInt8]] = []
  private(set) var pendingTokens = 0
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

  private func tooManyCalls(_ limit: Int) -> Progress {
    .failed(
      class: FailureClass.contextOverflow.rawValue,
      message: "needs \(calls) calls, more than the \(limit) that the kind allows",
      hint:
        "use a model with a larger window, or a kind of your own with a larger chunking.maxCalls")
  }
}
