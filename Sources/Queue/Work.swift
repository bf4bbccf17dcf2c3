package import Fallback

/// How far a long job has come, for whoever waits for it.
package struct JobProgress: Sendable, Hashable {
  /// Steps that are over, those of earlier attempts included.
  package var done: Int
  /// Steps in all, as far as can be foreseen.
  package var total: Int
  /// Requests of this attempt.
  package var calls: Int
  package var inputTokens: Int
  package var outputTokens: Int
  /// In millionths of the currency of the configured prices; nil where none is configured.
  package var cost: Int?
  /// When this attempt began its first step.
  package var startedAt: Milliseconds
  /// Steps that were over before this attempt.
  package var doneBefore: Int

  package init(
    done: Int = 0, total: Int = 0, calls: Int = 0, inputTokens: Int = 0, outputTokens: Int = 0,
    cost: Int? = nil, startedAt: Milliseconds, doneBefore: Int = 0
  ) {
    self.done = done
    self.total = total
    self.calls = calls
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.cost = cost
    self.startedAt = startedAt
    self.doneBefore = doneBefore
  }

  /// What the rest will take at the pace so far, in milliseconds; nil before there is a pace.
  package func timeLeft(at now: Milliseconds) -> Milliseconds? {
    let paced = done - doneBefore
    guard paced > 0, total > done, now > startedAt else { return nil }
    return (now - startedAt) * Milliseconds(total - done) / Milliseconds(paced)
  }
}

/// What calls of a model have taught about it.
package struct ModelLesson: Sendable, Hashable {
  package var provider: String
  package var baseURL: String
  package var model: String
  /// Tokens that were estimated, and that the provider counted for the same requests. Sums; the older
  /// half fades as they grow.
  package var estimated: Int
  package var counted: Int
  /// The window that the provider named when a request was too long for it; nil: not known.
  package var window: Int?

  package init(
    provider: String, baseURL: String, model: String, estimated: Int = 0, counted: Int = 0,
    window: Int? = nil
  ) {
    self.provider = provider
    self.baseURL = baseURL
    self.model = model
    self.estimated = estimated
    self.counted = counted
    self.window = window
  }
}
