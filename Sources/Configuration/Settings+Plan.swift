package import Fallback

extension Settings {
  /// Works out the routes of a job (design §4). Pure: the environment and what is known about
  /// credentials come in.
  ///
  /// - Parameters:
  ///   - task: The kind of job.
  ///   - provider: Asked for with the job; `auto` overrules a provider that the task names.
  ///   - model: Asked for with the job. Without a provider it is asked of the first route only, since
  ///     no other provider need know it.
  ///   - environment: For `<PROVIDER>_BASE_URL`.
  ///   - hasCredential: Decides about discovery; the sources it gets leave out variables that other
  ///     programs own.
  /// - Returns: The plan, or why there is none.
  package func plan(
    for task: String, provider: String? = nil, model: String? = nil,
    environment: [String: String] = [:], hasCredential: (KeySources) -> Bool = { _ in false }
  ) -> PlanResolution {
    let own = tasks[task] ?? TaskSettings()
    var builder = PlanBuilder(settings: self, environment: environment)
    let wanted = provider.map { $0 == "auto" ? nil : $0 } ?? own.provider
    if let wanted {
      let isTasks = own.provider.map { same($0, wanted) } ?? false
      builder.explicit(wanted, model: model ?? (isTasks ? own.model : nil), task: own)
    } else {
      builder.automatic(own, model: model ?? own.model, hasCredential: hasCredential)
    }
    return builder.resolution(mode: wanted == nil ? .auto : .explicit, task: own)
  }

  /// Settings `retry` and `limits` as `decide` takes them.
  package var policy: Policy {
    Policy(
      transientRetries: retry.transient, backoffBase: retry.backoffBase,
      backoffCap: retry.backoffCap, shortWait: retry.shortWait,
      callsPerStep: limits.callsPerStep,
      health: Dictionary(
        FailureClass.allCases.map { ($0, health.duration($0)) }.filter { $0.1 > 0 }
      ) { first, _ in first },
      healthMax: health.max)
  }

  private func same(_ left: String, _ right: String) -> Bool {
    (canonicalProvider(left) ?? left) == (canonicalProvider(right) ?? right)
  }
}

/// Collects routes in order.
private struct PlanBuilder {
  let settings: Settings
  let environment: [String: String]
  var routes: [Route] = []
  var notes: [RouteNote] = []
  var problem: PlanProblem?
  var allowsMain = true
  /// Somebody wrote down a route, usable or not.
  var isConfigured = false

  init(settings: Settings, environment: [String: String]) {
    self.settings = settings
    self.environment = environment
  }

  mutating func automatic(
    _ task: TaskSettings, model: String?, hasCredential: (KeySources) -> Bool
  ) {
    var written: [(RouteReference, RouteOrigin)] = []
    if let main = settings.main { written.append((main, .main)) }
    written += task.fallbackChain.map { ($0, .task) }
    written += settings.chain.map { ($0, .chain) }
    isConfigured = !written.isEmpty
    if settings.isDiscovering {
      for id in discovered(hasCredential) {
        written.append((RouteReference(provider: id), .discovery))
      }
    }
    for (index, entry) in written.enumerated() {
      let asked = index == 0 ? model ?? entry.0.model : entry.0.model
      add(entry.0.provider, model: asked, origin: entry.1)
    }
    noteUnused()
  }

  mutating func explicit(_ provider: String, model: String?, task: TaskSettings) {
    isConfigured = true
    do throws(PlanProblem) {
      routes = [try route(provider, model: model, origin: .explicit)]
    } catch {
      problem = error
      notes.append(note(provider, model: model, .explicit, .out(.problem(error))))
      return
    }
    notes.append(note(routes[0], .isIn))
    for entry in task.fallbackChain { add(entry.provider, model: entry.model, origin: .task) }
    guard let main = settings.main else { return }
    allowsMain = task.allowsMainFallback ?? staysLocal(main)
    if allowsMain {
      add(main.provider, model: main.model, origin: .main)
    } else {
      notes.append(note(main.provider, model: main.model, .main, .out(.mainFallbackOff)))
    }
  }

  /// Whether ending at main keeps data as near as the user put it: not from a local host to a public
  /// one.
  private func staysLocal(_ main: RouteReference) -> Bool {
    guard let explicit = routes.first, explicit.host != .public else { return true }
    let name = settings.canonicalProvider(main.provider) ?? main.provider
    guard let address = try? settings.address(name, environment: environment) else { return true }
    return address.url.hostClass != .public
  }

