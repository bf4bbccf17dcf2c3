import Credentials
import Fallback
import Foundation
import Platform
import Queue
import SQLiteQueue
import Simulator
import Worker

/// Two simulated providers, `first` and `second`, with keys in auth.json, and what they saw.
struct PoolScene {
  let first: SimulatedProvider
  let second: SimulatedProvider

  init(first: Behaviour = .text("Fine."), second: Behaviour = .text("Fine.")) throws {
    self.first = try SimulatedProvider.start(usual: first)
    self.second = try SimulatedProvider.start(usual: second)
  }

  /// One stored credential.
  struct Key {
    var id: String
    var url: String?

    init(_ id: String, at url: String? = nil) {
      self.id = id
      self.url = url
    }

    /// What the provider sees.
    var secret: String { "sk-secret-\(id)" }

    var json: String {
      let url = url.map { ",\"base_url\":\"\($0)\"" } ?? ""
      return "{\"id\":\"\(id)\",\"label\":\"\(id)\",\"access_token\":\"\(secret)\"\(url)}"
    }
  }

  static func auth(_ pools: [String: [Key]]) -> String {
    let members = pools.sorted { $0.key < $1.key }
      .map { "\"\($0.key)\":[\($0.value.map(\.json).joined(separator: ","))]" }
    return "{\"version\":1,\"credential_pool\":{\(members.joined(separator: ","))}}"
  }

  /// `first` in main, `second` in the chain.
  func config(first extra: String = "", chain: Bool = true, more: String = "") -> String {
    """
    { main: { provider: "first", model: "a" },
      \(chain ? "chain: [ { provider: \"second\", model: \"b\" } ]," : "")
      providers: { first: { base_url: "\(first.url)/v1", \(extra) },
                   second: { base_url: "\(second.url)/v1" } },
      retry: { backoff_base: 0.001 }, \(more) }
    """
  }

  func world(
    _ keys: [String], first extra: String = "", chain: Bool = true, more: String = ""
  ) throws -> TestWorld {
    try TestWorld(
      config: config(first: extra, chain: chain, more: more),
      auth: Self.auth(["first": keys.map { Key($0) }, "second": [Key("z")]]))
  }

  /// Answers by key; the last behaviour of a key stays.
  static func answer(
    _ provider: SimulatedProvider, _ answers: [String: [Behaviour]]
  ) {
    let left = Left(answers)
    provider.answer { request in left.next(keyID(request)) }
  }

  /// The id of the key that a request carried.
  static func keyID(_ request: SimulatedRequest) -> String {
    (request.header("authorization") ?? "none").replacingOccurrences(
      of: "Bearer sk-secret-", with: "")
  }

  /// Ids of the keys that a provider saw, in order.
  static func keys(_ provider: SimulatedProvider) -> [String] { provider.requests.map(keyID) }

  private final class Left: @unchecked Sendable {  // Guarded by its lock.
    private var answers: [String: [Behaviour]]
    private let lock = NSLock()

    init(_ answers: [String: [Behaviour]]) { self.answers = answers }

    func next(_ id: String) -> Behaviour {
      lock.withLock {
        let list = answers[id] ?? []
        if list.count > 1 { answers[id]?.removeFirst() }
        return list.first ?? .text("Fine.")
      }
    }
  }
}

extension TestWorld {
  /// What auth.json holds.
  var authText: String {
    (try? String(contentsOfFile: folder + "/auth.json", encoding: .utf8)) ?? ""
  }

  /// Benches a credential by hand.
  func mark(
    _ provider: String, _ id: String, _ reason: FailureClass = .rateLimit,
    for span: Milliseconds = 60_000
  ) throws {
    let key = MarkKey(scope: .credential, provider: provider, credential: id)
    let now = engine.clock.now()
    _ = try store.transact([
      .mark([Mark(key: key, class: reason, status: 429, until: now + span, markedAt: now - 90_000)])
    ])
  }

  func alternates(_ provider: String) -> Int? {
    let event = engine.pools.acquire(
      AcquireOrder(route: 0), route: engine.route(to: provider), now: engine.clock.now())
    guard case .acquired(_, let acquisition) = event else { return nil }
    return acquisition.alternates
  }
}
