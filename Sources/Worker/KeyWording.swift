package import Credentials

/// Says why key sources gave no key.
package enum KeyWording {
  /// All problems of a provider in one sentence; nil where there are none.
  package static func sentence(_ problems: [KeyProblem]) -> String? {
    guard !problems.isEmpty else { return nil }
    return problems.map(text).joined(separator: "; ")
  }

  /// One problem, with what to do.
  package static func text(_ problem: KeyProblem) -> String {
    switch problem.code {
    case .variableMissing:
      "\(problem.source) is not set: export it, or name another source for \(problem.provider)"
    case .fileUnreadable: "\(problem.source) cannot be read (\(problem.detail))"
    case .fileOpenToOthers: "others can read \(problem.source): chmod 600 \(problem.source)"
    case .commandFailed: "the key_command of \(problem.provider) failed (\(problem.detail))"
    case .revoked:
      "the login \(problem.source) of \(problem.provider) was revoked: log in again: "
        + (problem.provider == "nous"
          ? "auxq auth login nous" : "auxq auth add \(problem.provider)")
    case .badAddress: "the address of credential \(problem.source) is none: \(problem.detail)"
    case .unusable: "what \(problem.source) holds is no key: it must be one line of printable text"
    }
  }
}
