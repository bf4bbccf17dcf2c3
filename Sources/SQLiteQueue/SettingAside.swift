import Fallback
import Queue

extension Query {
  fileprivate static let turnOf: Query =
    "SELECT position FROM pool WHERE provider = ? AND credential = ?"
  fileprivate static let setAside: Query = """
    INSERT OR REPLACE INTO set_aside (job_id, token, provider, credential, turn_before, turn)
    VALUES (?1, ?2, ?3, ?4, ?5,
      (SELECT position FROM pool WHERE provider = ?3 AND credential = ?4))
    """
  fileprivate static let flagReserved: Query =
    "UPDATE running SET flags = flags | ?2 WHERE id = ?1"
  fileprivate static let setAsideOfJob: Query = """
    SELECT provider, credential, turn_before, turn FROM set_aside
    WHERE job_id = ?1 AND coalesce(token = ?2, 1)
    """
  fileprivate static let dropSetAside: Query = "DELETE FROM set_aside WHERE job_id = ?"
  /// It has the next turn.
  fileprivate static let giveBackUse: Query = """
    UPDATE pool SET uses = max(uses - 1, 0),
      position = (SELECT min(position) - 1 FROM pool WHERE provider = ?1)
    WHERE provider = ?1 AND credential = ?2
    """
  /// The turn comes back too, unless the credential had another since.
  fileprivate static let uncount: Query = """
    UPDATE pool SET uses = max(uses - 1, 0),
      position = CASE WHEN position = ?4 THEN ?3 ELSE position END
    WHERE provider = ?1 AND credential = ?2
    """
}

/// What the jobs of one claim choose from.
struct ClaimChoices {
  /// By plan.
  var byPlan: [Int64: Reservation]
  var holder: WorkerIdentity

  init(_ byPlan: [Int64: Reservation], _ holder: WorkerIdentity) {
    self.byPlan = byPlan
    self.holder = holder
  }
}

/// Credentials counted with the claim, where they take turns: the first call of a job then needs no
/// transaction of its own. S31.
extension Writer {
  mutating func choices(_ request: ClaimRequest) throws(StoreError) -> ClaimChoices? {
    guard !request.choices.isEmpty else { return nil }
    var byPlan: [Int64: Reservation] = [:]
    for (plan, choice) in request.choices {
      if let id = try knownPlanID(plan) { byPlan[id] = choice }
    }
    return byPlan.isEmpty ? nil : ClaimChoices(byPlan, request.worker)
  }

  /// nil: there is nothing to choose, or a call has to find out first.
  mutating func setAside(
    _ choices: ClaimChoices, for row: ReadyRow, _ terms: LeaseTerms
  ) throws(StoreError) -> ReservedCredential? {
    guard var choice = choices.byPlan[row.plan], choice.countsUses else { return nil }
    choice.now = terms.startedAt
    // How many calls it may have is seen to when the call is made.
    choice.limit = nil
    guard
      case .chosen(let entry, _, _, let probes) = try choose(choice, for: choices.holder),
      probes.isEmpty
    else { return nil }
    let reserved = ReservedCredential(
      claim: ReservedCredential.Claim(job: row.job.id, token: row.job.token),
      provider: choice.route.provider, credential: entry.credential.id)
    let before = try turn(of: reserved)
    try count(reserved.credential, of: reserved.provider)
    var put = try db.statement(.setAside)
    put.bind(row.job.id)
    put.bind(row.job.token)
    put.bind(reserved.provider)
    put.bind(reserved.credential)
    put.bind(before)
    try put.run()
    var flag = try db.statement(.flagReserved)
    flag.bind(row.job.id)
    flag.bind(JobFlags.reserved.rawValue)
    try flag.run()
    return reserved
  }

  private mutating func turn(of reserved: ReservedCredential) throws(StoreError) -> Int64 {
    var find = try db.statement(.turnOf)
    find.bind(reserved.provider)
    find.bind(reserved.credential)
    return try find.step() ? find.int(0) : 0
  }

  mutating func giveBack(_ reserved: ReservedCredential) throws(StoreError) {
    if let claim = reserved.claim {
      return try endSetAside(of: claim.job, token: claim.token, isUsed: false)
    }
    var giveBack = try db.statement(.giveBackUse)
    giveBack.bind(reserved.provider)
    giveBack.bind(reserved.credential)
    try giveBack.run()
  }

  /// Drops what is set aside for a job: with a token only what this claim has set aside. Where it was
  /// used the use stays counted.
  mutating func endSetAside(
    of id: JobID, token: Int64? = nil, isUsed: Bool
  ) throws(StoreError) {
    var find = try db.statement(.setAsideOfJob)
    find.bind(id)
    find.bind(token)
    guard try find.step() else { return }
    let (provider, credential) = (find.text(0), find.text(1))
    let (before, turn) = (find.int(2), find.int(3))
    if !isUsed {
      var uncount = try db.statement(.uncount)
      uncount.bind(provider)
      uncount.bind(credential)
      uncount.bind(before)
      uncount.bind(turn)
      try uncount.run()
    }
    var drop = try db.statement(.dropSetAside)
    drop.bind(id)
    try drop.run()
  }
}
