import Fallback
import Queue
import Worker

extension Session {
  /// Says on stderr what a running job is doing, where somebody may want to know: what a long job
  /// will cost, how far it has come, and every call that had to be left.
  func tell(_ progress: Progress) {
    switch progress {
    case .planned(let progress, let forecast):
      if progress.done == 0, let forecast { note(ProgressText.forecast(forecast)) }
    case .finished(_, let calls, _, let progress):
      for call in calls { tell(call) }
      guard let progress, ProgressText.isWorthTelling(progress, since: progress.done - 1) else {
        return
      }
      note(ProgressText.line(progress, now: program.now()))
    }
  }

  private func tell(_ call: CallRecord) {
    guard let failure = call.failure, let next = call.disposition, next != .cancel else { return }
    let place = call.model.isEmpty ? call.provider : "\(call.provider) (\(call.model))"
    note("  \(place): \(failure.class.phrase) → \(next.rawValue)")
  }
}
