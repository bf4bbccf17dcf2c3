import Calls
import Fallback
import JSONText
import Testing

struct TraceTests {
  static let credential = CredentialReference(
    id: "a1", label: "work", account: "acme", fingerprint: "f", expiresAt: 99, lifetime: 9,
    isRefreshable: true)
  static let bare = CredentialReference(id: "b", label: "b", fingerprint: "")
  static let passed = PassedOver(
    id: "c", label: "c", reason: .coolingDown, class: .quota, until: 5)

  static let allEvents: [Event] = {
    var stopped = Answer(failure: nil, sentAt: 1)
    stopped.stopRequested = true
    var stoppedRefresh = RefreshReport(outcome: .unchanged, startedAt: 1)
    stoppedRefresh.stopRequested = true
    let outcomes: [RefreshReport.Outcome] = [
      .renewed(credential), .adopted(bare), .unchanged, .model("x"), .paid,
      .failed(isTerminal: true), .failed(isTerminal: false),
    ]
    return [
      .begin(1, StepFacts()),
      .begin(
        2,
        StepFacts(
          path: .blocking, jobDeadline: 10, stepDeadline: 9, inputTokens: 3, outputTokens: 4,
          isSplittable: true, offlineParks: 2, parameters: ["temperature", "max_tokens"],
          seed: .max)),
      .acquired(3, Acquisition(credential: nil, baseURL: "https://a.example")),
      .acquired(
        4,
        Acquisition(
          credential: credential, baseURL: "https://a.example/v1", alternates: 2, isProbe: true,
          passedOver: [passed], adjustments: Adjustment.allCases)),
      .answered(
        6,
        Answer(
          failure: Failure(
            .unsupportedParameter, scope: .request, rule: "r", wait: 5, parameter: "p",
            isTerminal: true), status: 400, transport: .truncated, sentAt: 5, inputTokens: 1,
          outputTokens: 2, requestID: "id", excerpt: "ä \"quoted\"\n")),
      .answered(7, stopped), .refreshed(8, stoppedRefresh), .woke(9), .cancelled(10),
    ]
      + outcomes.map {
        .refreshed(
          11,
          RefreshReport(outcome: $0, status: 200, startedAt: 10, detail: "d", didSend: true))
      }
      + SkipReason.allCases.map {
        .unavailable(
          12,
          Unavailability(reason: $0, class: .auth, status: 401, until: 5, passedOver: [passed]))
      }
      + FailureClass.allCases.map {
        .answered(13, Answer(failure: Failure($0, scope: .model, rule: ""), sentAt: 1))
      }
      + TransportFault.allCases.map {
        .answered(14, Answer(failure: nil, transport: $0, sentAt: 1))
      }
      + FailureScope.allCases.map {
        .answered(15, Answer(failure: Failure(.auth, scope: $0, rule: ""), sentAt: 1))
      }
  }()

  static let plan = Plan(
    mode: .explicit,
    routes: [
      Route(provider: "a", baseURL: "https://a.example/v1", model: "m"),
      Route(
        provider: "b", baseURL: "http://127.0.0.1:1", dialect: .messages, model: "n",
        contextWindow: 8_000, host: .loopback, origin: .task, timeout: 5, connectTimeout: 2,
        isNous: true),
    ], allowsMainFallback: false,
    policy: Policy(
      transientRetries: 3, backoffBase: 1, backoffCap: 2, shortWait: 3, callsPerStep: 4,
      health: [.auth: 5], healthMax: 6))

  private func trace(_ events: [Event]) -> Trace {
    Trace(
      plan: Self.plan,
      steps: [Trace.Step(key: "k/1", events: events), Trace.Step(key: "", events: [])])
  }

  @Test("every event comes back as it went", arguments: allEvents)
  func events(event: Event) {
    let one = trace([event])
    #expect(Trace(one.encoded()) == one)
  }

  @Test("plan and steps come back as they went")
  func whole() {
    let whole = trace(Self.allEvents)
    #expect(Trace(whole.encoded()) == whole)
    let auto = Trace(plan: Plan(mode: .auto, routes: [], policy: Policy()))
    #expect(Trace(auto.encoded()) == auto)
  }

  @Test("usual spans are left out, and a trace that an older program wrote in full is read")
  func layouts() throws {
    let auto = Trace(plan: Plan(mode: .auto, routes: [], policy: Policy()))
    let text = String(decoding: auto.encoded(), as: UTF8.self)
    #expect(text.hasPrefix(#"{"v":2,"#) && !text.contains("health"))
    // In the first layout what does not stand there was not there.
    let old = text.split(separator: #""v":2"#).joined(separator: #""v":1"#)
      .split(separator: #""max""#).joined(separator: #""health":{"auth":7},"max""#)
    let read = try #require(Trace(Array(old.utf8)))
    #expect(read.plan.policy.health == [.auth: 7])
    var expected = auto.plan
    expected.policy.health = [.auth: 7]
    #expect(read.plan == expected)
  }

  @Test("a cut or damaged trace is refused, never half read")
  func damage() {
    let bytes = trace(Self.allEvents).encoded()
    #expect(Trace([]) == nil)
    for length in stride(from: 0, to: bytes.count, by: 7) {
      #expect(Trace(Array(bytes[..<length])) == nil)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    for (whole, broken) in [
      (#""v":2"#, #""v":3"#), (#""e":"woke""#, #""e":"slept""#), (#""t":3"#, #""t":"3""#),
      (#""path":"blocking""#, #""path":"sync""#), (#""class":"auth""#, #""class":"author""#),
      (#""scope":"model""#, #""scope":"planet""#), (#""outcome":"paid""#, #""outcome":"owed""#),
      (#""reason":"cooling down""#, #""reason":"cooling""#),
      (#""fault":"dns""#, #""fault":"sand""#),
      (#""adjusted":["#, #""adjusted":["all","#), (#""mode":"explicit""#, #""mode":"implicit""#),
      (#""api":"messages""#, #""api":"telegrams""#),
      (#""credential":{"id""#, #""credential":{"ID""#),
      (#""health":{"auth""#, #""health":{"author""#), (#""sent":5"#, #""sent":null"#),
    ] {
      #expect(text.contains(whole), "\(whole)")
      let damaged = text.split(separator: whole, omittingEmptySubsequences: false).joined(
        separator: broken)
      #expect(Trace(Array(damaged.utf8)) == nil, "\(broken)")
    }
  }

  @Test(
    "the ledger gives calls in the order in which they were sent, and closes what a crash left open"
  )
  func ledger() {
    let route = Route(provider: "a", baseURL: "https://a.example/v1", model: "m")
    let plan = Plan(mode: .auto, routes: [route], policy: Policy())
    func step(_ key: String, at time: Milliseconds, answered: Bool) -> Trace.Step {
      let acquired = Acquisition(credential: nil, baseURL: route.baseURL)
      return Trace.Step(
        key: key,
        events: [.begin(time, StepFacts()), .acquired(time, acquired)]
          + (answered ? [.answered(time + 1, Answer(failure: nil, status: 200, sentAt: time))] : [])
      )
    }
    let trace = Trace(
      plan: plan,
      steps: [step("late", at: 50, answered: false), step("early", at: 10, answered: true)])
    let ledger = trace.ledger()
    #expect(ledger.calls.map(\.startedAt) == [10, 50])
    #expect(ledger.calls.map(\.disposition) == [.succeed, nil])
    #expect(ledger.calls.map(\.failure?.class) == [nil, .unknown])
  }
}
