import Fallback
import Worker

extension Session {
  /// Says on stderr what a running job is doing, where somebody may want to know: steps of a long
  /// job on a terminal, and every call that had to be left.
  func tell(_ progress: Progress) {
    switch progress {
    case .started(let label, let index, let count):
      if program.terminal.errors, count > 1 { note("  \(label) (\(index + 1) of \(count))") }
    case .finished(_, let calls, _):
      for call in calls { tell(call) }
    }
  }

  private func tell(_ call: CallRecord) {
    guard let failure = call.failure, let next = call.disposition, next != .cancel else { return }
    let place = call.model.isEmpty ? call.provider : "\(call.provider) (\(call.model))"
    note("  \(place): \(failure.class.phrase) → \(next.rawValue)")
  }
}
