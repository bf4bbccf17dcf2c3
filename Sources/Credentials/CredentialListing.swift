package import Fallback

/// A credential as `auth list` shows it.
package struct CredentialListing: Sendable, Hashable {
  package var credential: CredentialReference
  /// A token that was logged in for; else an API key.
  package var isOAuth: Bool
  /// `manual`, `device_code`, `env:NAME`, `key_file`, `key_command`, …
  package var source: String
  /// Where it stands in `auth.json`; nil: it is not kept there.
  package var place: AuthDocument.Place?
  /// The file that owns its login, where that is not `auth.json`.
  package var owner: String?
  /// The configuration names where it comes from; nil: it is stored, or found by itself.
  package var isConfigured: Bool
  /// Why it cannot be used here.
  package var problem: KeyProblem?
  /// Why its last refresh failed, for as long as that is not tried again.
  package var renewalProblem: String?
  /// A mark on all of it, or on its account; or that it has expired and was not renewed.
  package var bench: Unavailability?
  /// How often a strategy that counts has chosen it.
  package var uses: Int
  /// The next call would use it.
  package var isNext: Bool
}
