package import Fallback

/// Where marks are kept so that other processes and later starts know them. Implemented over the queue
/// database by the worker; a dry run has one that forgets.
package protocol MarkStore: Sendable {
  /// All marks; empty when they cannot be read: a mark is an advice, not a promise.
  func marks() -> [Mark]
  /// Counters and accounts of credentials.
  func uses() -> [PoolUse]
  /// Grows with every change by any process; a few microseconds.
  func epoch() -> Int64
  /// Notes a failure soon, on top of what other processes have noted; nobody waits.
  func fail(_ note: FailureNote, job: Int64, policy: Policy, at: Milliseconds)
  /// Lifts marks made before a time, soon; nobody waits.
  func lift(_ keys: [MarkKey], madeBefore: Milliseconds)
  /// Chooses in one transaction, which may take some milliseconds.
  ///
  /// - Returns: nil where the store cannot be written.
  func reserve(_ reservation: Reservation) -> Selection?
  /// Takes a place in the minute of a provider or credential, in one transaction.
  ///
  /// - Returns: nil where the store cannot be written: nothing is counted then.
  func pace(_ request: PaceRequest) -> PaceAnswer?
  /// Ends this process's leases of these marks, soon; nobody waits.
  func endProbes(_ keys: [MarkKey])
  /// A call is back that had a lease of its credential (empty: without a key), soon; nobody waits.
  func endLease(provider: String, credential: String)
  /// Remembers an adjustment that was accepted.
  func remember(
    provider: String, baseURL: String, model: String, _ adjustment: Adjustment, at: Milliseconds)
  /// Adjustments accepted at this place in the last seven days; `epoch` says as of when they may be
  /// remembered.
  func adjustments(
    provider: String, baseURL: String, model: String, epoch: Int64
  ) -> [Adjustment]

  // MARK: Refreshing

  /// The failed refreshes that are remembered; empty when they cannot be read.
  func refreshFailures() -> [RefreshFailure]
  /// Remembers how a refresh ended, before it returns; nil: it went well.
  func noteRefresh(provider: String, credential: String, _ failure: RefreshFailure?)
  /// A provider's answer that was kept, and when.
  func keptAnswer(_ key: String) -> (text: String, at: Milliseconds)?
  func keep(_ text: String, for key: String, at: Milliseconds)
}

extension MarkStore {
  package func pace(_ request: PaceRequest) -> PaceAnswer? { nil }
}
