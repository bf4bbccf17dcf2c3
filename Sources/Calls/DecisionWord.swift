package import Fallback

extension Decision {
  /// The whole decision in a line, without secrets: kept beside each event of a trace, so that a replay
  /// can be held against what was really done. What the plan says already is left out.
  ///
  /// - Parameter plan: The plan of the machine that decided.
  /// - Returns: Decisions that differ in what is done or marked differ in their words.
  package func word(in plan: Plan) -> String {
    effects.reduce(into: action.word(in: plan)) { $0 += "; " + $1.word }
  }
}

extension Action {
  fileprivate func word(in plan: Plan) -> String {
    switch self {
    case .acquire(let order): order.word
    case .refresh(let order):
      "refresh \(order.route) \(order.purpose.rawValue) \(order.credential.word)"
    case .send(let order): order.word(in: plan)
    case .wait(let until): "wait \(until)"
    case .finish(let outcome): "finish " + outcome.word
    }
  }
}

extension String {
  /// Enough of a fingerprint, which is hexadecimal, to tell it from others.
  fileprivate var beginning: String { String(decoding: utf8.prefix(12), as: UTF8.self) }
}

extension CredentialReference {
  /// The fingerprint tells a renewed secret from the old one, and nothing about either.
  fileprivate var word: String { id + "/" + fingerprint.beginning }
}

extension AcquireOrder {
  fileprivate var word: String {
    var text = "acquire \(route)"
    if !excluding.isEmpty { text += " not \(excluding.joined(separator: ","))" }
    if !excludingAccounts.isEmpty {
      text += " accounts \(excludingAccounts.joined(separator: ","))"
    }
    return text + (ignoresServerFaults ? " marked" : "")
  }
}

extension SendOrder {
  fileprivate func word(in plan: Plan) -> String {
    var text = "send \(route) \(credential?.word ?? "-") \(connectTimeout)/\(totalTimeout)"
    let known = plan.routes.indices.contains(route) ? plan.routes[route] : nil
    if model != known?.model { text += " model \(model)" }
    if baseURL != known?.baseURL { text += " at \(baseURL)" }
    for adjustment in adjustments { text += " \(adjustment.rawValue)" }
    return text
  }
}

extension StepOutcome {
  fileprivate var word: String {
    switch self {
    case .succeeded: "succeeded"
    case .overflow: "overflow"
    case .cancelled: "cancelled"
    case .parked(let until, let reason, let isOffline):
      "parked \(until) \(reason.rawValue)" + (isOffline ? " offline" : "")
    case .failed(let failure): "failed " + failure.word
    }
  }
}

extension StepFailure {
  fileprivate var word: String {
    "\(kind) \(`class`.rawValue) \(cause?.rawValue ?? "-")" + (sentNothing ? " unsent" : "")
  }
}

extension Effect {
  fileprivate var word: String {
    switch self {
    case .failed(let note): "mark " + note.word
    case .succeeded(let keys, let sentAt):
      "lift \(sentAt) " + keys.map(\.scope.rawValue).joined(separator: ",")
    case .remember(let provider, let baseURL, let model, let adjustment):
      "remember \(provider) \(model) \(baseURL) \(adjustment.rawValue)"
    }
  }
}

extension MarkKey {
  fileprivate var word: String {
    [scope.rawValue, provider, baseURL, model, credential].filter { !$0.isEmpty }
      .joined(separator: "|")
  }
}

extension FailureNote {
  fileprivate var word: String {
    var text = "\(key.word) \(`class`.rawValue) \(status.map { "\($0)" } ?? "-") \(sentAt)"
    if let hintUntil { text += " until \(hintUntil)" }
    if !fingerprint.isEmpty { text += " " + fingerprint.beginning }
    if isTerminal { text += " terminal" }
    return text + (needsConfirmation ? " unconfirmed" : "")
  }
}
