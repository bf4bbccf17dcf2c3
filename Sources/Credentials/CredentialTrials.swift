import Calls
import Fallback
import Synchronization

/// Which credentials this process has seen work, and which ones a call is finding out about.
///
/// Many jobs begin at once, and a key that has died is refused in a moment: the first call tries it and
/// the others wait for that, so that a dead key is refused once and not by everybody. Refusals come
/// quickly, so nobody waits long; and once a key has worked nobody waits at all.
final class CredentialTrials: Sendable {
  /// A secret at an address.
  struct Key: Hashable, Sendable {
    var provider: String
    var id: String
    var fingerprint: String
    var baseURL: String

    init(_ credential: CredentialReference, provider: String, baseURL: String) {
      self.provider = provider
      id = credential.id
      fingerprint = credential.fingerprint
      self.baseURL = baseURL
    }

    /// The same for a renewed secret.
    var subject: String { [provider, id, baseURL].joined(separator: "\n") }

    /// As other processes know it.
    var trial: CredentialTrial {
      CredentialTrial(
        provider: provider, credential: id, print: fingerprint + "\n" + baseURL)
    }
  }

  fileprivate struct Trial: Sendable {
    var since: Milliseconds
    /// The secret was refused and is being replaced.
    var isRenewing = false
    /// Other processes know of it.
    var isShared = false
    var waiters: [Cancellation] = []
  }

  fileprivate struct State {
    let patience: Milliseconds
    var proven: Set<Key> = []
    var trials: [Key: Trial] = [:]
    /// Grows when a trial ends without a success: marks may have changed with it.
    var refusals = 0
  }

  enum Admission {
    case goOn
    /// This call is the first of the process, and it is to find out.
    case tryOut
    case wait(Suspense)
    /// What the choice was made from is out of date.
    case chooseAnew
  }

  private let state: Mutex<State>

  /// - Parameter patience: A refusal takes less than this, in milliseconds; after that everybody may
  ///   try. One call waits for one credential three times as long at most, whatever happens to it.
  init(patience: Milliseconds) { state = Mutex(State(patience: patience)) }

  /// Marks of this process that are read after this are as new as it is; see `admit`. Those of others the
  /// store judges when a trial begins.
  var refusals: Int { state.withLock { $0.refusals } }

  /// Credentials of a provider whose refused secrets are being replaced.
  func renewing(_ provider: String) -> [Key] {
    state.withLock { state in
      guard !state.trials.isEmpty else { return [] }
      return state.trials.filter { $0.key.provider == provider && $0.value.isRenewing }.map(\.key)
    }
  }

  /// Lets a call use a credential, or has it wait for the call that is trying it. The first to use one
  /// that has not worked yet tries it.
  ///
  /// - Parameters:
  ///   - key: What it would use.
  ///   - refusals: As they were before the marks were read that it was chosen by.
  ///   - waited: What it has waited for already.
  ///   - now: Milliseconds.
  /// - Returns: Whether it may go on.
  func admit(
    _ key: Key, asOf refusals: Int, waited: Waited, now: Milliseconds
  ) -> Admission {
    state.withLock { state in
      if let wait = state.suspense(key, waited, now) { return .wait(wait) }
      if state.proven.contains(key) || state.trials[key] != nil { return .goOn }
      if state.refusals != refusals { return .chooseAnew }
      state.trials[key] = Trial(since: now)
      return .tryOut
    }
  }

  /// How long a trial keeps others waiting, in milliseconds.
  var patience: Milliseconds { state.withLock { $0.patience } }

  /// Other processes wait for this trial too.
  func share(_ key: Key) { state.withLock { $0.trials[key]?.isShared = true } }

  /// Another process has seen these work.
  func adopt(_ keys: [Key]) {
    let waiters = state.withLock { state -> [Cancellation] in
      keys.flatMap { key in
        state.proven.insert(key).inserted ? state.end(key) : []
      }
    }
    for waiter in waiters { waiter.cancel(.user) }
  }

  /// Has a call wait for the one that is trying a credential; nil where nobody is.
  func wait(for key: Key, waited: Waited, now: Milliseconds) -> Suspense? {
    state.withLock { $0.suspense(key, waited, now) }
  }

  /// Takes note of what an answer has shown.
  ///
  /// - Returns: Whether it has shown for the first time that the credential works.
  @discardableResult
  func learn(_ verdict: CredentialVerdict, of key: Key, now: Milliseconds) -> Bool {
    var isNews = false
    let waiters = state.withLock { state -> [Cancellation] in
      switch verdict {
      case .accepted:
        isNews = state.proven.insert(key).inserted
        return state.end(key)
      case .refused:
        state.proven.remove(key)
        state.refusals += 1
        return state.end(key)
      case .renewing:
        state.proven.remove(key)
        state.trials[key, default: Trial(since: now)].since = now
        state.trials[key]?.isRenewing = true
        return []
      case .renewed(let old):
        // The new secret is tried at once, by the call that fetched it.
        let former = Key(old, provider: key.provider, baseURL: key.baseURL)
        if !state.proven.contains(key), state.trials[key] == nil {
          state.trials[key] = Trial(since: now)
        }
        return state.end(former)
      }
    }
    for waiter in waiters { waiter.cancel(.user) }
    return isNews
  }

  /// The call that may have been trying it is back and has learnt nothing.
  ///
  /// - Returns: Whether other processes wait for it.
  @discardableResult
  func release(_ key: Key) -> Bool {
    var isShared = false
    let waiters = state.withLock { state -> [Cancellation] in
      guard let trial = state.trials[key] else { return [] }
      isShared = trial.isShared
      state.refusals += 1
      return state.end(key)
    }
    for waiter in waiters { waiter.cancel(.user) }
    return isShared
  }
}

extension CredentialTrials.State {
  fileprivate func holds(
    _ key: CredentialTrials.Key, _ waited: Waited, _ now: Milliseconds
  ) -> Bool {
    guard let trial = trials[key], now - trial.since < patience else {
      return false
    }
    return waited[key.subject].map { now - $0 < 3 * patience } ?? true
  }

  fileprivate mutating func suspense(
    _ key: CredentialTrials.Key, _ waited: Waited, _ now: Milliseconds
  ) -> Suspense? {
    guard holds(key, waited, now), let since = trials[key]?.since else { return nil }
    let end = Cancellation()
    trials[key]?.waiters.append(end)
    return Suspense(subject: key.subject, until: since + patience, end: end)
  }

  fileprivate mutating func end(_ key: CredentialTrials.Key) -> [Cancellation] {
    trials.removeValue(forKey: key)?.waiters ?? []
  }
}
