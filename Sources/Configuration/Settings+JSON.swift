package import JSONText
import Fallback

extension Settings {
  /// The effective settings in the shape of config.json, defaults included. A key command is not
  /// shown: it may hold what it should not.
  package var json: JSONValue {
    [
      "main": main.map(\.json) ?? nil,
      "chain": .array(chain.map(\.json)),
      "discover": .bool(isDiscovering),
      "last_resort": .string(lastResort.rawValue),
      "providers": .object(
        providers.sorted { $0.key < $1.key }.map { JSONPair($0.key, $0.value.json) }),
      "tasks": .object(tasks.sorted { $0.key < $1.key }.map { JSONPair($0.key, $0.value.json) }),
      "retry": [
        "transient": .int(retry.transient), "backoff_base": .seconds(retry.backoffBase),
        "backoff_cap": .seconds(retry.backoffCap), "short_wait": .seconds(retry.shortWait),
      ],
      "health": health.json,
      "queue": [
        "max_attempts": .int(queue.maxAttempts),
        "backoff": .array(queue.backoff.map { .seconds($0) }), "lease": .seconds(queue.lease),
        "park_max": .seconds(queue.parkMax), "keep_finished": .seconds(queue.keepFinished),
        "keep_dead": .seconds(queue.keepDead),
      ],
      "queues": .object(
        queues.sorted { $0.key < $1.key }.map { name, queue in
          JSONPair(name, .set([("concurrency", queue.concurrency.map { .int($0) })]))
        }),
      "limits": [
        "calls_per_step": .int(limits.callsPerStep),
        "tokens_per_day": .object(
          limits.tokensPerDay.sorted { $0.key < $1.key }.map { JSONPair($0.key, .int($0.value)) }),
      ],
      "ca_file": .optional(certificateFile),
    ]
  }
}

extension RouteReference {
  fileprivate var json: JSONValue {
    .set([("provider", .string(provider)), ("model", model.map { .string($0) })])
  }
}

extension HealthSettings {
  fileprivate var json: JSONValue {
    let spans = Self.defaults.map {
      JSONPair($0.class.rawValue, .seconds(durations[$0.class] ?? 0))
    }
    return .object(spans + [JSONPair("max", .seconds(max))])
  }
}

extension TaskSettings {
  fileprivate var json: JSONValue {
    .set([
      ("provider", .string(provider ?? "auto")), ("model", model.map { .string($0) }),
      ("timeout", timeout.map { .seconds($0) }),
      ("fallback_chain", .array(fallbackChain.map(\.json))),
      ("allow_main_fallback", allowsMainFallback.map { .bool($0) }),
    ])
  }
}

extension ProviderSettings {
  fileprivate var json: JSONValue {
    let prices = price.map {
      JSONValue.object([
        JSONPair("input", .double($0.input)), JSONPair("output", .double($0.output)),
      ])
    }
    return .set(
      [
        ("base_url", baseURL.map { .string($0.text) }),
        ("api", dialect.map { .string($0.rawValue) }),
        ("model", model.map { .string($0) }),
        ("key_env", keyNames.map { .array($0.map { .string($0) }) }),
        ("key_file", keyFile.map { .string($0) }),
        ("key_command", keyCommand.map { _ in .string("(not shown)") }),
        ("context", context.map { .int($0) }), ("timeout", timeout.map { .seconds($0) }),
        ("concurrency", concurrency.map { .int($0) }), ("strategy", .string(strategy.rawValue)),
        ("headers", .object(headers.map { JSONPair($0.name, .string($0.value)) })),
        ("price", prices), ("insecure_http", .bool(allowsInsecureHTTP)),
        ("ca_file", certificateFile.map { .string($0) }), ("oauth", oauth.map(\.json)),
      ] + wireJSON)
  }

  private var wireJSON: [(String, JSONValue?)] {
    let extra = [0x7B] + wire.extraMembers + [0x7D]
    return [
      ("stream", wire.streams.map { .bool($0) }),
      ("first_token_timeout", wire.firstToken.map { .seconds($0) }),
      ("idle_timeout", wire.idle.map { .seconds($0) }),
      ("reasoning", wire.effort.map { .string($0.rawValue) }),
      ("extra_body", wire.extraMembers.isEmpty ? nil : .raw(extra)),
      ("allow_private", wire.allowsPrivateAddress.map { .bool($0) }),
      ("requests_per_minute", rate.requestsPerMinute.map { .int($0) }),
      ("tokens_per_minute", rate.tokensPerMinute.map { .int($0) }),
      ("rate_limit_per", rate.isSet ? .string(rate.scope.rawValue) : nil),
    ]
  }
}

extension OAuthSettings {
  fileprivate var json: JSONValue {
    .set([
      ("token_url", .string(tokenURL)), ("client_id", .string(clientID)),
      ("client_secret_env", clientSecretName.map { .string($0) }),
      ("format", .string(format.rawValue)), ("scope", scope.map { .string($0) }),
    ])
  }
}

extension JSONValue {
  /// An object of what is set.
  fileprivate static func set(_ pairs: [(String, JSONValue?)]) -> JSONValue {
    .object(pairs.compactMap { pair in pair.1.map { JSONPair(pair.0, $0) } })
  }

  fileprivate static func seconds(_ span: Milliseconds) -> JSONValue {
    .double(Double(span) / 1000)
  }
}
