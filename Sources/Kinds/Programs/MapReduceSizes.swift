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
