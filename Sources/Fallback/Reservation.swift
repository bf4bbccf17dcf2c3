/// How often a credential was used and whose it is, as the store keeps it.
package struct PoolUse: Sendable, Hashable {
  package var provider: String
  package var credential: String
  package var uses: Int
  /// Smaller: longer ago.
  package var order: Int64
  package var account: String?
  /// What of it was let in last, as `CredentialTrial` names it; nil: nothing since it was refused.
  package var proven: String?

  package init(
    provider: String, credential: String, uses: Int, order: Int64, account: String? = nil,
    proven: String? = nil
  ) {
    self.proven = proven
    self.provider = provider
    self.credential = credential
    self.uses = uses
    self.order = order
    self.account = account
  }
}

/// Everything that choosing a credential needs but the marks and counters of the moment, so that the
/// store can choose inside its transaction.
package struct Reservation: Sendable, Hashable {
  /// Of the provider; empty: it is asked without a key.
  package var entries: [PoolEntry]
  package var order: AcquireOrder
  package var route: Route
  package var strategy: PoolStrategy
  package var seed: UInt64
  package var now: Milliseconds
  /// Calls that one credential may have under way, over all processes; nil: any number.
  package var limit: Int?

  package init(
    entries: [PoolEntry], order: AcquireOrder, route: Route, strategy: PoolStrategy, seed: UInt64,
    now: Milliseconds, limit: Int? = nil
  ) {
    self.limit = limit
    self.entries = entries
    self.order = order
    self.route = route
    self.strategy = strategy
    self.seed = seed
    self.now = now
  }

  /// The choice has to be remembered: earlier choices matter.
  package var isCounted: Bool { countsUses || limit != nil }

  /// There is something to choose, and it depends on the uses so far.
  package var countsUses: Bool {
    entries.count > 1 && (strategy == .roundRobin || strategy == .leastUsed)
  }

  /// When the lease of a probe ends at the latest: time to connect and for the first byte.
  package var probeUntil: Milliseconds {
    now + min(route.connectTimeout + route.timeout, 30_000)
  }

  /// Chooses. Pure.
  ///
  /// - Parameters:
  ///   - marks: By key.
  ///   - probing: Marks that some call is finding out about.
  ///   - uses: Counters, of any provider.
  ///   - underWay: Calls by credential of this provider (empty: without a key).
  /// - Returns: The choice; without entries its credential is `keyless`.
  package func choose(
    marks: [MarkKey: Mark], probing: Set<MarkKey>, uses: [PoolUse], underWay: [String: Int] = [:]
  ) -> Selection {
    var context = SelectionContext(
      route: route, marks: marks, probing: probing, now: now, strategy: strategy, seed: seed)
    if let limit { context.full = Set(underWay.filter { $0.value >= limit }.keys) }
    guard !entries.isEmpty else { return chooseKeyless(context) }
    let known = Dictionary(
      uses.lazy.filter { $0.provider == route.provider }.map { ($0.credential, $0) }
    ) { first, _ in first }
    let counted = entries.map { entry in
      var entry = entry
      entry.uses = known[entry.credential.id]?.uses ?? 0
      entry.order = known[entry.credential.id]?.order ?? 0
      return entry
    }
    return select(counted, for: order, in: context)
  }

  private func chooseKeyless(_ context: SelectionContext) -> Selection {
    if context.full.contains(CredentialReference.keyless.id) { return .none(context.isFull) }
    let (reason, probes) = screen(order, in: context)
    if let reason { return .none(reason) }
    return .chosen(
      PoolEntry(credential: .keyless, baseURL: route.baseURL), alternates: 0, passedOver: [],
      probes: probes)
  }
}

extension CredentialReference {
  /// Stands for asking without a key.
  package static let keyless = CredentialReference(id: "", label: "", fingerprint: "")
}

/// A credential that is counted for a call which has not used it yet: with the claim of its job, or while
/// it waits to know whether the credential works. It can be given back.
package struct ReservedCredential: Sendable, Hashable {
  package struct Claim: Sendable, Hashable {
    package var job: Int64
    package var token: Int64

    package init(job: Int64, token: Int64) {
      self.job = job
      self.token = token
    }
  }

  /// nil: the call has chosen it itself.
  package var claim: Claim?
  package var provider: String
  /// Its id.
  package var credential: String

  package init(claim: Claim? = nil, provider: String, credential: String) {
    self.claim = claim
    self.provider = provider
    self.credential = credential
  }
}

/// A credential of which nobody knows whether it works: one call of all processes finds out.
package struct CredentialTrial: Sendable, Hashable {
  package var provider: String
  /// Its id.
  package var credential: String
  /// Tells the secret and its address from any other of the same id.
  package var print: String

  package init(provider: String, credential: String, print: String) {
    self.provider = provider
    self.credential = credential
    self.print = print
  }
}

/// Whether a call may find out.
package enum TrialAnswer: Sendable, Hashable {
  /// `epoch`: of the marks by then, where all that has grown it since they were read is what the
  /// process has asked for itself; nil: something else has.
  case yours(epoch: Int64?)
  /// Another process is finding out, until then at most.
  case taken(until: Milliseconds)
  /// It is known to work.
  case proven
  /// Marks have changed since they were read that it was chosen by.
  case outOfDate
}
