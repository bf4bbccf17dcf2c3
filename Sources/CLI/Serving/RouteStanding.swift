import Calls
import Configuration
import Credentials
import Fallback
import JSONText
import Platform
import Worker

/// A route of the chain as it stands now.
struct RouteStanding {
  var note: RouteNote
  var route: Route?
  /// Its window was learnt from an answer of the provider.
  var isContextLearnt = false
  var acquisition: Acquisition?
  var unavailability: Unavailability?
  /// Why its provider has no key.
  var missingKey: String?

  /// Looks at the marks and credentials that a call would look at; sends nothing.
  ///
  /// - Parameters:
  ///   - note: Of the resolution.
  ///   - plan: With what was learnt.
  ///   - configured: Without it.
  ///   - engine: Marks and credentials.
  init(_ note: RouteNote, _ plan: Plan, _ configured: Plan, _ engine: Engine) {
    self.note = note
    guard note.verdict == .isIn,
      let index = plan.routes.firstIndex(where: {
        $0.provider == note.provider && $0.baseURL == note.baseURL && $0.model == note.model
      })
    else { return }
    let found = plan.routes[index]
    route = found
    isContextLearnt = found.contextWindow != configured.routes[index].contextWindow
    let order = AcquireOrder(route: index)
    switch engine.pools.acquire(order, route: found, now: engine.clock.now()) {
    case .acquired(_, let acquisition): self.acquisition = acquisition
    case .unavailable(_, let reason):
      unavailability = reason
      if reason.reason == .noCredential {
        missingKey = KeyWording.sentence(engine.pools.problems(found.provider))
      }
    case .begin, .refreshed, .answered, .woke, .cancelled: break
    }
  }

  var isIn: Bool { acquisition != nil }

  /// The window in tokens, as far as it is known.
  var contextWords: String {
    guard let window = route?.contextWindow else { return "-" }
    return "\(window)" + (isContextLearnt ? " (learnt)" : "")
  }

  /// The key that would be used, or why the route is out.
  func words(_ now: Milliseconds) -> String {
    if let acquisition { return acquisition.credential?.label ?? "asked without a key" }
    if let missingKey { return missingKey }
    if let unavailability {
      if unavailability.class?.isAboutKeys == true, unavailability.reason != .beingProbed {
        return CredentialStatus.text(unavailability, now: now)
      }
      let mark = unavailability.class.map { ": \($0.phrase)" } ?? ""
      let left = unavailability.until.map { ", \(Quantity.relative($0, now: now))" } ?? ""
      return unavailability.reason.rawValue + mark + left
    }
    guard case .out(let reason) = note.verdict else { return "" }
    return RouteWording.text(reason)
  }

  var json: JSONValue {
    var pairs = [
      JSONPair("provider", .string(note.provider)),
      JSONPair("model", .optional(note.model)),
      JSONPair("base_url", .optional(note.baseURL)),
      JSONPair("api", .optional(route?.dialect.rawValue)),
      JSONPair("origin", .string(note.origin.rawValue)),
      JSONPair("context", .optional(route?.contextWindow)),
      JSONPair("context_learnt", .bool(isContextLearnt)),
      JSONPair("in", .bool(isIn)),
      JSONPair("credential", .optional(acquisition?.credential?.label)),
      JSONPair("reason", isIn ? .null : .string(shortReason)),
      JSONPair("class", .optional(unavailability?.class?.rawValue)),
    ]
    pairs.append(JSONPair("until", unavailability?.until.map { .time($0) } ?? .null))
    return .object(pairs)
  }

  private var shortReason: String {
    if let unavailability { return unavailability.reason.rawValue }
    guard case .out(let reason) = note.verdict else { return "" }
    return RouteWording.text(reason)
  }
}

/// Why a route is not in the chain, in words.
enum RouteWording {
  static func text(_ reason: RouteNote.Reason) -> String {
    switch reason {
    case .duplicate: "stands further up already"
    case .problem(let problem): text(problem)
    case .mainFallbackOff: "allow_main_fallback is off here"
    case .notInChain: "described, but neither main nor in a chain"
    }
  }

  static func text(_ problem: PlanProblem) -> String {
    switch problem {
    case .unknownProvider(let name, let suggestion):
      "no provider \"\(name)\"" + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "")
    case .unsupportedProvider(let name, let reason): "\(name): \(reason)"
    case .noModel: "no model is configured"
    case .noBaseURL: "no base_url is configured"
    case .badBaseURL(_, let variable, let fault): "\(variable): \(fault.message)"
    case .insecureURL: "the key would travel unencrypted"
    }
  }
}
