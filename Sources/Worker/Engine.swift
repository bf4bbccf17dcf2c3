package import Calls
package import Configuration
package import Credentials
package import Fallback
package import Platform
package import Queue

/// Everything that serves jobs, put together from the settings. One for a process.
package final class Engine: Sendable {
  package let settings: Settings
  package let store: any QueueStore
  package let pools: CredentialPools
  package let redactor: Redactor
  package let worker: WorkerIdentity
  package let clock: SteadyClock
  private let environment: [String: String]
  /// Settings and environment do not change while the process lives, so neither do routes.
  private let plans = Cache<PlanKey, JobPlan>()

  private struct PlanKey: Hashable {
    var kind: String
    var provider: String?
    var model: String?
  }

  /// Puts it together; keys are read when they are first needed.
  ///
  /// - Parameters:
  ///   - settings: The configuration.
  ///   - environment: For keys and base URLs.
  ///   - store: The queue.
  ///   - auth: The stored credentials.
  ///   - parseOrigin: The transport's own reading of a URL.
  ///   - patience: How long calls wait for the first one with a credential, in milliseconds.
  ///   - transport: For refreshes; nil: none is made.
  package init(
    settings: Settings, environment: [String: String], store: any QueueStore,
    auth: AuthStore = AuthStore(), parseOrigin: @escaping @Sendable (String) -> Origin?,
    patience: Milliseconds = 1_000, refreshing transport: (any BlockingTransport)? = nil
  ) {
    self.settings = settings
    self.environment = environment
    self.store = store
    let clock = SteadyClock()
    self.clock = clock
    redactor = Redactor()
    let worker = WorkerIdentity.current()
    self.worker = worker
    pools = CredentialPools(
      providers: settings.providerNames.map { ProviderKeys(settings, $0, environment) },
      loader: KeyLoader(environment: environment), auth: auth,
      marks: QueueMarkStore(store: store, holder: worker, now: { clock.now() }),
      policy: settings.policy, redactor: redactor, parseOrigin: parseOrigin, patience: patience,
      refreshing: transport.map {
        RefreshTransport($0, parseOrigin: parseOrigin, now: { clock.now() })
      }, calm: 5)
  }

  /// The routes of a kind of job, with what `chain` tells about them.
  package func resolve(kind: String, provider: String?, model: String?) -> PlanResolution {
    settings.plan(
      for: kind, provider: provider, model: model, environment: environment,
      hasCredential: { [pools] in pools.hasKey($0.provider, variables: $0.names) })
  }

  /// A provider as it would be asked if nothing else were said.
  ///
  /// - Parameter provider: Its canonical name.
  /// - Returns: A route to look at; it may lack address and model.
  package func route(to provider: String) -> Route {
    let address = try? settings.address(provider, environment: environment)
    return Route(
      provider: provider, baseURL: address?.url.text ?? "",
      model: settings.model(provider: provider, asked: nil) ?? "")
  }

  /// What the runners need.
  ///
  /// - Parameter progress: Told about progress; must be quick.
  /// - Returns: The context for either path.
  package func context(
    progress: @escaping @Sendable (JobID, Progress) -> Void = { _, _ in }
  ) -> RunnerContext {
    RunnerContext(
      store: store, source: pools, redactor: redactor, policy: QueuePolicy(settings.queue),
      planFor: { [self] kind, options throws(Unplannable) in
        let key = PlanKey(kind: kind, provider: options.provider, model: options.model)
        return try plans.value(key) { () throws(Unplannable) in try plan(kind, options) }
      }, now: { [clock] in clock.now() },
      missingKey: { [pools] in KeyWording.sentence(pools.problems($0)) },
      price: { [settings] in
        settings.providers[$0]?.price.map { TokenPrice(input: $0.input, output: $0.output) }
      }, progress: progress)
  }

  private func plan(
    _ kind: String, _ options: JobOptions
  ) throws(Unplannable) -> JobPlan {
    let found = resolve(kind: kind, provider: options.provider, model: options.model)
    guard let plan = found.plan else {
      throw Unplannable(found.problem.map { JobError($0) } ?? .noPlan)
    }
    let unused = found.notes.filter { $0.verdict == .out(.notInChain) }.map(\.provider)
    return JobPlan(
      plan: plan, builtin: found.builtin, stepTimeout: found.stepTimeout, unused: unused)
  }
}

extension ProviderKeys {
  init(_ settings: Settings, _ name: String, _ environment: [String: String]) {
    let sources = settings.keySources(name)
    let own = settings.providers[name]
    // A built-in provider needs its key wherever it is sent; a configured one that names no source
    // is asked without.
    self.init(
      provider: name, variables: sources.names, file: sources.file, command: sources.command,
      isConfigured: sources.isConfigured, needsKey: sources.isConfigured || sources.needsKey,
      strategy: PoolStrategy(rawValue: sources.strategy.rawValue) ?? .fillFirst,
      allowsInsecureHTTP: sources.allowsInsecureHTTP,
      headers: Dictionary((own?.headers ?? []).map { ($0.name, $0.value) }) { $1 },
      poolNames: settings.poolNames(name),
      baseURL: (try? settings.address(name, environment: environment))?.url.text ?? "",
      registryURL: Registry.entry(name)?.baseURL.flatMap { try? BaseURL($0) }?.text,
      oauth: own?.oauth, concurrency: own?.concurrency)
    keyEndpoints = Registry.entry(name)?.keyEndpoints ?? []
    wire = WireSettings(own, settings)
    pace = own.flatMap { PaceLimits($0.rate) }
    dailyTokens = settings.limits.tokensPerDay[name]
    if case .header(let header) = sources.auth {
      headerName = header
      headerPrefix = ""
    } else if sources.auth == .anthropic {
      headerName = "x-api-key"
      headerPrefix = ""
    }
  }
}

extension QueuePolicy {
  package init(_ settings: QueueSettings) {
    self.init(backoff: settings.backoff, lease: settings.lease, parkMax: settings.parkMax)
  }
}

extension WorkerIdentity {
  /// This process.
  static func current() -> WorkerIdentity {
    let process = ProcessIdentity.current()
    return WorkerIdentity(
      id: SHA256.hexText(Random.bytes(8)), bootID: process.bootID,
      pidNamespace: process.pidNamespace, pid: process.pid, pidStart: process.startTime)
  }
}

extension JobError {
  fileprivate static let noPlan = JobError(
    class: "configuration", message: "no route could be worked out",
    hint: "`auxq chain` shows what is configured")

  /// A plan that the configuration does not give.
  fileprivate init(_ problem: PlanProblem) {
    let message: String
    switch problem {
    case .unknownProvider(let name, let suggestion):
      message =
        "there is no provider \"\(name)\"" + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "")
    case .unsupportedProvider(let name, let reason): message = "\(name) cannot be used: \(reason)"
    case .noModel(let provider): message = "no model is configured for \(provider)"
    case .noBaseURL(let provider): message = "no base_url is configured for \(provider)"
    case .badBaseURL(let provider, let variable, let fault):
      message = "\(variable) is no address for \(provider): \(fault.message)"
    case .insecureURL(let provider):
      message = "the key of \(provider) would travel unencrypted: its address is plain http"
    }
    self.init(
      class: "configuration", message: message, hint: "`auxq chain` shows what is configured")
  }
}
