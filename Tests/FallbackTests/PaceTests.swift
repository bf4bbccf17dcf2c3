import Fallback
import Testing

@Suite("The configured rate")
struct PaceTests {
  private func past(_ times: [Milliseconds], tokens: Int = 1) -> [PacedRequest] {
    times.map { PacedRequest(at: $0, tokens: tokens) }
  }

  @Test("as many requests as a minute may hold go at once, the next when the oldest is over")
  func requests() {
    let limits = PaceLimits(requests: 3)
    #expect(limits.start(tokens: 0, after: [], now: 100) == 100)
    #expect(limits.start(tokens: 0, after: past([90, 80]), now: 100) == 100)
    #expect(limits.start(tokens: 0, after: past([90, 80, 70]), now: 100) == 70 + PaceLimits.window)
    #expect(limits.start(tokens: 0, after: past([90, 80, 70]), now: 90_000) == 90_000)
  }

  @Test("nobody overtakes a request that has its place already")
  func order() {
    let limits = PaceLimits(requests: 10, tokens: 100)
    #expect(limits.start(tokens: 1, after: past([5_000, 10]), now: 100) == 5_000)
  }

  @Test("tokens count as they were estimated; what is too large waits for an empty minute")
  func tokens() {
    let limits = PaceLimits(tokens: 100)
    let used = [PacedRequest(at: 50, tokens: 60), PacedRequest(at: 10, tokens: 30)]
    #expect(limits.start(tokens: 10, after: used, now: 100) == 100)
    #expect(limits.start(tokens: 20, after: used, now: 100) == 10 + PaceLimits.window)
    #expect(limits.start(tokens: 50, after: used, now: 100) == 50 + PaceLimits.window)
    #expect(limits.start(tokens: 900, after: used, now: 100) == 50 + PaceLimits.window)
    #expect(limits.start(tokens: 900, after: [], now: 100) == 100)
    #expect(limits.start(tokens: .max, after: past([1], tokens: .max), now: 9) > 9)
  }

  @Test("no window ever holds more than the limits, whatever comes when")
  func property() {
    var jitter = Jitter(seed: 11)
    for round in 0..<200 {
      let limits = PaceLimits(
        requests: Int(jitter.next() % 6) + 1, tokens: round % 2 == 0 ? nil : 1_000)
      var past: [PacedRequest] = []
      var now: Milliseconds = 0
      for _ in 0..<40 {
        now += Milliseconds(jitter.next() % 20_000)
        let tokens = Int(jitter.next() % 700)
        let start = limits.start(tokens: tokens, after: past, now: now)
        past.insert(PacedRequest(at: start, tokens: tokens), at: 0)
      }
      for request in past {
        let window = past.filter { $0.at <= request.at && $0.at > request.at - 60_000 }
        #expect(window.count <= limits.requests ?? .max)
        #expect(window.reduce(0) { $0 + $1.tokens } <= limits.tokens ?? .max)
      }
    }
  }

  private func plan() -> Plan {
    Plan(
      mode: .auto, routes: [Route(provider: "a", baseURL: "https://a", model: "m")],
      policy: Policy())
  }

  @Test("a request waits for its turn, and the wait is recorded")
  func waits() {
    var machine = CallMachine(plan: plan())
    _ = machine.step(.begin(0, StepFacts()))
    let turn = Acquisition(credential: nil, baseURL: "https://a", notBefore: 4_000)
    #expect(machine.step(.acquired(10, turn)).action == .wait(until: 4_000))
    #expect(machine.skips.map(\.reason) == [.waited])
    guard case .send = machine.step(.woke(4_000)).action else {
      Issue.record("nothing was sent")
      return
    }
    #expect(machine.calls.count == 1)
  }

  @Test("a turn that comes later than the deadline is not waited for")
  func deadline() {
    var machine = CallMachine(plan: plan())
    _ = machine.step(.begin(0, StepFacts(jobDeadline: 3_000)))
    let turn = Acquisition(credential: nil, baseURL: "https://a", notBefore: 4_000)
    guard case .finish = machine.step(.acquired(10, turn)).action else {
      Issue.record("it does not end")
      return
    }
    #expect(machine.calls.isEmpty)
    #expect(machine.skips.map(\.reason) == [.paced])
  }

  @Test("a rate that is used up for longer parks the job until then")
  func parks() {
    var machine = CallMachine(plan: plan())
    _ = machine.step(.begin(0, StepFacts()))
    let over = Unavailability(reason: .paced, class: .rateLimit, until: 50_000)
    #expect(
      machine.step(.unavailable(10, over)).action
        == .finish(.parked(until: 50_000, class: .rateLimit, isOffline: false)))
  }
}
