package import Calls
package import Fallback

/// One kind of job at work on one input, as a pure state machine: it says which completions it wants
/// and is told what came of them. The blocking and the async runner both only carry out its actions,
/// so a kind cannot tell which one drives it.
package protocol KindProgram: Sendable {
  /// Says what to do next.
  ///
  /// - Parameter event: `start` first, then one `completed` for every `run`.
  /// - Returns: More steps, or the end.
  mutating func next(_ event: KindEvent) -> KindAction

  /// The result without any model, where the kind has one; always marked as degraded.
  func builtin() -> KindOutcome?

  /// What the work still costs if all goes well; nil where that is one call or not known.
  var forecast: Forecast? { get }
}

extension KindProgram {
  package var forecast: Forecast? { nil }
}

/// What a long piece of work will cost, told before it begins.
package struct Forecast: Sendable, Hashable {
  /// Those already made not counted.
  package var calls: Int
  /// Estimated on the high side.
  package var inputTokens: Int
  package var outputTokens: Int
}

package enum KindEvent: Sendable {
  case start
  /// Results of all steps of the last `run`, in its order.
  case completed([StepResult])
}

package enum KindAction: Sendable {
  /// Steps that do not depend on each other; the async runner may run several at once. A step whose
  /// key has a stored part is answered from there without a call.
  case run([Step])
  case finish(KindOutcome)
}

/// One completion that a kind wants.
package struct Step: Sendable {
  /// Stable over restarts: made from the definition, the variables and the text it works on.
  package var key: String
  /// For progress, for example `part 3 of 12`.
  package var label: String
  package var request: CompletionRequest
  /// Estimated tokens of the request, on the high side.
  package var inputTokens: Int
  /// Tokens kept free for the answer.
  package var outputTokens: Int
  /// The kind can go on with `overflow`.
  package var isSplittable: Bool
  /// Store the text as a part of the job, so that no later attempt pays for it again.
  package var isCheckpoint: Bool

  package init(
    key: String, label: String, request: CompletionRequest, inputTokens: Int, outputTokens: Int,
    isSplittable: Bool = false, isCheckpoint: Bool = false
  ) {
    self.key = key
    self.label = label
    self.request = request
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.isSplittable = isSplittable
    self.isCheckpoint = isCheckpoint
  }
}

/// What came of a step. Failures that time may mend never reach the kind: they end the attempt.
package enum StepResult: Sendable {
  case text(Completion)
  /// Longer than every usable window; only for splittable steps.
  case overflow
  /// Refused for good: `content_policy`, `invalid_request` and the like.
  case refused(FailureClass)
}

/// How a job ends as far as its kind can tell.
package enum KindOutcome: Sendable {
  /// `report` is JSON text.
  case succeeded(result: [UInt8], report: [UInt8]?, isDegraded: Bool)
  /// `class` is a `FailureClass` raw value, or `check` where a verification failed. With
  /// `keepsInput` the job's result is the unchanged input.
  case failed(class: String, message: String, hint: String?, keepsInput: Bool, report: [UInt8]?)
}
