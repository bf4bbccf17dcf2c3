package import Fallback

/// The routes of a job, and the story of how they came about.
package struct PlanResolution: Sendable, Hashable {
  /// Nil when `problem` is set.
  package var plan: Plan?
  package var problem: PlanProblem?
  /// Every candidate in order, in or out and why.
  package var notes: [RouteNote]
  /// One step over all its routes.
  package var stepTimeout: Milliseconds?
  package var builtin: BuiltinUse

  package init(
    plan: Plan?, problem: PlanProblem? = nil, notes: [RouteNote] = [],
    stepTimeout: Milliseconds? = nil, builtin: BuiltinUse = .never
  ) {
    self.plan = plan
    self.problem = problem
    self.notes = notes
    self.stepTimeout = stepTimeout
    self.builtin = builtin
  }
}

/// When the built-in engine may serve this job.
package enum BuiltinUse: String, Sendable, Hashable {
  case never
  /// There is nothing else: no route was configured or found.
  case insteadOfRoutes = "instead_of_routes"
  /// After every route has failed, or where there is none.
  case afterRoutes = "after_routes"
}

/// Why there is no plan.
package enum PlanProblem: Error, Sendable, Hashable {
  case unknownProvider(String, suggestion: String?)
  /// Known, but spoken to in a way that is not built in.
  case unsupportedProvider(String, reason: String)
  case noModel(provider: String)
  case noBaseURL(provider: String)
  case badBaseURL(provider: String, variable: String, BaseURL.Fault)
  /// A key would travel in the clear; only for addresses from the environment.
  case insecureURL(provider: String)
}

/// One candidate.
package struct RouteNote: Sendable, Hashable {
  package enum Verdict: Sendable, Hashable {
    case isIn
    case out(Reason)
  }

  package enum Reason: Sendable, Hashable {
    /// The same provider, address and model stand further up.
    case duplicate
    case problem(PlanProblem)
    /// Explicit mode must not end at main here.
    case mainFallbackOff
    /// Configured, but neither main nor in a chain.
    case notInChain
  }

  package var origin: RouteOrigin
  package var provider: String
  package var model: String?
  package var baseURL: String?
  package var verdict: Verdict
}
