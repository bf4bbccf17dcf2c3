import Credentials
import Fallback
import Queue
import Synchronization

/// Keeps marks and adjustments in the queue database. Reading failures are silent here: the queue
/// itself reports a database that cannot be read.
final class QueueMarkStore: MarkStore {
  /// Adjustments are believed for a week.
  private static let memory: Milliseconds = 7 * 86_400_000
  private let store: any QueueStore
  private let holder: WorkerIdentity
  private let now: @Sendable () -> Milliseconds
  /// Adjustments as of an epoch: nearly always there are none, and every call asks.
  private let known = Mutex<(epoch: Int64, adaptations: [Adaptation])>((-1, []))

  init(
    store: any QueueStore, holder: WorkerIdentity, now: @escaping @Sendable () -> Milliseconds
  ) {
    self.store = store
    self.holder = holder
    self.now = now
  }

  func uses() -> [PoolUse] { (try? store.poolUses()) ?? [] }

  func reading(unless epoch: Int64?) -> MarkReading? {
    guard let health = try? store.health(unless: epoch) else { return nil }
    known.withLock { $0 = (health.epoch, health.adaptations) }
    return MarkReading(epoch: health.epoch, marks: health.marks, uses: health.uses)
  }

  func fail(_ note: FailureNote, job: Int64, policy: Policy, at time: Milliseconds) {
    store.submitLazily([.fail(note, job: job, policy: policy, at: time)])
  }

  func reserve(_ reservation: Reservation) -> Selection? {
    let answer = try? store.transact([.reserve(reservation, holder: holder)]).first
    guard case .reserved(let selection)? = answer else { return nil }
    return selection
  }

  func giveBack(_ reserved: ReservedCredential) { store.submitLazily([.giveBack(reserved)]) }

  func tryOut(
    _ trial: CredentialTrial, now: Milliseconds, until: Milliseconds, epoch: Int64
  ) -> TrialAnswer? {
    let operation = tryOut(trial, now, until, epoch)
    guard case .triedOut(let answer)? = try? store.transact([operation]).first else { return nil }
    note(answer, since: epoch)
    return answer
  }

  func tryOutAtOnce(
    _ trial: CredentialTrial, now: Milliseconds, until: Milliseconds, epoch: Int64
  ) -> TrialAnswer? {
    let operation = tryOut(trial, now, until, epoch)
    guard case .triedOut(let answer)? = try? store.transactAtOnce([operation])?.first else {
      return nil
    }
    note(answer, since: epoch)
    return answer
  }

  /// Nothing but marks has changed in between.
  private func note(_ answer: TrialAnswer, since epoch: Int64) {
    guard case .yours(let later?) = answer else { return }
    known.withLock { known in if known.epoch == epoch { known.epoch = later } }
  }

  private func tryOut(
    _ trial: CredentialTrial, _ now: Milliseconds, _ until: Milliseconds, _ epoch: Int64
  ) -> Queue.Operation {
    .tryOut(trial, holder: holder, now: now, until: until, epoch: epoch)
  }

  func proved(_ trial: CredentialTrial) { store.submitLazily([.proved(trial)]) }

  func endTrial(_ trial: CredentialTrial) {
    store.submitLazily([.endTrial(trial, holder: holder)])
  }

  func pace(_ request: PaceRequest) -> PaceAnswer? {
    let answer = try? store.transact([.pace(request)]).first
    guard case .paced(let place)? = answer else { return nil }
    return place
  }

  func endProbes(_ keys: [MarkKey]) {
    store.submitLazily([.endProbes(keys, holder: holder)])
  }

  func endLease(provider: String, credential: String) {
    store.submitLazily([.endLease(provider: provider, credential: credential, holder: holder)])
  }

  func lift(_ keys: [MarkKey], madeBefore time: Milliseconds) {
    store.submitLazily([.unmark(keys, madeBefore: time)])
  }

  func remember(
    provider: String, baseURL: String, model: String, _ adjustment: Adjustment,
    at time: Milliseconds
  ) {
    known.withLock { $0.epoch = -1 }
    store.submitLazily([
      .remember(
        Adaptation(
          provider: provider, baseURL: baseURL, model: model, adjustment: adjustment.rawValue,
          learntAt: time))
    ])
  }

  func adjustments(
    provider: String, baseURL: String, model: String, epoch: Int64
  ) -> [Adjustment] {
    let all = adaptations(epoch)
    guard !all.isEmpty else { return [] }
    let oldest = now() - Self.memory
    return
      all.filter {
        $0.provider == provider && $0.baseURL == baseURL && $0.model == model
          && $0.learntAt >= oldest
      }
      .compactMap { Adjustment(rawValue: $0.adjustment) }
  }

  private func adaptations(_ epoch: Int64) -> [Adaptation] {
    if let fresh = known.withLock({ $0.epoch >= epoch ? $0.adaptations : nil }) { return fresh }
    let loaded = (try? store.adaptations()) ?? []
    known.withLock { $0 = (epoch, loaded) }
    return loaded
  }

  func tokensUsed(_ provider: String, at time: Milliseconds) -> Int {
    (try? store.tokensUsed(provider, on: time)) ?? 0
  }

  // MARK: Refreshing

  func refreshFailures() -> [RefreshFailure] { (try? store.refreshFailures()) ?? [] }

  func noteRefresh(provider: String, credential: String, _ failure: RefreshFailure?) {
    _ = try? store.transact([
      .noteRefresh(provider: provider, credential: credential, failure)
    ])
  }

  func keptAnswer(_ key: String) -> (text: String, at: Milliseconds)? {
    (try? store.keptAnswer(key)).map { ($0.text, $0.at) }
  }

  func keep(_ text: String, for key: String, at time: Milliseconds) {
    store.submitLazily([.keep(KeptAnswer(key: key, text: text, at: time))])
  }
}
