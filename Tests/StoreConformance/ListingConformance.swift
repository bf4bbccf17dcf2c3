import Fallback
import Queue
import Testing

extension StoreConformance {
  /// Listings: newest first over waiting, running and finished jobs; every filter restricts.
  package static func listing(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let (store, clock) = (fixture.store, fixture.clock)
    let served = ServedBy(provider: "local", model: "m", baseURL: "u", credential: "KEY")
    let ids = try store.enqueue(
      newJob("a", priority: 9, labels: ["team": "x"]), newJob("b", kind: "title", priority: 8),
      newJob("c", queue: "night", priority: 7, labels: ["team": "x", "k": "v"]),
      newJob("d", priority: 6))
    let jobs = try store.claim(worker("w"), limit: 3)
    #expect(
      try store.settle(
        jobs[0].lease, .succeeded(Settlement.Success(result: [1], servedBy: served)),
        fallbacks: [FallbackStep(provider: "nous", class: .payment)]))
    #expect(try store.settle(jobs[1].lease, .dead(jobError(.auth))))
    clock.advance(1_000)
    let last = try #require(try store.enqueue(newJob("e", runAt: clock.wall + 10)).first)
    let expectations: [(JobFilter, [JobID])] = [
      (filter { _ in }, [last, ids[3], ids[2], ids[1], ids[0]]),
      (filter { $0.limit = 2 }, [last, ids[3]]),
      (filter { $0.states = [.succeeded, .running] }, [ids[2], ids[0]]),
      (filter { $0.states = [.dead] }, [ids[1]]),
      (filter { $0.states = [.scheduled, .retryable] }, [last]),
      (filter { $0.states = [.ready, .dead] }, [ids[3], ids[1]]),
      (filter { $0.kinds = ["title", "none"] }, [ids[1]]),
      (filter { $0.queues = ["night"] }, [ids[2]]),
      (filter { $0.reasons = ["payment"] }, [ids[0]]),
      (filter { $0.reasons = ["auth", "payment"] }, [ids[1], ids[0]]),
      (filter { $0.providers = ["local"] }, [ids[0]]),
      (filter { $0.providers = ["nous"] }, []),
      (filter { $0.labels = ["team": "x"] }, [ids[2], ids[0]]),
      (filter { $0.labels = ["team": "x", "k": "v"] }, [ids[2]]),
      (filter { $0.since = clock.wall }, [last]),
      (filter { $0.finishedBefore = clock.wall }, [ids[1], ids[0]]),
      (filter { $0.finishedSince = clock.wall }, []),
    ]
    for (filter, expected) in expectations {
      #expect(try fixture.other.jobs(matching: filter).map(\.id) == expected, "\(filter)")
    }
    let listed = try #require(try store.jobs(matching: filter { $0.providers = ["local"] }).first)
    #expect(listed.result == nil && listed.resultBytes == 1 && listed.servedBy == served)
    #expect(listed.labels == ["team": "x"] && listed.fallbackReasons == [.payment])
  }

  private static func filter(_ change: (inout JobFilter) -> Void) -> JobFilter {
    var filter = JobFilter()
    change(&filter)
    return filter
  }
}
