import StoreConformance
import Testing

@Suite("The promises of the queue, on a file with two connections")
struct ConformanceTests {
  private let made = MadeStores()

  private var sqlite: StoreMaker { made.maker() }

  @Test("S1: an enqueue stores all or none, and ids never come back")
  func s1() throws { try StoreConformance.s1Enqueue(sqlite) }

  @Test("S2: a job enqueued leased is running from its first moment")
  func s2() throws { try StoreConformance.s2EnqueueLeased(sqlite) }

  @Test("S3: a claim hands each job out once, in order, and frees the jobs of dead workers")
  func s3() throws { try StoreConformance.s3Claim(sqlite) }

  @Test("S4: only the newest token settles a job")
  func s4() throws { try StoreConformance.s4Settle(sqlite) }

  @Test("S5: a heartbeat renews what is held and tells what is lost or to be cancelled")
  func s5() throws { try StoreConformance.s5Heartbeat(sqlite) }

  @Test("S6: what was journalled is the trace of an attempt whose worker died")
  func s6() throws { try StoreConformance.s6Journal(sqlite) }

  @Test("S7: parts are handed out with every later claim")
  func s7() throws { try StoreConformance.s7Checkpoint(sqlite) }

  @Test("S8: a waiting job is cancelled at once, a running one through its worker")
  func s8() throws { try StoreConformance.s8Cancel(sqlite) }

  @Test("S9: a retried job starts anew with its history")
  func s9() throws { try StoreConformance.s9Retry(sqlite) }

  @Test("S10: marks replace each other and are seen by every process")
  func s10() throws { try StoreConformance.s10Marks(sqlite) }

  @Test("S11: the newest adaptation of a place is kept")
  func s11() throws { try StoreConformance.s11Adaptations(sqlite) }

  @Test("S12: a removed job leaves nothing behind")
  func s12() throws { try StoreConformance.s12Remove(sqlite) }

  @Test("S13: a paused queue hands out nothing")
  func s13() throws { try StoreConformance.s13Pause(sqlite) }

  @Test("S14: statistics equal a recount after every commit")
  func s14() throws { try StoreConformance.s14Counters(sqlite) }

  @Test("S15: operations of one call are stored together or not at all")
  func s15() throws { try StoreConformance.s15Together(sqlite) }

  @Test("Listings are newest first and every filter restricts them")
  func listing() throws { try StoreConformance.listing(sqlite) }

  @Test("S10: failures of several processes build one mark")
  func s10Failures() throws { try StoreConformance.s10Failures(sqlite) }

  @Test("S16: processes take turns with credentials, and one of them probes")
  func s16() throws {
    try StoreConformance.s16Turns(sqlite)
    try StoreConformance.s16Probes(sqlite)
    try StoreConformance.s16Accounts(sqlite)
  }

  @Test("S28: of a limited credential no more calls are under way than may be, whoever makes them")
  func s28() throws { try StoreConformance.s28Leases(sqlite) }

  @Test("S17: a reset lifts every mark, and what was sent before marks nothing")
  func s17() throws { try StoreConformance.s17Reset(sqlite) }

  @Test("S4: a late result is refused and kept")
  func s4Late() throws { try StoreConformance.s4Late(sqlite) }

  @Test("S8: the leases whose jobs are to be cancelled can be read")
  func s8Requests() throws { try StoreConformance.s8Requests(sqlite) }

  @Test("S18: a queue's limit holds over all workers, and the dead take no place")
  func s18() throws { try StoreConformance.s18Limits(sqlite) }

  @Test("S19: jobs of a held plan wait without an attempt and come back in their order")
  func s19() throws { try StoreConformance.s19Holds(sqlite) }

  @Test("S20: a unique key is not kept by a worker that is gone")
  func s20() throws { try StoreConformance.s20Orphans(sqlite) }

  @Test("S22: the newest progress of the newest claim is told")
  func s22() throws { try StoreConformance.s22Progress(sqlite) }

  @Test("S23: a result answers the same work again for as long as its job is there")
  func s23() throws { try StoreConformance.s23Reuse(sqlite) }

  @Test("S24: lessons about a model add up")
  func s24() throws { try StoreConformance.s24Lessons(sqlite) }

  @Test("S25: old finished jobs go, and nothing that a job needs")
  func s25() throws { try StoreConformance.s25Prune(sqlite) }

  @Test("S26: what happens is told once, in order")
  func s26() throws { try StoreConformance.s26Events(sqlite) }

  @Test("S27: processes share what a minute may hold")
  func s27() throws { try StoreConformance.s27Pace(sqlite) }
}
