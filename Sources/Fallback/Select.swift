/// One credential of a provider's pool, as far as choosing needs it.
package struct PoolEntry: Sendable, Hashable {
  package var credential: CredentialReference
  /// Where this credential goes: its own URL, else the route's.
  package var baseURL: String
  /// Uses so far, for `least_used`.
  package var uses: Int
  /// Position in the pool; smaller first. `round_robin` moves a used one to the end.
  package var order: Int64

  package init(
    credential: CredentialReference, baseURL: String, uses: Int = 0, order: Int64 = 0
  ) {
    self.credential = credential
    self.baseURL = baseURL
    self.uses = uses
    self.order = order
  }
}

package enum PoolStrategy: String, CaseIterable, Sendable, Hashable {
  case fillFirst = "fill_first"
  case roundRobin = "round_robin"
  case leastUsed = "least_used"
  case random
}

/// What `select` chooses from.
package struct SelectionContext: Sendable {
  package var route: Route
  /// Marks by key; only those of this provider matter.
  package var marks: [MarkKey: Mark]
  /// Marks that another call is probing just now.
  package var probing: Set<MarkKey>
  package var now: Milliseconds
  package var strategy: PoolStrategy
  package var seed: UInt64
  /// Credentials that have as many calls under way as they may.
  package var full: Set<String> = []

  package init(
    route: Route, marks: [MarkKey: Mark], probing: Set<MarkKey> = [], now: Milliseconds,
    strategy: PoolStrategy = .fillFirst, seed: UInt64 = 0
  ) {
    self.route = route
    self.marks = marks
    self.probing = probing
    self.now = now
    self.strategy = strategy
    self.seed = seed
  }
}

/// The outcome of `select`.
package enum Selection: Sendable, Hashable {
  /// `probes` are the expired marks that this call finds out about.
  case chosen(PoolEntry, alternates: Int, passedOver: [PassedOver], probes: [MarkKey])
  case none(Unavailability)
}

/// Chooses a credential for a route, given what is marked. Pure: the store runs it inside its
/// transaction, the dry run outside any.
///
/// - Parameters:
///   - entries: The provider's credentials that could be used.
///   - order: Which are used up, and whether marks for the server's own faults count.
///   - context: Marks and time.
/// - Returns: The choice, or why there is none.
package func select(
  _ entries: [PoolEntry], for order: AcquireOrder, in context: SelectionContext
) -> Selection {
  var usable: [(entry: PoolEntry, probes: [MarkKey])] = []
  var passedOver: [PassedOver] = []
  var reasons: [Unavailability] = []
  for entry in entries {
    let credential = entry.credential
    if order.excluding.contains(credential.id) { continue }
    if let account = credential.account, order.excludingAccounts.contains(account) {
      passedOver.append(
        context.passedOver(credential, context.accountMark(account, of: credential)))
      continue
    }
    switch context.standing(of: entry, order) {
    case .usable where context.full.contains(credential.id):
      reasons.append(context.isFull)
      passedOver.append(context.passedOver(credential, context.isFull))
    case .usable(let probes): usable.append((entry, probes))
    case .benched(let reason):
      reasons.append(reason)
      passedOver.append(context.passedOver(credential, reason))
    }
  }
  guard let chosen = context.choose(among: usable) else {
    return .none(context.summary(reasons, passedOver))
  }
  return .chosen(
    chosen.entry, alternates: usable.count - 1, passedOver: passedOver, probes: chosen.probes)
}

/// Whether a route without any credential may be asked.
///
/// - Parameters:
///   - order: Whether marks for the server's own faults count.
///   - context: Marks and time.
/// - Returns: nil when it may; the expired marks to probe otherwise come with `screenedProbes`.
package func screen(
  _ order: AcquireOrder, in context: SelectionContext
) -> (unavailability: Unavailability?, probes: [MarkKey]) {
  let keys = context.placeKeys(context.route.baseURL)
  switch context.standing(of: keys, fingerprint: "", order) {
  case .usable(let probes): return (nil, probes)
  case .benched(let reason): return (reason, [])
  }
}

/// What stands against a credential as a whole: a mark on itself or on its account. What is said of one
/// model or place does not count.
///
/// - Parameters:
///   - credential: Of the context's provider.
///   - context: Marks and time.
/// - Returns: The longest mark; nil when there is none.
package func health(
  of credential: CredentialReference, in context: SelectionContext
) -> Unavailability? {
  let keys = context.ownKeys(of: credential)
  let order = AcquireOrder(route: 0)
  switch context.standing(of: keys, fingerprint: credential.fingerprint, order) {
  case .usable: return nil
  case .benched(let reason): return reason.reason == .beingProbed ? nil : reason
  }
}

/// Every key under which a mark may concern a route as it was acquired.
///
/// - Parameters:
///   - acquisition: Credential and address.
///   - route: The route.
/// - Returns: Of place, model, credential and account.
package func markKeys(of acquisition: Acquisition, route: Route) -> [MarkKey] {
  let context = SelectionContext(route: route, marks: [:], now: 0)
  guard let credential = acquisition.credential else {
    return context.placeKeys(acquisition.baseURL)
  }
  return context.keys(of: PoolEntry(credential: credential, baseURL: acquisition.baseURL))
}

