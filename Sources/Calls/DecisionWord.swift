package import Fallback

extension Decision {
  /// The whole decision in a line, without secrets: kept beside each event of a trace, so that a replay
  /// can be held against what was really done. What the plan says already is left out.
  ///
  /// - Parameter plan: The plan of the machine that decided.
  /// - Returns: Decisions that differ in what is done or marked differ in their words.
  package func word(in plan: Plan) -> String {
    // Every call of every job is put into words: what most of them do is written without detours.
    var text = ""
    text.reserveCapacity(120)
    action.write(in: plan, to: &text)
    for effect in effects {
      text += "; "
      effect.write(to: &text)
    }
    return text
  }
}

extension Action {
  fileprivate func write(in plan: Plan, to text: inout String) {
    switch self {
    case .acquire(let order): order.write(to: &text)
    case .refresh(let order):
      text += "refresh \(order.route) \(order.purpose.rawValue) \(order.credential.word)"
    case .send(let order): order.write(in: plan, to: &text)
    case .wait(let until): text += "wait \(until)"
    case .finish(let outcome):
      text += "finish "
      text += outcome.word
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
  fileprivate func write(to text: inout String) {
    text += "acquire "
    text += String(route)
    if !excluding.isEmpty { text += " not \(excluding.joined(separator: ","))" }
    if !excludingAccounts.isEmpty {
      text += " accounts \(excludingAccounts.joined(separator: ","))"
    }
    if ignoresServerFaults { text += " marked" }
  }
}

extension SendOrder {
  fileprivate func write(in plan: Plan, to text: inout String) {
    text += "send "
    text += String(route)
    text += " "
    text += credential?.word ?? "-"
    text += " "
    text += String(connectTimeout)
    text += "/"
    text += String(totalTimeout)
    let known = plan.routes.indices.contains(route) ? plan.routes[route] : nil
    if model != known?.model { text += " model \(model)" }
    if baseURL != known?.baseURL { text += " at \(baseURL)" }
    for adjustment in adjustments { text += " \(adjustment.rawValue)" }
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
  fileprivate func write(to text: inout String) {
    switch self {
    case .failed(let note): text += "mark " + note.word
    case .succeeded(let keys, let sentAt):
      text += "lift "
      text += String(sentAt)
      var separator = " "
      for key in keys {
        text += separator
        text += key.scope.rawValue
        separator = ","
      }
      if keys.isEmpty { text += separator }
    case .remember(let provider, let baseURL, let model, let adjustment):
      text += "remember \(provider) \(model) \(baseURL) \(adjustment.rawValue)"
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
