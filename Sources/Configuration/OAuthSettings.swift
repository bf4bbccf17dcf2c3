import Fallback
import JSONText

/// `oauth` of a provider: how an expired token of its logins is renewed
/// (https://www.rfc-editor.org/rfc/rfc6749#section-6).
package struct OAuthSettings: Sendable, Hashable {
  /// How the request is written.
  package enum Format: String, CaseIterable, Sendable, Hashable {
    case form, json
  }

  /// As written, final slash included.
  package var tokenURL: String
  package var clientID: String
  /// Variable that holds the secret of a confidential client.
  package var clientSecretName: String?
  package var format: Format = .form
  package var scope: String?

  package init(tokenURL: String, clientID: String) {
    self.tokenURL = tokenURL
    self.clientID = clientID
  }
}

extension SettingsReader {
  /// Reads `providers.*.oauth`.
  ///
  /// - Parameters:
  ///   - section: The provider.
  ///   - allowsInsecureHTTP: The user accepts plain http to other machines.
  /// - Returns: Nil where there is none, or it is unusable, which is reported.
  func oauth(_ section: Section, allowsInsecureHTTP: Bool) -> OAuthSettings? {
    guard let place = section.value("oauth"),
      let oauth = self.section(
        place, keys: ["token_url", "client_id", "client_secret_env", "format", "scope"])
    else { return nil }
    let clientID = oauth.string("client_id")
    guard let url = oauth.value("token_url"), let clientID, !clientID.isEmpty else {
      let missing = oauth.value("token_url") == nil ? "token_url" : "client_id"
      report(.badValue, place, "oauth needs \(missing)")
      return nil
    }
    guard let text = oauth.text(url), isTokenURL(text, url, allowsInsecureHTTP) else { return nil }
    var settings = OAuthSettings(tokenURL: text, clientID: clientID)
    settings.clientSecretName = oauth.value("client_secret_env").flatMap { secretName($0) }
    settings.format = oauth.choice("format", OAuthSettings.Format.self) ?? .form
    settings.scope = oauth.string("scope")
    return settings
  }

  /// A refresh token needs encryption on its way, unless it stays on this machine.
  private func isTokenURL(_ text: String, _ value: Located, _ allowsInsecureHTTP: Bool) -> Bool {
    do throws(BaseURL.Fault) {
      let url = try BaseURL(text)
      if url.isEncrypted || url.hostClass == .loopback || allowsInsecureHTTP { return true }
      report(
        .insecureURL, value, "a refresh token would travel unencrypted to another machine",
        suggestion: "use https")
    } catch {
      report(.badURL, value, error.message)
    }
    return false
  }

  private func secretName(_ value: Located) -> String? {
    guard let name = value.node.string else {
      reportType(value, expected: "a variable's name")
      return nil
    }
    if Self.isVariableName(name) { return name }
    report(
      .secret, value, "client_secret_env takes the name of an environment variable, not a secret",
      suggestion: "put the secret into a variable")
    return nil
  }
}