/// The marks for the server's own faults that stand against an address: what an order that ignores
/// them ignores.
///
/// - Parameters:
///   - baseURL: Where the call would go.
///   - context: Marks and time.
/// - Returns: Their keys.
package func ignoredFaults(at baseURL: String, in context: SelectionContext) -> [MarkKey] {
  context.placeKeys(baseURL).filter { key in
    context.marks[key].map { !$0.isPending && $0.class.isServersFault } ?? false
  }
}

extension SelectionContext {
  /// A call under way may be back at any moment.
  var isFull: Unavailability {
    Unavailability(reason: .atConcurrencyLimit, class: .rateLimit, until: now + 1_000)
  }
}

enum EntryStanding {
  case usable(probes: [MarkKey])
  case benched(Unavailability)
}

extension SelectionContext {
  func standing(of entry: PoolEntry, _ order: AcquireOrder) -> EntryStanding {
    standing(of: keys(of: entry), fingerprint: entry.credential.fingerprint, order)
  }

  /// What marks on a credential at its address are kept under.
  func keys(of entry: PoolEntry) -> [MarkKey] {
    placeKeys(entry.baseURL) + [
      MarkKey(
        scope: .credentialModel, provider: route.provider, model: route.model,
        credential: entry.credential.id)
    ] + ownKeys(of: entry.credential)
  }

  /// What marks on an address are kept under.
  func placeKeys(_ url: String) -> [MarkKey] {
    [
      MarkKey(scope: .route, provider: route.provider, baseURL: url),
      MarkKey(scope: .model, provider: route.provider, baseURL: url, model: route.model),
    ]
  }

  /// What a mark on the whole credential, or on its account, is kept under.
  func ownKeys(of credential: CredentialReference) -> [MarkKey] {
    let own = MarkKey(
      scope: .credential, provider: route.provider, credential: credential.id)
    guard let account = credential.account else { return [own] }
    return [own, MarkKey(scope: .account, provider: route.provider, credential: account)]
  }

  /// The longest active mark counts; without one, expired marks are to be probed by one call.
  func standing(of keys: [MarkKey], fingerprint: String, _ order: AcquireOrder) -> EntryStanding {
    var worst: Mark?
    var probes: [MarkKey] = []
    var probed: Mark?
    for mark in keys.compactMap({ marks[$0] }) where !mark.isPending && !mark.isEmpty {
      if order.ignoresServerFaults, mark.class.isServersFault { continue }
      if mark.isLifted(byFingerprint: fingerprint) { continue }
      guard mark.isActive(now) else {
        let isProbed = probing.contains(mark.key) && !Mutation.probesTwice.isOn
        if isProbed { probed = mark } else { probes.append(mark.key) }
        continue
      }
      if worst.map({ !$0.isTerminal && ($0.until < mark.until || mark.isTerminal) }) ?? true {
        worst = mark
      }
    }
    guard let worst else {
      guard let probed else { return .usable(probes: probes) }
      return .benched(
        Unavailability(reason: .beingProbed, class: probed.class, until: now + 1_000))
    }
    return .benched(
      Unavailability(
        reason: worst.isTerminal ? .terminal : .coolingDown, class: worst.class,
        status: worst.status, until: worst.isTerminal ? nil : worst.until))
  }

  func choose(
    among usable: [(entry: PoolEntry, probes: [MarkKey])]
  ) -> (entry: PoolEntry, probes: [MarkKey])? {
    switch strategy {
    case .fillFirst: return usable.first
    case .roundRobin: return usable.min { $0.entry.order < $1.entry.order }
    case .leastUsed: return usable.min { $0.entry.uses < $1.entry.uses }
    case .random:
      var jitter = Jitter(seed: seed)
      return usable.isEmpty ? nil : usable[Int(jitter.next() % UInt64(usable.count))]
    }
  }

  /// What an account's mark says of one of its keys.
  func accountMark(_ account: String, of credential: CredentialReference) -> Unavailability {
    let key = MarkKey(scope: .account, provider: route.provider, credential: account)
    let mark = marks[key]
    return Unavailability(reason: .coolingDown, class: mark?.class, until: mark?.until)
  }

  func passedOver(_ credential: CredentialReference, _ reason: Unavailability) -> PassedOver {
    PassedOver(
      id: credential.id, label: credential.label, reason: reason.reason, class: reason.class,
      until: reason.until)
  }

  /// Of several benched credentials the first to come back speaks for the route.
  func summary(_ reasons: [Unavailability], _ passedOver: [PassedOver]) -> Unavailability {
    let timed = reasons.filter { $0.until != nil }
      .min { ($0.until ?? .max) < ($1.until ?? .max) }
    var summary = timed ?? reasons.first ?? Unavailability(reason: .noCredential)
    summary.passedOver = passedOver
    return summary
  }
}

extension Mark {
  /// A changed secret lifts what was said about the old one. A mark on a place is about whatever key
  /// was used there, so another key does not lift it.
  package func isLifted(byFingerprint current: String) -> Bool {
    guard key.scope == .credential || key.scope == .credentialModel else { return false }
    guard !fingerprint.isEmpty, !current.isEmpty, fingerprint != current else { return false }
    return `class` == .auth || `class` == .forbidden || isTerminal
  }
}
