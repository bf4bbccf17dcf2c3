import Calls
import ClassRows
import Fallback
import Synchronization
import Testing

/// E3: Nous's own remedies first, then the provider's own refresh, then the next key, then the next
/// provider, and no failure of a remedy gets out. A scripted refresher, through both callers.
struct NousRecoveryTests {
  /// Keys by provider, and what each refresh gives, by `purpose key`.
  private final class Refresher: CredentialSource {
    let keys: [String: [String]]
    let outcomes: [String: RefreshReport.Outcome]
    private let log: Log
    private let secrets = Mutex<[String: Int]>([:])

    init(
      keys: [String: [String]], outcomes: [String: RefreshReport.Outcome], log: Log
    ) {
      self.keys = keys
      self.outcomes = outcomes
      self.log = log
    }

    private func reference(_ id: String) -> CredentialReference {
      let revision = secrets.withLock { $0[id] ?? 0 }
      return CredentialReference(
        id: id, label: id, fingerprint: "\(id)-\(revision)", isRefreshable: true)
    }

    func acquire(_ order: AcquireOrder, route: Route, now: Milliseconds) -> Event {
      let left = (keys[route.provider] ?? []).filter { !order.excluding.contains($0) }
      guard let first = left.first else {
        return .unavailable(now, Unavailability(reason: .noCredential))
      }
      return .acquired(
        now,
        Acquisition(
          credential: reference(first), baseURL: route.baseURL, alternates: left.count - 1))
    }

    func header(for order: SendOrder, route: Route) -> CredentialHeader? { nil }
    func headers(for route: Route) -> [(name: String, value: String)] { [] }
    func apply(_ effects: [Effect], job: Int64, now: Milliseconds) {}

    func refresh(
      _ order: RefreshOrder, route: Route, now: Milliseconds,
      told: @escaping @Sendable (RefreshReport) -> Void
    ) -> Bool {
      let name = "\(order.purpose.rawValue) \(order.credential.id)"
      log.note(name)
      var outcome = outcomes[name] ?? .failed(isTerminal: false)
      if case .renewed = outcome {
        secrets.withLock { $0[order.credential.id, default: 0] += 1 }
        outcome = .renewed(reference(order.credential.id))
      }
      told(RefreshReport(outcome: outcome, startedAt: now, didSend: true))
      return true
    }
  }

