import Fallback
import Queue
import Testing

extension QueueStore {
  /// The place that a request gets in the minute.
  fileprivate func pace(
    _ credential: String = "", requests: Int? = nil, tokens: Int? = nil, cost: Int = 1,
    now: Milliseconds, latest: Milliseconds? = nil
  ) throws -> PaceAnswer {
    let request = PaceRequest(
      provider: "p", credential: credential,
      limits: PaceLimits(requests: requests, tokens: tokens), tokens: cost, now: now,
      latest: latest ?? now)
    guard case .paced(let answer)? = try transact([.pace(request)]).first else {
      throw UnexpectedResult(result: "pace")
    }
    return answer
  }
}

extension StoreConformance {
  /// S27: processes share a minute, in order; no place beyond the latest time is taken.
  package static func s27Pace(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let window = PaceLimits.window
    #expect(try fixture.store.pace(requests: 2, now: 1_000) == .granted(1_000))
    #expect(try fixture.other.pace(requests: 2, now: 2_000) == .granted(2_000))
    for store in [fixture.store, fixture.other] {
      #expect(try store.pace(requests: 2, now: 3_000) == .notBefore(1_000 + window))
    }
    // Waiting takes the place: the next one is behind it.
    let first = try fixture.other.pace(requests: 2, now: 3_000, latest: 100_000)
    #expect(first == .granted(1_000 + window))
    #expect(
      try fixture.store.pace(requests: 2, now: 3_000, latest: 100_000) == .granted(2_000 + window))
    // Each credential by itself.
    #expect(try fixture.store.pace("a", requests: 1, now: 3_000) == .granted(3_000))
    #expect(try fixture.store.pace("b", requests: 1, now: 3_000) == .granted(3_000))
    #expect(try fixture.other.pace("a", requests: 1, now: 3_500) == .notBefore(3_000 + window))
    // Tokens.
    #expect(try fixture.store.pace("t", tokens: 100, cost: 70, now: 0) == .granted(0))
    #expect(try fixture.other.pace("t", tokens: 100, cost: 40, now: 10) == .notBefore(window))
    #expect(try fixture.other.pace("t", tokens: 100, cost: 30, now: 10) == .granted(10))
    // Later all is forgotten.
    #expect(try fixture.store.pace(requests: 2, now: 500_000) == .granted(500_000))
  }
}
