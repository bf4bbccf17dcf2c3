import Fallback
import Queue

extension Query {
  fileprivate static let addTokenUse: Query = """
    INSERT INTO token_use (day, provider, calls, input_tokens, output_tokens)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET calls = calls + excluded.calls,
      input_tokens = input_tokens + excluded.input_tokens,
      output_tokens = output_tokens + excluded.output_tokens
    """
  /// The sums stay bounded, so that what a model does now counts more than what it once did.
  fileprivate static let putLesson: Query = """
    INSERT INTO model_lessons (provider, base_url, model, estimated, counted, window)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET
      estimated = CASE WHEN estimated > 1000000 THEN estimated / 2 ELSE estimated END
        + excluded.estimated,
      counted = CASE WHEN estimated > 1000000 THEN counted / 2 ELSE counted END
        + excluded.counted,
      window = coalesce(excluded.window, window)
    """
}

/// What the jobs of one transaction add to the same few rows: written once, at its end. Few entries, so
/// lists.
struct TransactionSums {
  struct Use {
    /// Since 1970, in UTC.
    var day: Int64
    var total: ProviderUse
  }

  private(set) var uses: [Use] = []
  private(set) var lessons: [ModelLesson] = []

  mutating func add(_ more: [ProviderUse], at moment: Moment) {
    let day = moment.wall / 86_400_000
    for use in more {
      let known = uses.firstIndex { $0.day == day && $0.total.provider == use.provider }
      guard let known else {
        uses.append(Use(day: day, total: use))
        continue
      }
      uses[known].total.calls += use.calls
      uses[known].total.inputTokens += use.inputTokens
      uses[known].total.outputTokens += use.outputTokens
    }
  }

  mutating func add(_ lesson: ModelLesson) {
    let known = lessons.firstIndex {
      $0.model == lesson.model && $0.provider == lesson.provider && $0.baseURL == lesson.baseURL
    }
    guard let known else { return lessons.append(lesson) }
    // As the statement does it.
    if lessons[known].estimated > 1_000_000 {
      lessons[known].estimated /= 2
      lessons[known].counted /= 2
    }
    lessons[known].estimated += lesson.estimated
    lessons[known].counted += lesson.counted
    lessons[known].window = lesson.window ?? lessons[known].window
  }

  mutating func removeWritten() {
    uses.removeAll(keepingCapacity: true)
    lessons.removeAll(keepingCapacity: true)
  }
}

extension Writer {
  /// Writes what the transaction adds, at its end.
  mutating func writeSums() throws(StoreError) {
    for use in sums.uses {
      var add = try db.statement(.addTokenUse)
      add.bind(utcDay(of: use.day * 86_400_000))
      add.bind(use.total.provider)
      add.bind(use.total.calls)
      add.bind(use.total.inputTokens)
      add.bind(use.total.outputTokens)
      try add.run()
    }
    for lesson in sums.lessons {
      var put = try db.statement(.putLesson)
      put.bind(lesson.provider)
      put.bind(lesson.baseURL)
      put.bind(lesson.model)
      put.bind(lesson.estimated)
      put.bind(lesson.counted)
      put.bind(lesson.window.map { Int64($0) })
      try put.run()
    }
    sums.removeWritten()
  }
}
