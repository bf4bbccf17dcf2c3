package import Fallback

/// Choices that are counted in the store, and those that were counted with the claim of a job.
extension CredentialPools {
  /// In the store; one that cannot be written shares nothing, but the choice is the same.
  func reserve(_ reservation: Reservation, _ snapshot: MarkBoard.Snapshot) -> Selection {
    let selection =
      marks.reserve(reservation)
      ?? reservation.choose(
        marks: snapshot.marks, probing: snapshot.probing, uses: marks.uses())
    if case .chosen(_, _, _, let probes) = selection {
      board.beginProbe(probes, until: reservation.probeUntil)
    }
    return selection
  }

  /// What was counted before, where it is as good as then; nil: another choice has to be made.
  func chooseReserved(
    _ reserved: ReservedCredential, _ choice: Choice
  ) -> Attempt? {
    let whole = choice.predicted()
    var own = choice.reservation
    own.entries.removeAll { $0.credential.id != reserved.credential }
    guard !own.entries.isEmpty, !own.order.ignoresServerFaults,
      case .chosen(_, let alternates, let passedOver, _) = whole,
      case .chosen(let entry, _, _, var probes) = own.choose(
        marks: choice.snapshot.marks, probing: choice.snapshot.probing, uses: []), probes.isEmpty
    else { return nil }
    if own.limit != nil {
      // Of one entry no use is counted, but its lease is taken.
      guard choice.mayWrite else { return .hasToWrite }
      guard case .chosen(_, _, _, let begun) = reserve(own, choice.snapshot) else { return nil }
      probes = begun
    }
    return admitted(
      .chosen(entry, alternates: alternates, passedOver: passedOver, probes: probes), choice,
      counted: reserved)
  }

  /// Gives back what was counted for the call.
  ///
  /// - Returns: Whether that may be done here.
  func leave(_ reserved: inout ReservedCredential?, mayWrite: Bool) -> Bool {
    guard let unused = reserved else { return true }
    guard mayWrite else { return false }
    marks.giveBack(unused)
    reserved = nil
    return true
  }

  package func giveBack(_ reserved: ReservedCredential) { marks.giveBack(reserved) }

  // MARK: With the claim

  /// Credentials of some provider take turns, so that a claim may have to count some.
  package var takesTurns: Bool {
    providers.values.contains { $0.strategy == .roundRobin || $0.strategy == .leastUsed }
  }

  /// What a call would choose from, where its choice is to be counted; nil: it need not be.
  ///
  /// - Parameters:
  ///   - order: Of the machine.
  ///   - route: The route it names.
  ///   - now: Milliseconds.
  /// - Returns: For the claim of the job.
  package func countedChoice(
    _ order: AcquireOrder, route: Route, now: Milliseconds
  ) -> Reservation? {
    let choice = reservation(order, route, board.snapshot(now), now)
    return choice.flatMap { $0.countsUses ? $0 : nil }
  }
}
