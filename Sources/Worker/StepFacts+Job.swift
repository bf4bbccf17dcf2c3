import Fallback
import Kinds
import Queue

extension StepFacts {
  /// The facts of one step of a claimed job; `factor` corrects its estimates.
  init(
    _ step: Step, by factor: Double, of job: ClaimedJob, path: Path, stepTimeout: Milliseconds?,
    now: Milliseconds,
    seed: UInt64
  ) {
    self.init(
      path: path, jobDeadline: job.deadline, stepDeadline: stepTimeout.map { now + $0 },
      inputTokens: TokenCalibration.tokens(step.inputTokens, by: factor),
      outputTokens: TokenCalibration.tokens(step.outputTokens, by: factor),
      isSplittable: step.isSplittable, offlineParks: job.offlineParks, seed: seed)
  }
}
