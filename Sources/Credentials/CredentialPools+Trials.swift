import Calls
import Fallback

/// Credentials of which nobody knows whether they work: one call finds out, the others wait for it, in
/// whatever process they are.
extension CredentialPools {
  /// What other processes have seen work need not be tried here.
  func adoptProven(_ choice: Choice) {
    let proven = choice.snapshot.proven
    guard !proven.isEmpty else { return }
    let keys = choice.reservation.entries.compactMap(choice.key)
    trials.adopt(keys.filter { proven.contains($0.trial) })
  }

  /// The choice, unless another call is finding out about it.
  ///
  /// - Parameters:
  ///   - selection: The choice; where there is a limit, its lease is taken.
  ///   - choice: What it was made from.
  ///   - counted: It was counted for this call, and is kept for it while it waits.
  /// - Returns: What it comes to.
  func admitted(
    _ selection: Selection, _ choice: Choice, counted: ReservedCredential? = nil
  ) -> Attempt {
    if case .chosen(let entry, _, _, _) = selection, let key = choice.key(entry) {
      switch admission(key, choice) {
      case nil: return .hasToWrite
      case .goOn, .tryOut: break
      case .wait(var suspense):
        endLease(entry.credential, choice.reservation.route.provider)
        suspense.reserved = counted
        return .chosen(.wait(suspense))
      case .chooseAnew:
        endLease(entry.credential, choice.reservation.route.provider)
        return .outOfDate(counted)
      }
    }
    return .chosen(
      .event(event(selection, choice.reservation, choice.snapshot.epoch), solePlaces: []))
  }

  /// First among the calls of this process, then among all.
  ///
  /// - Returns: nil where it would have to wait for a writer and may not.
  private func admission(
    _ key: CredentialTrials.Key, _ choice: Choice
  ) -> CredentialTrials.Admission? {
    let own = trials.admit(
      key, asOf: choice.refusals, waited: choice.waited, now: choice.now)
    guard case .tryOut = own else { return own }
    let patience = trials.patience
    let subject = key.subject + "\nelsewhere"
    // As long as for calls of this process.
    if let since = choice.waited[subject], choice.now - since >= 3 * patience { return own }
    switch tryOut(key, choice) {
    case .yours(let epoch)?:
      if let epoch { board.advance(from: choice.snapshot.epoch, to: epoch) }
      // A call of this process may have been refused between the choice and the transaction.
      guard trials.refusals == choice.refusals else {
        trials.release(key)
        marks.endTrial(key.trial)
        return .chooseAnew
      }
      trials.share(key)
      return own
    case .proven?:
      trials.adopt([key])
      return .goOn
    case .taken(let until)?:
      trials.release(key)
      return .wait(
        Suspense(
          subject: subject, until: min(until, choice.now + Self.pollInterval), end: Cancellation()
        ))
    case .outOfDate?:
      trials.release(key)
      return .chooseAnew
    // A store that cannot be written shares nothing.
    case nil where choice.mayWrite: return own
    case nil:
      trials.release(key)
      return nil
    }
  }

  /// To find out is told to other processes.
  private func tryOut(_ key: CredentialTrials.Key, _ choice: Choice) -> TrialAnswer? {
    let (now, epoch) = (choice.now, choice.snapshot.epoch)
    let until = now + trials.patience
    return choice.mayWrite
      ? marks.tryOut(key.trial, now: now, until: until, epoch: epoch)
      : marks.tryOutAtOnce(key.trial, now: now, until: until, epoch: epoch)
  }

  /// Between two looks at what another process finds out: nobody can ring from there.
  private static let pollInterval: Milliseconds = 50
}
