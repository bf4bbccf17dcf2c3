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

  func targetTokens(replacing tokens: Int) -> Int {
    min(max(Int(Double(tokens) * target), 200), 10_000)
  }

  /// A word costs about one and a half tokens.
  func targetWords(replacing tokens: Int) -> Int {
    max(60, targetTokens(replacing: tokens) * 2 / 3)
  }

  /// Models count badly: up to twice the target passes.
  func summaryLimit(replacing tokens: Int) -> Int { max(targetTokens(replacing: tokens) * 2, 400) }
}
