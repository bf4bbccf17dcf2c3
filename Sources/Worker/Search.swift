import Queue

/// Where a worker's search for jobs stands, and how long it may pause. Times are nanoseconds of the
/// monotonic clock.
struct Search: Sendable {
  /// Between two looks that nobody asked for.
  static let round: Int64 = 1_000_000_000
  /// The same where nothing tells of other processes' commits.
  static let untoldRound: Int64 = 50_000_000
  private static let firstRetry: Int64 = 10_000_000

  /// Jobs that may still be claimed.
  var budget: Int
  /// The last claim got all it asked for.
  private(set) var hasMore = true
  /// Claims in a row that promised something and gave nothing: others were faster.
  private(set) var misses = 0
  /// Plans that were held at the last look.
  private var held: Set<String> = []
  /// What the next claim has to free. Settings may have changed since the jobs were parked.
  var unparks = Unparking.all
  var lastClaim: Int64 = 0

  init(budget: Int) { self.budget = budget }

  /// A claim for so many jobs gave `count`; `wanted` 0 frees dead workers' jobs only.
  mutating func claimed(_ count: Int, of wanted: Int) {
    hasMore = wanted > 0 && count == wanted
    misses = count == 0 && wanted > 0 ? misses + 1 : 0
  }

  /// Nothing promised a job, so there is nothing to be back for soon.
  mutating func sawNothing() { misses = 0 }

  /// Finds out which plans are no longer held.
  mutating func note(_ holds: [PlanHold]?) {
    let now = Set((holds ?? []).map(\.plan))
    let gone = held.subtracting(now)
    held = now
    switch unparks {
    case .all: break
    case .none: if !gone.isEmpty { unparks = .plans(gone.sorted()) }
    case .plans(let before): unparks = .plans(gone.union(before).sorted())
    }
  }

  /// How long to wait for news; spread by `jitter`, so that many workers do not all look at once.
  func pause(isTold: Bool, jitter: UInt64) -> Int64 {
    let spread = UInt64(Self.round * 2 / 5)
    let round = Self.round * 4 / 5 + Int64(jitter % spread)
    let wait = isTold ? round : Self.untoldRound
    guard misses > 0 else { return wait }
    return min(wait, Self.firstRetry << Int64(min(misses, 7)))
  }
}
