import Fallback
import Testing

/// Going on to the next provider.
struct FallbackWalkTests {
  struct Turn: Sendable, CustomTestStringConvertible {
    var first: Scripted
    var reason: FailureClass
    /// Extra tries of the first provider.
    var retries = 0
    var testDescription: String { first.name }
  }

  static let turns = [
    Turn(first: .status(401), reason: .auth),
    Turn(first: .status(402), reason: .payment),
    Turn(first: .status(403), reason: .forbidden),
    Turn(first: .status(429), reason: .rateLimit),
    Turn(first: .status(404, message: "nothing here"), reason: .wrongEndpoint),
    Turn(first: .status(404, code: "model_not_found"), reason: .modelNotFound),
    Turn(first: .fault(.refused), reason: .connection, retries: 1),
    Turn(first: .fault(.reset), reason: .connection, retries: 1),
    Turn(first: .fault(.dns), reason: .connection, retries: 1),
    Turn(first: .fault(.tls), reason: .tls),
    Turn(first: .fault(.redirect), reason: .redirect),
    Turn(first: .hanging, reason: .timeout),
    Turn(first: .fault(.connectTimeout), reason: .timeout),
    Turn(first: .status(500), reason: .serverError, retries: 1),
    Turn(first: .status(503), reason: .overloaded, retries: 1),
    Turn(first: .emptyReply, reason: .invalidResponse, retries: 1),
    Turn(first: .page, reason: .invalidResponse, retries: 1),
    Turn(first: .cut, reason: .truncated, retries: 1),
    Turn(first: .status(400), reason: .invalidRequest),
    Turn(first: .policy, reason: .contentPolicy),
    Turn(first: .refused("seed"), reason: .unsupportedParameter),
  ]

