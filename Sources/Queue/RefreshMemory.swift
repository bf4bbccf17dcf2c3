package import Fallback

/// An answer of a provider that is worth keeping: its recommended models, the tier of an account.
package struct KeptAnswer: Sendable, Hashable {
  /// What it answers; a newer answer takes the place of the older one.
  package var key: String
  package var text: String
  package var at: Milliseconds

  package init(key: String, text: String, at: Milliseconds) {
    self.key = key
    self.text = text
    self.at = at
  }
}

extension QueueStore {
  /// A store that keeps nothing has nothing to tell.
  package func refreshFailures() throws(StoreError) -> [RefreshFailure] { [] }

  /// A store that keeps nothing has nothing to tell.
  package func keptAnswer(_ key: String) throws(StoreError) -> KeptAnswer? { nil }
}
