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

  /// The call that was to find out whether a mark still holds is back, whatever it found.
  func release(_ acquisition: Acquisition, route: Route)

  /// The header that carries a credential to where it may go; nil where the provider is asked without.
  func header(for order: SendOrder, route: Route) -> CredentialHeader?

  /// Further headers of a route, without secrets.
  func headers(for route: Route) -> [(name: String, value: String)]

  /// Tries to get a new secret. May block for as long as a key command or a token endpoint takes, and
  /// is never cut short: what was renewed is saved although nobody waits any more.
  func refresh(_ order: RefreshOrder, route: Route, now: Milliseconds) -> RefreshReport

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

  package func release(_ acquisition: Acquisition, route: Route) {}
}
