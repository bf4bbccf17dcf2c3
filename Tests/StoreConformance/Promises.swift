/// One check of a numbered promise of `QueueStore`.
package struct PromiseCheck: Sendable, CustomStringConvertible {
  /// The number in the protocol's doc comment; 0: it belongs to none.
  package var number: Int
  package var says: String
  package var check: @Sendable (StoreMaker) throws -> Void

  init(
    _ number: Int, _ says: String, _ check: @escaping @Sendable (StoreMaker) throws -> Void
  ) {
    self.number = number
    self.says = says
    self.check = check
  }

  package var description: String { "S\(number): \(says)" }
}

extension StoreConformance {
  /// All of them, for any store: a suite has one test with these as its arguments.
  package static let checks: [PromiseCheck] = [
    PromiseCheck(1, "an enqueue stores all or none, and ids never come back") { try s1Enqueue($0) },
    PromiseCheck(2, "a job enqueued leased is running from its first moment") {
      try s2EnqueueLeased($0)
    },
    PromiseCheck(3, "a claim hands each job out once, in order, and frees the jobs of the dead") {
      try s3Claim($0)
    },
    PromiseCheck(3, "steps of the wall clock by ten years end and revive no lease") {
      try s3ClockSteps($0)
    },
    PromiseCheck(4, "only the newest token settles a job") { try s4Settle($0) },
    PromiseCheck(4, "a late result is refused and kept") { try s4Late($0) },
    PromiseCheck(5, "a heartbeat renews what is held and tells what is lost or cancelled") {
      try s5Heartbeat($0)
    },
    PromiseCheck(6, "what was journalled is the trace of an attempt whose worker died") {
      try s6Journal($0)
    },
    PromiseCheck(7, "parts are handed out with every later claim") { try s7Checkpoint($0) },
    PromiseCheck(8, "a waiting job is cancelled at once, a running one through its worker") {
      try s8Cancel($0)
    },
    PromiseCheck(8, "the leases whose jobs are to be cancelled can be read") { try s8Requests($0) },
    PromiseCheck(9, "a retried job starts anew with its history") { try s9Retry($0) },
    PromiseCheck(10, "marks replace each other and are seen by every process") {
      try s10Marks($0)
    },
    PromiseCheck(10, "failures of several processes build one mark") { try s10Failures($0) },
    PromiseCheck(11, "the newest adaptation of a place is kept") { try s11Adaptations($0) },
    PromiseCheck(12, "a removed job leaves nothing behind") { try s12Remove($0) },
    PromiseCheck(13, "a paused queue hands out nothing") { try s13Pause($0) },
    PromiseCheck(14, "statistics equal a recount after every commit") { try s14Counters($0) },
    PromiseCheck(15, "operations of one call are stored together or not at all") {
      try s15Together($0)
    },
    PromiseCheck(16, "processes take turns with credentials") { try s16Turns($0) },
    PromiseCheck(16, "a use that is given back has the next turn") { try s16GivenBack($0) },
    PromiseCheck(16, "one process probes") { try s16Probes($0) },
    PromiseCheck(16, "keys of an account are known as such") { try s16Accounts($0) },
    PromiseCheck(17, "a reset lifts every mark, and what was sent before marks nothing") {
      try s17Reset($0)
    },
    PromiseCheck(18, "a queue's limit holds over all workers, and the dead take no place") {
      try s18Limits($0)
    },
    PromiseCheck(19, "jobs of a held plan wait without an attempt and come back in order") {
      try s19Holds($0)
    },
    PromiseCheck(20, "a unique key is not kept by a worker that is gone") { try s20Orphans($0) },
    PromiseCheck(21, "a watcher is told of the commits of others") { try s21Watch($0) },
    PromiseCheck(22, "the newest progress of the newest claim is told") { try s22Progress($0) },
    PromiseCheck(23, "a result answers the same work again while its job is there") {
      try s23Reuse($0)
    },
    PromiseCheck(24, "lessons about a model add up") { try s24Lessons($0) },
    PromiseCheck(25, "old finished jobs go, and nothing that a job needs") { try s25Prune($0) },
    PromiseCheck(26, "what happens is told once, in order") { try s26Events($0) },
    PromiseCheck(27, "processes share what a minute may hold") { try s27Pace($0) },
    PromiseCheck(28, "of a limited credential no more calls are under way than may be") {
      try s28Leases($0)
    },
    PromiseCheck(29, "failed refreshes and kept answers are seen by everybody") {
      try s29Refresh($0)
    },
    PromiseCheck(30, "parked jobs look again when what they waited for is gone") {
      try s30Parks($0)
    },
    PromiseCheck(31, "a credential is counted with the claim and given back where no call was made")
    {
      try s31SetAside($0)
    },
    PromiseCheck(32, "one process at a time finds out whether a credential works") {
      try s32Trials($0)
    },
    PromiseCheck(0, "listings are newest first and every filter restricts them") {
      try listing($0)
    },
  ]
}
