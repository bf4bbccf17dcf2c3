import Fallback
import Kinds
import Queue

extension StepFacts {
  /// The facts of one step of a claimed job.
  init(
    _ step: Step, of job: ClaimedJob, path: Path, stepTimeout: Milliseconds?, now: Milliseconds,
    seed: UInt64
  ) {
    self.init(
      path: path, jobDeadline: job.deadline, stepDeadline: stepTimeout.map { now + $0 },
      inputTokens: step.inputTokens, outputTokens: step.outputTokens,
      isSplittable: step.isSplittable, offlineParks: job.offlineParks, seed: seed)
  }
}
