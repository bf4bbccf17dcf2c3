package import Fallback
package import Queue

/// Reads calls and skips off a recorded attempt.
package typealias TraceReader =
  @Sendable (AttemptRecord, JobRecord) -> (calls: [CallRecord], skips: [SkipRecord])

/// One attempt with what happened in it.
package struct AttemptStory: Sendable {
  package var record: AttemptRecord
  package var calls: [CallRecord]
  package var skips: [SkipRecord]

  package init(record: AttemptRecord, calls: [CallRecord], skips: [SkipRecord]) {
    self.record = record
    self.calls = calls
    self.skips = skips
  }

  /// A call whose end nobody has seen: its worker died.
  func isUnknown(_ call: CallRecord) -> Bool {
    record.outcome != nil && call.finishedAt == nil && call.failure == nil
  }

  /// The class as users see it; nil for a success and for a call that is under way.
  func failureClass(of call: CallRecord) -> FailureClass? {
    isUnknown(call) ? .unknown : call.failure?.class
  }

  /// What is said about a call: a refresh's own outcome, else the class in words.
  func reason(of call: CallRecord) -> String? {
    if let detail = call.detail, !detail.isEmpty { return detail }
    return failureClass(of: call)?.phrase
  }
}
