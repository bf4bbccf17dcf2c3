import Platform
import Queue
import Synchronization

/// What calls have taught about models, as it stood a moment ago: every job asks, and little is new.
final class KnownLessons: Sendable {
  private struct Known {
    var lessons: [ModelLesson]
    /// On the monotonic clock, in nanoseconds.
    var readAt: Int64
  }

  /// How old an answer may be, in nanoseconds.
  private static let lifetime: Int64 = 250_000_000

  private let known = Mutex<Known?>(nil)

  /// What the store knows; nothing where it cannot be read, which the queue itself reports.
  func lessons(
    in store: any QueueStore, now: Int64 = SystemTime.monotonicNanoseconds()
  ) -> [ModelLesson] {
    let recent = known.withLock { known in
      known.flatMap { now - $0.readAt < Self.lifetime ? $0.lessons : nil }
    }
    if let recent { return recent }
    let lessons = (try? store.lessons()) ?? []
    known.withLock { $0 = Known(lessons: lessons, readAt: now) }
    return lessons
  }

  /// A call of this process has taught something that the next job should know.
  func forget() { known.withLock { $0 = nil } }
}
