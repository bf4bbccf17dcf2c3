import Fallback
import Queue

// How enumerations are stored. The numbers are part of the file format: they never change meaning.

extension JobState {
  /// The number in column `state`. Partial indexes repeat these as literals.
  var code: Int64 {
    switch self {
    case .scheduled: 0
    case .ready: 1
    case .running: 2
    case .retryable: 3
    case .succeeded: 4
    case .failed: 5
    case .cancelled: 6
    case .dead: 7
    }
  }

  init?(code: Int64) {
    guard let state = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = state
  }
}

extension AttemptOutcome {
  var code: Int64 {
    switch self {
    case .succeeded: 0
    case .failed: 1
    case .parked: 2
    case .crashed: 3
    case .lost: 4
    case .handedBack: 5
    case .cancelled: 6
    }
  }

  init?(code: Int64) {
    guard let outcome = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = outcome
  }
}

extension Plan.Mode {
  var code: Int64 { self == .auto ? 0 : 1 }

  init(code: Int64) { self = code == 0 ? .auto : .explicit }
}

extension StepFacts.Path {
  var code: Int64 { self == .blocking ? 0 : 1 }

  init(code: Int64) { self = code == 0 ? .blocking : .async }
}

/// What a job has in other tables, so that nothing is looked for where nothing is.
struct JobFlags: OptionSet, Sendable {
  let rawValue: Int64

  static let uniqueKey = Self(rawValue: 1)
  static let labels = Self(rawValue: 2)
  static let error = Self(rawValue: 4)
  static let parts = Self(rawValue: 8)
  static let reasons = Self(rawValue: 16)
  /// A credential is set aside for it; only while it runs.
  static let reserved = Self(rawValue: 32)
}

/// Keys of table `attempts`.
enum AttemptKey {
  static func key(job: JobID, number: Int) -> Int64 { job << 20 | Int64(number) }

  static func range(of job: JobID) -> ClosedRange<Int64> { job << 20...(job << 20 | 0xF_FFFF) }

  static func number(of key: Int64) -> Int { Int(key & 0xF_FFFF) }
}