  private func discovered(_ hasCredential: (KeySources) -> Bool) -> [String] {
    Registry.entries.filter { entry in
      !entry.isNeverAutomatic && settings.model(provider: entry.id, asked: nil) != nil
        && hasCredential(settings.keySources(entry.id, includingShared: false))
    }.map(\.id)
  }

  private mutating func add(_ provider: String, model: String?, origin: RouteOrigin) {
    do throws(PlanProblem) {
      let route = try route(provider, model: model, origin: origin)
      let isKnown = routes.contains {
        $0.provider == route.provider && $0.baseURL == route.baseURL && $0.model == route.model
      }
      notes.append(note(route, isKnown ? .out(.duplicate) : .isIn))
      if !isKnown { routes.append(route) }
    } catch {
      notes.append(note(provider, model: model, origin, .out(.problem(error))))
    }
  }

  private func route(
    _ provider: String, model asked: String?, origin: RouteOrigin
  ) throws(PlanProblem) -> Route {
    guard let name = settings.canonicalProvider(provider) else {
      if let reason = Registry.unsupported(provider) {
        throw .unsupportedProvider(provider, reason: reason)
      }
      throw .unknownProvider(provider, suggestion: settings.suggestedProvider(provider))
    }
    let address = try address(name)
    guard let model = settings.model(provider: name, asked: asked) else {
      throw .noModel(provider: name)
    }
    let own = settings.providers[name] ?? ProviderSettings()
    let entry = Registry.entry(name)
    // 0 means no time, and a transport would take it for no limit.
    let timeout = max(own.timeout ?? 120_000, 1)
    return Route(
      provider: name, baseURL: address.url.text,
      dialect: own.dialect ?? entry?.dialect ?? .chat, model: model,
      contextWindow: own.context ?? (model == entry?.model ? entry?.context : nil),
      host: address.url.hostClass, origin: origin, timeout: timeout,
      connectTimeout: min(10_000, timeout), isNous: name == "nous")
  }

  private func address(_ name: String) throws(PlanProblem) -> ProviderAddress {
    let address: ProviderAddress
    do throws(AddressFault) {
      address = try settings.address(name, environment: environment)
    } catch {
      switch error {
      case .missing: throw .noBaseURL(provider: name)
      case .invalid(let variable, let fault):
        throw .badBaseURL(provider: name, variable: variable, fault)
      }
    }
    let keys = settings.keySources(name)
    if keys.isConfigured || keys.needsKey, !keys.allowsInsecureHTTP, !address.url.isEncrypted,
      address.url.hostClass != .loopback
    {
      throw .insecureURL(provider: name)
    }
    return address
  }

  /// Providers that the user described and then left out of every chain.
  private mutating func noteUnused() {
    let used = Set(notes.map(\.provider))
    for name in settings.providers.keys.sorted()
    where !used.contains(name) && Registry.entry(name) == nil {
      notes.append(note(name, model: nil, .chain, .out(.notInChain)))
    }
  }

  private func note(_ route: Route, _ verdict: RouteNote.Verdict) -> RouteNote {
    RouteNote(
      origin: route.origin, provider: route.provider, model: route.model, baseURL: route.baseURL,
      verdict: verdict)
  }

  private func note(
    _ provider: String, model: String?, _ origin: RouteOrigin, _ verdict: RouteNote.Verdict
  ) -> RouteNote {
    let name = settings.canonicalProvider(provider) ?? provider
    return RouteNote(
      origin: origin, provider: name, model: settings.model(provider: name, asked: model),
      baseURL: (try? settings.address(name, environment: environment))?.url.text,
      verdict: verdict)
  }

  func resolution(mode: Plan.Mode, task: TaskSettings) -> PlanResolution {
    let plan = Plan(
      mode: mode, routes: routes, allowsMainFallback: allowsMain, policy: settings.policy)
    return PlanResolution(
      plan: problem == nil ? plan : nil, problem: problem, notes: notes,
      stepTimeout: task.timeout, builtin: builtin)
  }

  private var builtin: BuiltinUse {
    switch settings.lastResort {
    case .never: .never
    case .always: .afterRoutes
    case .unconfigured: isConfigured || !routes.isEmpty ? .never : .insteadOfRoutes
    }
  }
}
