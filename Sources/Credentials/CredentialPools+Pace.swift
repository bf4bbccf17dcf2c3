package import Calls
package import Fallback

/// Keeping to what the user says a provider takes in a minute, rather than being refused.
extension CredentialPools {
  /// The user limits what a minute may hold, and something is going to be sent.
  func isPaced(_ order: AcquireOrder, _ route: Route) -> Bool {
    order.tokens != nil && providers[route.provider]?.pace != nil
  }

  /// Takes a place in the minute for a route that may be used. Where one credential has none, another
  /// may; where none has, the first place that comes soon enough is waited for.
  ///
  /// - Parameters:
  ///   - event: What was chosen.
  ///   - order: Why; its tokens are counted.
  ///   - route: The route.
  ///   - now: Milliseconds.
  ///   - solePlaces: Held for the choice.
  /// - Returns: The choice, perhaps with a time before which it may not be used, or `unavailable` with
  ///   the time at which it may be.
  func paced(
    _ event: Event, _ order: AcquireOrder, _ route: Route, _ now: Milliseconds,
    _ solePlaces: [MarkKey] = []
  ) -> Event {
    guard let limits = providers[route.provider]?.pace, let tokens = order.tokens else {
      return event
    }
    var order = order
    var event = event
    var best: (event: Event, request: PaceRequest, at: Milliseconds)?
    while case .acquired(_, let acquisition) = event {
      let id = limits.isPerCredential ? acquisition.credential?.id ?? "" : ""
      let request = PaceRequest(
        provider: route.provider, credential: id, limits: limits, tokens: tokens, now: now,
        latest: now)
      guard case .notBefore(let time)? = marks.pace(request) else {
        if let best { release(best.event, route, solePlaces) }
        return event
      }
      if let known = best, known.at <= time {
        release(event, route, solePlaces)
      } else {
        if let best { release(best.event, route, solePlaces) }
        best = (event, request, time)
      }
      guard limits.isPerCredential, !id.isEmpty else { break }
      order.excluding.append(id)
      event = choose(order, route: route, now: now)
    }
    guard let best else { return event }
    return waiting(best, route, solePlaces)
  }

  package func needsPlace(_ route: Route) -> Bool { providers[route.provider]?.pace != nil }

  /// A retry, or a request with another parameter or secret, counts like any other.
  package func placeAgain(
    for use: RouteUse, tokens: Int, now: Milliseconds, deadline: Milliseconds?
  ) -> Milliseconds {
    guard let limits = providers[use.route.provider]?.pace else { return now }
    let id = limits.isPerCredential ? use.acquisition.credential?.id ?? "" : ""
    let request = PaceRequest(
      provider: use.route.provider, credential: id, limits: limits, tokens: tokens, now: now,
      latest: deadline ?? .max)
    return switch marks.pace(request) {
    case .granted(let time)?: time
    case .notBefore(let time)?: max(time, deadline ?? now)
    case nil: now
    }
  }

  /// A place within `retry.short_wait` is taken; for a later one the job may as well be parked.
  private func waiting(
    _ best: (event: Event, request: PaceRequest, at: Milliseconds), _ route: Route,
    _ solePlaces: [MarkKey]
  ) -> Event {
    var request = best.request
    request.latest = request.now + policy.shortWait
    if case .acquired(let time, var acquisition) = best.event, best.at <= request.latest,
      case .granted(let start)? = marks.pace(request)
    {
      acquisition.notBefore = start > request.now ? start : nil
      return .acquired(time, acquisition)
    }
    release(best.event, route, solePlaces)
    return .unavailable(
      request.now, Unavailability(reason: .paced, class: .rateLimit, until: best.at))
  }

  private func release(_ event: Event, _ route: Route, _ solePlaces: [MarkKey]) {
    guard case .acquired(_, let acquisition) = event else { return }
    if acquisition.isProbe { release(acquisition, route: route) }
    release(RouteUse(route: route, acquisition: acquisition, solePlaces: solePlaces))
  }
}