  @Test("the second provider serves whatever the first one fails with", arguments: turns)
  func secondServes(turn: Turn) {
    var world = World(routes("a", "b"))
    world.pools = ["a": [key("k")]]
    world.answers = ["a/k": [turn.first]]
    let run = world.run()
    #expect(run.outcome == .succeeded)
    #expect(run.log == Array(repeating: "a/k", count: 1 + turn.retries) + ["b/-"])
    #expect(run.fallbacks == [turn.reason])
    #expect(
      run.dispositions == Array(repeating: .retry, count: turn.retries) + [.fallback, .succeed])
    #expect(run.skips.isEmpty)
  }

  @Test("dead fallbacks never stop the walk, and the first error is the one reported")
  func deadFallbacks() {
    var world = World(routes("a", "b", "c", "d", "e"))
    world.pools = ["a": [], "b": [key("k")], "d": [key("k")]]
    world.answers = [
      "b/k": [.status(402)], "c/-": [.fault(.tls)], "d/k": [.status(401)], "e/-": [.page],
    ]
    let run = world.run(StepFacts(path: .blocking))
    #expect(run.log == ["b/k", "c/-", "d/k", "e/-", "e/-"])
    #expect(run.fallbacks == [.payment, .tls, .auth])
    #expect(run.skips.map(\.reason) == [.noCredential])
    #expect(
      run.outcome.failure
        == StepFailure(kind: .retryable, class: .payment, cause: .invalidResponse))
  }

  @Test("a bad answer of a fallback does not end the walk when it is about the request")
  func refusedByOneFallback() {
    var world = World(routes("a", "b", "c"))
    world.answers = ["a/-": [.status(401)], "b/-": [.status(400)]]
    let run = world.run()
    #expect(run.log == ["a/-", "b/-", "c/-"])
    #expect(run.outcome == .succeeded)
    #expect(run.fallbacks == [.auth, .invalidRequest])
  }

  @Test("two providers that refuse the request end it; a third is not asked")
  func twoRefusals() {
    var world = World(routes("a", "b", "c"))
    world.answers = ["a/-": [.status(400)], "b/-": [.status(422)]]
    let run = world.run()
    #expect(run.log == ["a/-", "b/-"])
    #expect(run.outcome.failure?.kind == .request)
    #expect(run.dispositions == [.fallback, .fail])
    #expect(run.marked.isEmpty)
  }

  @Test("another model of a provider that refused the request is not the further provider")
  func refusalSkipsSameProvider() {
    var world = World(routes("a", "a:other", "b"))
    world.answers = ["a/-": [.policy]]
    let run = world.run()
    #expect(run.log == ["a/-:m", "b/-"])
    #expect(run.skips.map(\.reason) == [.requestRefused])
  }

  @Test("invalid_request and content_policy each lead to one further provider")
  func refusalsOfTwoKinds() {
    var world = World(routes("a", "b", "c", "d"))
    world.answers = ["a/-": [.status(400)], "b/-": [.policy], "c/-": [.policy]]
    let run = world.run()
    #expect(run.log == ["a/-", "b/-", "c/-"])
    #expect(
      run.outcome.failure
        == StepFailure(kind: .request, class: .invalidRequest, cause: .contentPolicy))
  }

  @Test("a lone provider that refuses the request fails it for good")
  func loneRefusal() {
    var world = World(routes("a"))
    world.answers = ["a/-": [.status(400)]]
    #expect(world.run().outcome.failure?.kind == .request)
  }

  @Test("an overflow goes back to the kind that can split, at once")
  func overflowSplits() {
    var world = World([route("a", window: 1_000), route("b", window: 9_000)])
    world.answers = ["a/-": [.overflow]]
    let run = world.run(StepFacts(inputTokens: 500, isSplittable: true))
    #expect(run.outcome == .overflow)
    #expect(run.log == ["a/-"])
  }

  @Test("what cannot be split goes to a larger window only")
  func overflowGoesLarger() {
    var world = World([
      route("a", window: 4_000), route("b", window: 4_000), route("c"), route("d", window: 9_000),
    ])
    world.answers = ["a/-": [.overflow]]
    let run = world.run(StepFacts(inputTokens: 500))
    #expect(run.log == ["a/-", "d/-"])
    #expect(run.skips.map(\.reason) == [.contextWindow, .contextWindow])
    #expect(run.fallbacks == [.contextOverflow])
  }

  @Test("a window that is too small is a skip and costs no request")
  func smallWindow() {
    var world = World([route("a", window: 1_000), route("b", window: 9_000)])
    let run = world.run(StepFacts(inputTokens: 900, outputTokens: 200))
    #expect(run.log == ["b/-"])
    #expect(run.skips.map(\.reason) == [.contextWindow])
  }

  @Test(
    "with only too small windows left, the kind splits; what cannot be split fails for good",
    arguments: [true, false])
  func onlySmallWindows(isSplittable: Bool) {
    var world = World([route("a"), route("b", window: 100)])
    world.answers = ["a/-": [.status(402)]]
    let alone = World([route("b", window: 100)])
    let run = world.run(StepFacts(path: .blocking, inputTokens: 900, isSplittable: isSplittable))
    var second = alone
    let only = second.run(StepFacts(inputTokens: 900, isSplittable: isSplittable))
    if isSplittable {
      #expect(run.outcome == .overflow)
      #expect(only.outcome == .overflow)
    } else {
      #expect(run.outcome.failure?.kind == .needsPerson)
      #expect(
        only.outcome.failure
          == StepFailure(kind: .request, class: .contextOverflow, sentNothing: true))
    }
  }

  @Test("without any route or credential nothing is sent and the failure says so")
  func nothingToAsk() {
    var empty = World([])
    #expect(
      empty.run().outcome.failure == StepFailure(kind: .noRoute, class: .auth, sentNothing: true))
    var keyless = World(routes("a", "b"))
    keyless.pools = ["a": [], "b": []]
    let run = keyless.run()
    #expect(run.outcome.failure?.kind == .noRoute)
    #expect(run.outcome.failure?.sentNothing == true)
    #expect(run.skips.map(\.reason) == [.noCredential, .noCredential])
  }
}
