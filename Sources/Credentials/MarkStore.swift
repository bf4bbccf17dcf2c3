package import Fallback

/// What a store of marks knows as of one moment.
package struct MarkReading: Sendable {
  /// Grows with every change by any process.
  package var epoch: Int64
  package var marks: [Mark]
  package var uses: [PoolUse]

  package init(epoch: Int64, marks: [Mark], uses: [PoolUse]) {
    self.epoch = epoch
    self.marks = marks
    self.uses = uses
  }
}

/// Where marks are kept so that other processes and later starts know them. Implemented over the queue
/// database by the worker; a dry run has one that forgets.
package protocol MarkStore: Sendable {
  /// Counters and accounts of credentials; empty when they cannot be read.
  func uses() -> [PoolUse]
  /// Marks and uses as of one moment; a few microseconds where they have not changed.
  ///
  /// - Parameter epoch: What is known already; nil: nothing.
  /// - Returns: nil where nothing has changed since, or where it cannot be read: a mark is an advice,
  ///   not a promise.
  func reading(unless epoch: Int64?) -> MarkReading?
  /// Notes a failure soon, on top of what other processes have noted; nobody waits.
  func fail(_ note: FailureNote, job: Int64, policy: Policy, at: Milliseconds)
  /// Lifts marks made before a time, soon; nobody waits.
  func lift(_ keys: [MarkKey], madeBefore: Milliseconds)
  /// Chooses in one transaction, which may take some milliseconds.
  ///
  /// - Returns: nil where the store cannot be written.
  func reserve(_ reservation: Reservation) -> Selection?
  /// What a claim has counted for a call is not used by it, soon; nobody waits.
  func giveBack(_ reserved: ReservedCredential)
  /// Asks to be the one who finds out whether a credential works, in one transaction; it was chosen by
  /// the marks of an epoch.
  ///
  /// - Returns: nil where the store cannot be written.
  func tryOut(
    _ trial: CredentialTrial, now: Milliseconds, until: Milliseconds, epoch: Int64
  ) -> TrialAnswer?
  /// The same where nobody has to be waited for.
  ///
  /// - Returns: nil where it would have to wait, or cannot.
  func tryOutAtOnce(
    _ trial: CredentialTrial, now: Milliseconds, until: Milliseconds, epoch: Int64
  ) -> TrialAnswer?
  /// A credential was let in, soon; nobody waits.
  func proved(_ trial: CredentialTrial)
  /// Nothing was found out about it, soon; nobody waits.
  func endTrial(_ trial: CredentialTrial)
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

  /// Tokens of a provider that were counted on the day of a time, over all processes.
  func tokensUsed(_ provider: String, at: Milliseconds) -> Int

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
  package func giveBack(_ reserved: ReservedCredential) {}
  package func tryOut(
    _ trial: CredentialTrial, now: Milliseconds, until: Milliseconds, epoch: Int64
  ) -> TrialAnswer? { nil }
  package func tryOutAtOnce(
    _ trial: CredentialTrial, now: Milliseconds, until: Milliseconds, epoch: Int64
  ) -> TrialAnswer? { nil }
  package func tokensUsed(_ provider: String, at: Milliseconds) -> Int { 0 }
  package func proved(_ trial: CredentialTrial) {}
  package func endTrial(_ trial: CredentialTrial) {}
}
