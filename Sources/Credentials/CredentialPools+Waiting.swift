package import Calls
package import Fallback

/// Choosing where several calls of this process choose at once: some of them wait for one.
extension CredentialPools {
  package func lookAtOnce(
    _ order: AcquireOrder, route: Route, waited: Waited, reserved: ReservedCredential? = nil,
    now: Milliseconds
  ) -> AcquireLook? {
    isPaced(order, route) ? nil : look(order, route, waited, reserved, now, mayWrite: false)
  }

  package func look(
    _ order: AcquireOrder, route: Route, waited: Waited, reserved: ReservedCredential? = nil,
    now: Milliseconds
  ) -> AcquireLook {
    let look =
      look(order, route, waited, reserved, now, mayWrite: true)
      ?? .event(choose(order, route: route, now: now), solePlaces: [])
    if let wait = waitForRoom(look, waited, now) { return wait }
    guard isPaced(order, route), case .event(let event, let solePlaces) = look else { return look }
    return .event(paced(event, order, route, now, solePlaces), solePlaces: solePlaces)
  }

  /// Calls of other jobs and processes come back soon, so room is worth some waiting; nil: there is
  /// room, or it was waited for long enough.
  private func waitForRoom(
    _ look: AcquireLook, _ waited: Waited, _ now: Milliseconds
  ) -> AcquireLook? {
    guard case .event(.unavailable(_, let why), _) = look, why.reason == .atConcurrencyLimit,
      now - (waited[Self.room] ?? now) < 30_000
    else { return nil }
    return .wait(Suspense(subject: Self.room, until: now + 50, end: Cancellation()))
  }

  private static let room = "\nroom"

  /// The call is back, or was never made.
  func endLease(_ credential: CredentialReference?, _ provider: String) {
    guard providers[provider]?.concurrency != nil else { return }
    marks.endLease(provider: provider, credential: credential?.id ?? CredentialReference.keyless.id)
  }

  package func learn(_ verdict: CredentialVerdict, of use: RouteUse, now: Milliseconds) {
    guard let key = CredentialTrials.Key(use) else { return }
    if trials.learn(verdict, of: key, now: now) { marks.proved(key.trial) }
  }

  package func release(_ use: RouteUse) {
    if let key = CredentialTrials.Key(use), trials.release(key) { marks.endTrial(key.trial) }
    soles.release(use.solePlaces)
    endLease(use.acquisition.credential, use.route.provider)
  }

  /// - Returns: nil where it would have to write and may not.
  private func look(
    _ order: AcquireOrder, _ route: Route, _ waited: Waited, _ reserved: ReservedCredential?,
    _ now: Milliseconds, mayWrite: Bool
  ) -> AcquireLook? {
    var reserved = reserved
    if let over = overBudget(route, now) {
      guard leave(&reserved, mayWrite: mayWrite) else { return nil }
      return .event(.unavailable(now, over), solePlaces: [])
    }
    var isFirst = true
    while true {
      let refusals = trials.refusals
      let snapshot = isFirst ? board.recent(now) : board.snapshot(now)
      isFirst = false
      guard let reservation = reservation(order, route, snapshot, now) else {
        guard leave(&reserved, mayWrite: mayWrite) else { return nil }
        return .event(
          .unavailable(now, absence(route.provider)), solePlaces: [])
      }
      let choice = Choice(
        reservation: reservation, snapshot: snapshot, refusals: refusals, waited: waited,
        mayWrite: mayWrite)
      adoptProven(choice)
      if var wait = waitForRenewal(choice) {
        wait.reserved = reserved
        return .wait(wait)
      }
      if let known = reserved {
        switch chooseReserved(known, choice) {
        case .chosen(let look)?: return look
        case .outOfDate(let counted)?:
          reserved = counted
          continue
        case .hasToWrite?: return nil
        case nil: guard leave(&reserved, mayWrite: mayWrite) else { return nil }
        }
      }
      switch reservation.isCounted ? chooseCounted(choice) : choosePlain(choice) {
      case .chosen(let look): return look
      case .hasToWrite: return nil
      // Another call has ended meanwhile, so this comes to an end too.
      case .outOfDate(let counted): reserved = counted
      }
    }
  }

  enum Attempt {
    case chosen(AcquireLook)
    case hasToWrite
    /// With what was counted for the call meanwhile.
    case outOfDate(ReservedCredential?)
  }

