import Credentials
import Fallback
import Worker

/// What a person can do about a credential that is not well. One place, so that `auth list`, `chain`,
/// `stats` and `doctor` say the same.
enum CredentialAdvice {
  /// The next step, best a command; nil where there is nothing to do.
  static func text(_ row: CredentialRow) -> String? {
    let provider = row.provider
    let id = row.listing.credential.id
    if let problem = row.listing.problem { return text(problem, row) }
    guard let bench = row.listing.bench else { return nil }
    if bench.reason == .terminal { return renewed(row) }
    switch bench.class {
    case .auth, .forbidden, .entitlement:
      return row.isLogin
        ? "auxq auth refresh \(provider) \(id), or else auxq auth login \(provider)"
        : "check this key at the provider; once it is mended: auxq auth reset \(provider) \(id)"
    case .payment:
      return "add credit at the provider, then: auxq auth reset \(provider) \(id)"
    case .rateLimit, .quota:
      return "it comes back by itself; another key helps: auxq auth add \(provider)"
    default: return "try it at once: auxq auth reset \(provider) \(id)"
    }
  }

  private static func text(_ problem: KeyProblem, _ row: CredentialRow) -> String {
    switch problem.code {
    case .variableMissing: "export \(problem.source), or remove it: \(row.removal)"
    case .revoked: renewed(row)
    case .fileOpenToOthers: "chmod 600 \(ShellWord.quoted(problem.source))"
    case .fileUnreadable, .commandFailed, .unusable, .badAddress:
      "mend its source, or remove it: \(row.removal)"
    }
  }

  private static func renewed(_ row: CredentialRow) -> String {
    row.isLogin
      ? "auxq auth login \(row.provider)"
      : "store a new key (auxq auth add \(row.provider)) and remove this one: \(row.removal)"
  }
}

extension CredentialRow {
  /// A login that can be made again from here.
  var isLogin: Bool { listing.isOAuth && provider == "nous" }

  var removal: String { "auxq auth remove \(provider) \(listing.credential.id)" }

  /// Nothing stands against it.
  var isWell: Bool { listing.problem == nil && listing.bench == nil }

  /// As a subject of a sentence.
  var title: String { "\(provider) #\(index) \(listing.credential.label)" }
}
