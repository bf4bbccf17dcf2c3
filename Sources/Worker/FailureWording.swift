import Calls
import Fallback
import Platform
import Queue

/// Puts a failed attempt into words: what went wrong first, what last, what to do. Stored with the job,
/// so it says names and times but never a secret.
enum FailureWording {
  static func error(
    _ failure: FailureClass, calls: [CallRecord], skips: [SkipRecord], unused: [String]
  ) -> JobError {
    let failed = calls.filter { $0.failure != nil }
    guard let first = failed.first, let reason = first.failure?.class else {
      return withoutCall(failure, skips, unused)
    }
    let last = failed.last.flatMap { $0 == first ? nil : sentence($0) }
    return JobError(
      class: reason.rawValue, message: sentence(first), cause: last,
      hint: hint(failed) ?? skips.first.flatMap(hint))
  }

  /// One call that failed, in a line.
  static func sentence(_ call: CallRecord) -> String {
    let reason = call.failure?.class.phrase ?? "failed"
    let place = call.model.isEmpty ? call.provider : "\(call.provider) (\(call.model))"
    let status = call.status.map { "HTTP \($0)" } ?? call.transport.map(words)
    let key = call.credential.map { ", key \($0.label)" } ?? ""
    return "\(place): \(reason)" + (status.map { " (\($0)\(key))" } ?? "")
  }

  private static func words(_ fault: TransportFault) -> String {
    switch fault {
    case .dns: "the host name could not be resolved"
    case .refused: "connection refused"
    case .unreachable: "no route to the host"
    case .reset: "the connection was cut"
    case .connectTimeout: "no connection in time"
    case .timeout: "no answer in time"
    case .tls: "certificate or handshake"
    case .truncated: "the body ended early"
    case .tooLarge: "the body is too large"
    case .redirect: "redirects are not followed"
    case .hostNotAllowed: "the key may not go to this host"
    case .malformedRequest: "control characters in the request"
    case .cancelled: "cancelled"
    }
  }

  private static func withoutCall(
    _ failure: FailureClass, _ skips: [SkipRecord], _ unused: [String]
  ) -> JobError {
    guard let first = skips.first else {
      if let name = unused.first {
        return JobError(
          class: "no_route", message: "no provider may be asked: \(name) is described but not used",
          hint: "name it in the configuration: main: { provider: \"\(name)\", model: … }")
      }
      return JobError(
        class: "no_route", message: "no provider is configured",
        hint: "run `auxq config init`, then put a provider and its key into the file it names")
    }
    let until = first.until.map { " until \(Timestamp.text($0))" } ?? ""
    let mark = first.class.map { " (\($0.phrase))" } ?? ""
    return JobError(
      class: failure.rawValue,
      message: "\(first.provider) was not asked: \(first.reason.rawValue)\(mark)\(until)",
      hint: skips.lazy.compactMap(hint).first)
  }

  /// The most actionable thing met.
  private static func hint(_ failed: [CallRecord]) -> String? {
    let ranked = failed.compactMap { call in
      call.failure.flatMap { failure in
        advice(failure.class, call).map { (rank(failure.class), $0) }
      }
    }
    return ranked.min { $0.0 < $1.0 }?.1
  }

  /// What to do about a login that was revoked.
  private static func login(_ provider: String) -> String {
    provider == "nous"
      ? "its login was revoked: `auxq auth login nous`"
      : "log in again: \(provider) has revoked the key"
  }

  private static func rank(_ failure: FailureClass) -> Int {
    switch failure {
    case .auth, .forbidden: 0
    case .payment, .quota, .entitlement: 1
    case .modelNotFound, .modelIncompatible, .wrongEndpoint: 2
    case .tls, .redirect: 3
    case .connection: 4
    default: 5
    }
  }

  private static func advice(_ failure: FailureClass, _ call: CallRecord) -> String? {
    let key = call.credential.map { "`\($0.label)`" } ?? "the key"
    // A refresh knows best why it failed.
    if call.purpose == .refresh, let detail = call.detail, !detail.isEmpty { return detail }
    switch failure {
    case .auth where call.credential == nil, .forbidden where call.credential == nil:
      return
        "\(call.provider) wants a key: say where it comes from (key_env, key_file, key_command)"
    case .auth, .forbidden:
      return "\(call.provider) refuses \(key): check it, then `auxq retry` the job"
    case .payment:
      return
        "add credit at \(call.provider), then `auxq auth reset \(call.provider)`; or add another provider to `chain`"
    case .quota, .rateLimit:
      return "wait, or add another key or provider (`auxq chain` shows what is used)"
    case .entitlement:
      return "the plan behind \(key) does not include \(call.model): choose another model"
    case .modelNotFound, .modelIncompatible:
      return
        "\(call.provider) does not offer \(call.model) for this: correct `model` in the configuration"
    case .wrongEndpoint where call.failure?.rule == "host-not-allowed":
      return call.excerpt ?? "the key of \(call.provider) may not go to \(call.baseURL)"
    case .wrongEndpoint:
      return "\(call.baseURL) is not the API's address: correct `base_url` of \(call.provider)"
    case .tls: return certificateAdvice(call)
    case .redirect: return "\(call.baseURL) points elsewhere: put the final address into `base_url`"
    case .connection:
      return proxyAdvice(call) ?? "is \(call.baseURL) up and reachable from here?"
    case .contextOverflow: return "use a provider with a larger window, or a shorter input"
    case .invalidRequest, .contentPolicy, .unsupportedParameter:
      return "`auxq show --prompt` with the job's id shows what was sent and what was answered"
    case .overloaded, .serverError, .timeout, .invalidResponse, .truncated:
      return "`auxq stats` shows how the providers do; another one in `chain` would take over"
    case .cancelled, .unknown: return nil
    }
  }

  /// What libcurl and its TLS library say tells an expired certificate from a wrong name.
  private static func certificateAdvice(_ call: CallRecord) -> String {
    let reason = call.excerpt.map { " (\($0))" } ?? ""
    // https://curl.se/libcurl/c/libcurl-errors.html: CURLE_SSL_CACERT_BADFILE
    let isOwnFile = ["CAfile", "certificate file", "trust anchors", "verify locations"].contains {
      reason.contains($0)
    }
    if isOwnFile { return "`ca_file` cannot be used\(reason): correct it" }
    return "\(call.baseURL) is not accepted\(reason): check the address or `ca_file`"
  }

  /// nil: no proxy stood in the way.
  static func proxyAdvice(_ call: CallRecord) -> String? {
    let proxy = "the proxy that `https_proxy` names "
    let remedy = ": correct it, or name the host in `no_proxy`"
    if call.excerpt?.hasPrefix(HTTPReply.proxyRefusal) == true {
      return proxy + "lets nobody through to \(call.baseURL)" + remedy
    }
    if call.excerpt?.hasPrefix(HTTPReply.proxyAbsence) == true {
      return proxy + "cannot be reached" + remedy
    }
    return nil
  }

  private static func hint(_ skip: SkipRecord) -> String? {
    switch skip.reason {
    case .noCredential:
      return "\(skip.provider) has no usable key: `auxq doctor` shows where it is looked for"
    case .coolingDown:
      return "when it is mended: `auxq auth reset \(skip.provider)` lets it be asked at once"
    case .contextWindow: return "use a provider with a larger window, or a shorter input"
    case .budget:
      return "raise `limits.tokens_per_day` of \(skip.provider) in the file of `auxq config path`"
    case .terminal: return Self.login(skip.provider)
    case .expired:
      return
        "its token has expired and could not be renewed: `auxq auth list \(skip.provider)` says why"
    default: return nil
    }
  }
}