  /// What one look works on.
  struct Choice {
    var reservation: Reservation
    var snapshot: MarkBoard.Snapshot
    /// As of the snapshot, as far as this process knows.
    var refusals: Int
    var waited: Waited
    var mayWrite: Bool

    var now: Milliseconds { reservation.now }

    /// As memory has it; nothing is reserved.
    func predicted(
      _ marks: [MarkKey: Mark]? = nil, excluding: [String] = [], uses: [PoolUse] = []
    ) -> Selection {
      var reservation = reservation
      reservation.order.excluding += excluding
      return reservation.choose(
        marks: marks ?? snapshot.marks, probing: snapshot.probing, uses: uses)
    }

    func key(_ entry: PoolEntry) -> CredentialTrials.Key? {
      guard entry.credential != .keyless else { return nil }
      return CredentialTrials.Key(
        entry.credential, provider: reservation.route.provider, baseURL: entry.baseURL)
    }
  }

  /// The best credential was refused and is being renewed: that is worth a moment, since the mark on it
  /// goes with the old secret.
  private func waitForRenewal(_ choice: Choice) -> Suspense? {
    let renewing = trials.renewing(choice.reservation.route.provider)
    guard !renewing.isEmpty else { return nil }
    let fingerprints = Set(renewing.map(\.fingerprint))
    let others = choice.snapshot.marks.filter { key, mark in
      let isOwn = key.scope != .route && key.scope != .model
      return !isOwn || !fingerprints.contains(mark.fingerprint)
    }
    guard case .chosen(let entry, _, _, _) = choice.predicted(others),
      let key = choice.key(entry), renewing.contains(key)
    else { return nil }
    return trials.wait(for: key, waited: choice.waited, now: choice.now)
  }

  /// What can be told from memory, but for a probe.
  private func choosePlain(_ choice: Choice) -> Attempt {
    var selection = choice.predicted()
    if case .chosen(let entry, _, _, let probes) = selection {
      if choice.reservation.order.ignoresServerFaults {
        return .chosen(askAlone(entry, selection, choice))
      }
      if !probes.isEmpty {
        guard choice.mayWrite else { return .hasToWrite }
        selection = reserve(choice.reservation, choice.snapshot)
      }
    }
    return admitted(selection, choice)
  }

  /// Turns are kept in the store. A call that has to wait keeps its turn.
  private func chooseCounted(_ choice: Choice) -> Attempt {
    guard choice.mayWrite else { return .hasToWrite }
    let reservation = choice.reservation
    let selection = reserve(reservation, choice.snapshot)
    guard case .chosen(let entry, _, _, _) = selection else { return admitted(selection, choice) }
    let counted =
      reservation.countsUses
      ? ReservedCredential(
        provider: reservation.route.provider, credential: entry.credential.id) : nil
    guard reservation.order.ignoresServerFaults else {
      return admitted(selection, choice, counted: counted)
    }
    let look = askAlone(entry, selection, choice)
    if case .event(.acquired, _) = look { return .chosen(look) }
    if let counted { marks.giveBack(counted) }
    return .chosen(look)
  }

  /// A last route whose server is at fault: one call at a time.
  private func askAlone(
    _ entry: PoolEntry, _ selection: Selection, _ choice: Choice
  ) -> AcquireLook {
    let context = SelectionContext(
      route: choice.reservation.route, marks: choice.snapshot.marks, now: choice.now)
    let places = ignoredFaults(at: entry.baseURL, in: context)
    switch soles.admit(places, waited: choice.waited, now: choice.now) {
    case .wait(let suspense):
      endLease(entry.credential, choice.reservation.route.provider)
      return .wait(suspense)
    case .goOn:
      return .event(
        event(selection, choice.reservation, choice.snapshot.epoch), solePlaces: places)
    case .giveUp:
      endLease(entry.credential, choice.reservation.route.provider)
      let mark = places.first.flatMap { choice.snapshot.marks[$0] }
      return .event(
        .unavailable(
          choice.now,
          Unavailability(
            reason: .beingProbed, class: mark?.class, status: mark?.status,
            until: choice.now + 1_000)), solePlaces: [])
    }
  }
}

extension CredentialTrials.Key {
  fileprivate init?(_ use: RouteUse) {
    guard let credential = use.acquisition.credential else { return nil }
    self.init(
      credential, provider: use.route.provider, baseURL: use.acquisition.baseURL)
  }
}
