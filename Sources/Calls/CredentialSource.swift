package import Fallback

/// Gives routes their credentials and keeps the shared marks. One for the whole process, used by the
/// blocking and the async caller alike.
package protocol CredentialSource: Sendable {
  /// Chooses a credential for a route, or says why there is none. Quick: memory, at most one short
  /// transaction.
  ///
  /// - Parameters:
  ///   - order: What the machine wants.
  ///   - route: The route it names.
  ///   - now: Milliseconds.
  /// - Returns: `acquired` or `unavailable`.
  func acquire(_ order: AcquireOrder, route: Route, now: Milliseconds) -> Event

  /// The same where it can be told from memory; nil where `acquire` has to ask the store, which takes
  /// a moment.
  func acquireAtOnce(_ order: AcquireOrder, route: Route, now: Milliseconds) -> Event?

  /// The same as `acquireAtOnce`, for a call that others may have to wait for, or that may have to wait
  /// for others: until it is known whether a credential that this process has not seen work does, and
  /// for its turn at a place that is asked in spite of a mark.
  ///
  /// - Parameters:
  ///   - order: What the machine wants.
  ///   - route: The route it names.
  ///   - waited: What this acquire has waited for already.
  ///   - reserved: Counted for this call already. With an event it is used or given back; with a wait it
  ///     stands in the suspense, or was given back.
  ///   - now: Milliseconds.
  /// - Returns: nil where `look` has to ask the store.
  func lookAtOnce(
    _ order: AcquireOrder, route: Route, waited: Waited, reserved: ReservedCredential?,
    now: Milliseconds
  ) -> AcquireLook?

  /// The same as `acquire`, as `lookAtOnce` has it.
  func look(
    _ order: AcquireOrder, route: Route, waited: Waited, reserved: ReservedCredential?,
    now: Milliseconds
  ) -> AcquireLook

  /// Takes a place in the provider's minute for one more request of a call, as `look` does for the
  /// first. Quick: at most one short transaction.
  ///
  /// - Parameters:
  ///   - use: What the request goes out with.
  ///   - tokens: Estimate for the request and its answer.
  ///   - now: Milliseconds.
  ///   - deadline: A later place is not taken; nil: any is.
  /// - Returns: When the request may go out; at or past the deadline where there is no place before it.
  func placeAgain(
    for use: RouteUse, tokens: Int, now: Milliseconds, deadline: Milliseconds?
  ) -> Milliseconds

  /// Whether requests of a route need a place in a minute.
  func needsPlace(_ route: Route) -> Bool

  /// What was counted for a call is not used by it.
  func giveBack(_ reserved: ReservedCredential)

  /// What an answer has shown about the credential in use.
  func learn(_ verdict: CredentialVerdict, of use: RouteUse, now: Milliseconds)

  /// So many tokens were used, as the provider counts.
  func spent(_ tokens: Int, provider: String, now: Milliseconds)

  /// The call that was to find out whether a mark still holds is back, whatever it found.
  func release(_ acquisition: Acquisition, route: Route)

  /// The call is done with the route: nobody waits for it any more.
  func release(_ use: RouteUse)

  /// The header that carries a credential to where it may go; nil where the provider is asked without.
  func header(for order: SendOrder, route: Route) -> CredentialHeader?

  /// Further headers of a route, without secrets.
  func headers(for route: Route) -> [(name: String, value: String)]

  /// How requests of a route are made, beside credential and headers.
  func wire(for route: Route) -> WireSettings

  /// Tries to get a new secret, on a thread of its own. It is never cut short: what was renewed is saved
  /// although nobody waits any more. Returns at once.
  ///
  /// - Parameters:
  ///   - order: What the machine wants.
  ///   - route: The route it names.
  ///   - now: Milliseconds.
  ///   - told: Called once with the outcome, on any thread.
  /// - Returns: Whether this set it off; false: it was under way.
  func refresh(
    _ order: RefreshOrder, route: Route, now: Milliseconds,
    told: @escaping @Sendable (RefreshReport) -> Void
  ) -> Bool

  /// Takes notes of marks: in memory at once, in the database soon.
  ///
  /// - Parameters:
  ///   - effects: As the machine gave them.
  ///   - job: Who failed, since a server's own fault needs two jobs to confirm it.
  ///   - now: Milliseconds.
  func apply(_ effects: [Effect], job: Int64, now: Milliseconds)
}

extension CredentialSource {
  package func acquireAtOnce(_ order: AcquireOrder, route: Route, now: Milliseconds) -> Event? {
    acquire(order, route: route, now: now)
  }

  package func lookAtOnce(
    _ order: AcquireOrder, route: Route, waited: Waited, reserved: ReservedCredential?,
    now: Milliseconds
  ) -> AcquireLook? {
    acquireAtOnce(order, route: route, now: now).map { .event($0, solePlaces: []) }
  }

  package func look(
    _ order: AcquireOrder, route: Route, waited: Waited, reserved: ReservedCredential?,
    now: Milliseconds
  ) -> AcquireLook {
    .event(acquire(order, route: route, now: now), solePlaces: [])
  }

  package func placeAgain(
    for use: RouteUse, tokens: Int, now: Milliseconds, deadline: Milliseconds?
  ) -> Milliseconds { now }

  package func needsPlace(_ route: Route) -> Bool { false }
  package func giveBack(_ reserved: ReservedCredential) {}
  package func spent(_ tokens: Int, provider: String, now: Milliseconds) {}
  package func learn(_ verdict: CredentialVerdict, of use: RouteUse, now: Milliseconds) {}
  package func release(_ acquisition: Acquisition, route: Route) {}
  package func release(_ use: RouteUse) {}
  package func wire(for route: Route) -> WireSettings { WireSettings() }
}
