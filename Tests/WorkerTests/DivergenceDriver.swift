import Calls
import Fallback
import Foundation
import Queue
import SQLiteQueue
import Simulator
import Worker

/// Providers that play a script, a configuration over them, and one job.
struct DivergenceScene: Sendable {
  /// What each provider does in order; afterwards it answers well, or as `usual` says.
  var scripts: [String: [Behaviour]]
  var usual: [String: Behaviour] = [:]
  var environment: [String: String] = [:]
  /// The user named this provider.
  var explicit: String?
  /// From the providers' URLs.
  var config: @Sendable (_ urls: [String: String]) -> String

  /// Plays it with a world of its own.
  func play(blocking: Bool) async throws -> DivergenceEnd {
    var providers: [String: SimulatedProvider] = [:]
    for name in Set(scripts.keys).union(usual.keys) {
      let provider = try SimulatedProvider.start(usual: usual[name] ?? .text("Fine, says \(name)."))
      provider.enqueue(scripts[name] ?? [])
      providers[name] = provider
    }
    let world = try TestWorld(
      config: config(providers.mapValues(\.url)), environment: environment)
    var options = JobOptions()
    options.provider = explicit
    let job = try world.newJob("prompt", "Say something.", options: options, maxAttempts: 1)
    let id: JobID
    if blocking {
      id = try await world.runBlocking(job)
    } else {
      id = try world.enqueue(job)
      try await world.drain()
    }
    return try DivergenceEnd(world: world, id: id, providers: providers)
  }

  /// Plays it through the blocking and through the async path.
  func both() async throws -> [DivergenceEnd] {
    [try await play(blocking: true), try await play(blocking: false)]
  }
}

/// How one path ended, in words that do not depend on times and ports.
struct DivergenceEnd {
  var world: TestWorld
  var id: JobID
  var record: JobRecord?
  var calls: [CallRecord]
  /// `provider model key class rule action` of each call.
  var log: [String]
  /// `provider model reason` of each skip.
  var skips: [String]
  /// Each provider's requests with path, key and body.
  var requests: [String: [String]]
  var marks: [String]
  /// Requests of each provider.
  var counts: [String: Int] { requests.mapValues(\.count) }

  init(world: TestWorld, id: JobID, providers: [String: SimulatedProvider]) throws {
    self.world = world
    self.id = id
    record = try world.store.job(id)
    let ledgers = try world.store.attempts(of: id).compactMap { Trace($0.trace)?.ledger() }
    calls = ledgers.flatMap(\.calls)
    log = calls.map { call in
      let key = call.credential?.label ?? "-"
      let failure = call.failure.map { "\($0.class.rawValue) \($0.rule)" } ?? "ok"
      return "\(call.provider) \(call.model) \(key) \(failure) \(call.disposition?.rawValue ?? "?")"
    }
    skips = ledgers.flatMap(\.skips).map { "\($0.provider) \($0.model) \($0.reason.rawValue)" }
    requests = providers.mapValues { provider in
      provider.requests.map { request in
        let key = request.header("Authorization") ?? request.header("x-api-key") ?? "-"
        return "\(request.path) \(key) \(request.header("x-extra") ?? "-") \(request.text)"
      }
    }
    marks = try world.store.marks().map {
      "\($0.key.scope.rawValue) \($0.key.provider) \($0.key.model) \($0.class.rawValue)"
        + " \($0.isPending ? "pending" : "set")"
    }.sorted()
  }

  /// What must be equal on both paths.
  var story: [String] {
    log + skips + requests.sorted { $0.key < $1.key }.flatMap { [$0.key] + $0.value } + marks
      + [record?.servedBy?.provider ?? "nobody", record?.error?.class ?? "no error"]
  }
}

enum DivergenceConfig {
  /// `first` is main, `second` follows.
  @Sendable static func two(_ urls: [String: String]) -> String {
    """
    { main: { provider: "first", model: "a" }, chain: [ { provider: "second", model: "b" } ],
      providers: { first: { base_url: "\(urls["first"] ?? "")/v1" },
                   second: { base_url: "\(urls["second"] ?? "")/v1" } },
      retry: { backoff_base: 0.001 } }
    """
  }
}