  private final class Log: Sendable {
    private let lines = Mutex<[String]>([])
    func note(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  /// Answers in order; notes model and provider of every request.
  private final class Provider: BlockingTransport, AsyncTransport {
    private let replies: Mutex<[HTTPReply]>
    private let log: Log

    init(_ replies: [HTTPReply], log: Log) {
      self.replies = Mutex(replies)
      self.log = log
    }

    func send(_ request: HTTPRequest, cancellation: Cancellation) -> HTTPReply {
      let host = request.url.split(separator: "/").dropFirst().first?.split(separator: ".").first
      let body = String(decoding: request.body, as: UTF8.self)
      log.note("\(host ?? "-")" + (body.contains("recommended") ? " recommended" : ""))
      return replies.withLock { $0.isEmpty ? HTTPReply(fault: .refused) : $0.removeFirst() }
    }

    func send(_ request: HTTPRequest, cancellation: Cancellation) async -> HTTPReply {
      blocking(request, cancellation)
    }

    private func blocking(_ request: HTTPRequest, _ cancellation: Cancellation) -> HTTPReply {
      send(request, cancellation: cancellation)
    }
  }

  struct Story: Sendable, CustomTestStringConvertible {
    var name: String
    var replies: [HTTPReply]
    var outcomes: [String: RefreshReport.Outcome] = [:]
    var mode = Plan.Mode.auto
    /// Providers in order; only `nous` is Nous.
    var providers = ["nous", "other"]
    var log: [String]
    var isServed = true
    var testDescription: String { name }
  }

  private static func reply(_ status: Int, _ body: String) -> HTTPReply {
    HTTPReply(
      status: status, headers: [("content-type", "application/json")], body: Array(body.utf8))
  }

  private static let ok = reply(200, Bodies.chat("Hello"))
  private static let denied = reply(401, Bodies.openAI(nil, "Invalid or expired agent key"))
  private static let unpaid = reply(402, Bodies.openAI(nil, "Insufficient credits"))
  private static let dropped = reply(
    404, Bodies.openAI(nil, "The requested model does not exist in our configuration"))
  private static let fresh = RefreshReport.Outcome.renewed(
    CredentialReference(id: "", label: "", fingerprint: ""))

  static let stories = [
    Story(
      name: "a refresh that works is enough", replies: [denied, ok],
      outcomes: ["refresh k1": fresh], log: ["nous", "refresh k1", "nous"]),
    Story(
      name: "a failed refresh goes on to the next key, which is refreshed too, then falls back",
      replies: [denied, denied, ok],
      log: ["nous", "refresh k1", "nous", "refresh k2", "other"]),
    Story(
      name: "a second refusal after a refresh never escapes",
      replies: [denied, denied, denied, ok],
      outcomes: ["refresh k1": fresh],
      log: ["nous", "refresh k1", "nous", "nous", "refresh k2", "other"]),
    Story(
      name: "paid by now: the account is asked, then one refresh", replies: [unpaid, ok],
      outcomes: ["account k1": .paid, "refresh k1": fresh],
      log: ["nous", "account k1", "refresh k1", "nous"]),
    Story(
      name: "unpaid: the next key is asked about too, then the next provider",
      replies: [unpaid, unpaid, ok], outcomes: ["account k1": .unchanged],
      log: ["nous", "account k1", "nous", "account k2", "other"]),
    Story(
      name: "paid, but the refresh fails: the next key", replies: [unpaid, ok],
      outcomes: ["account k1": .paid],
      log: ["nous", "account k1", "refresh k1", "nous"]),
    Story(
      name: "a dropped model is replaced by the recommended one", replies: [dropped, ok],
      outcomes: ["models k1": .model("recommended")],
      log: ["nous", "models k1", "nous recommended"]),
    Story(
      name: "a recommendation that is dropped as well is not asked for again: next key, then on",
      replies: [dropped, dropped, dropped, ok],
      outcomes: ["models k1": .model("recommended")],
      log: ["nous", "models k1", "nous recommended", "nous recommended", "models k2", "other"]),
    Story(
      name: "an explicit provider's own refresh, then its pool; a refusal contacts nobody else",
      replies: [denied, denied], mode: .explicit, providers: ["other", "nous"],
      log: ["other", "refresh k1", "other", "refresh k2"], isServed: false),
    Story(
      name: "an explicit provider's refresh works", replies: [denied, ok],
      outcomes: ["refresh k1": fresh], mode: .explicit, providers: ["other", "nous"],
      log: ["other", "refresh k1", "other"]),
  ]

  private func script(
    _ story: Story, _ log: Log, _ clock: ManualClock
  ) -> CallScript {
    let routes = story.providers.enumerated().map { index, name in
      Route(
        provider: name, baseURL: "https://\(name).example/v1", model: "m",
        origin: story.mode == .explicit ? (index == 0 ? .explicit : .main) : .chain,
        isNous: name == "nous")
    }
    return CallScript(
      plan: Plan(mode: story.mode, routes: routes, policy: Policy()),
      request: CompletionRequest(messages: Array(#"[{"role":"user","content":"Hi"}]"#.utf8)),
      jobID: 1,
      source: Refresher(
        keys: Dictionary(
          uniqueKeysWithValues: story.providers.enumerated().map { index, name in
            (name, index == 0 ? ["k1", "k2"] : ["z"])
          }), outcomes: story.outcomes, log: log),
      redactor: Redactor(), now: { clock.now }, journal: { _, _ in })
  }

  @Test("E3: each remedy in its order, on both paths alike", arguments: stories)
  func order(story: Story) async {
    let facts = StepFacts(path: .async, seed: 3)
    let (first, second) = (Log(), Log())
    let (firstClock, secondClock) = (ManualClock(), ManualClock())
    let blocking = BlockingCaller(
      transport: Provider(story.replies, log: first),
      sleep: { until, _ in firstClock.advance(to: until) }
    ).run(script(story, first, firstClock), facts: facts, cancellation: Cancellation())
    let async = await AsyncCaller(
      transport: Provider(story.replies, log: second),
      sleep: { until, _ in secondClock.advance(to: until) }, offload: { work in work() }
    ).run(script(story, second, secondClock), facts: facts, cancellation: Cancellation())
    #expect(first.all == story.log)
    #expect(second.all == story.log)
    #expect(blocking.events == async.events)
    #expect((blocking.outcome == .succeeded) == story.isServed)
    #expect(blocking.outcome == async.outcome)
    #expect(blocking.calls.allSatisfy { $0.disposition != nil })
  }
}
