package import Fallback

extension Decision {
  /// The whole decision in a line, without secrets: kept beside each event of a trace, so that a replay
  /// can be held against what was really done. What the plan says already is left out.
  ///
  /// - Parameter plan: The plan of the machine that decided.
  /// - Returns: Decisions that differ in what is done or marked differ in their words.
  package func word(in plan: Plan) -> String {
    // Every call of every job is put into words: what most of them do is written without detours.
    var line = Line()
    action.write(in: plan, to: &line)
    for effect in effects {
      line.add("; ")
      effect.write(to: &line)
    }
    return line.text
  }
}

/// A line in the making. Strings would be put together piece by piece in four times as long.
private struct Line {
  private var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(96) }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func add(_ piece: String) {
    var piece = piece
    piece.withUTF8 { letters in unsafe bytes.append(contentsOf: letters) }
  }

  mutating func add(_ number: Int) {
    guard number >= 0 else { return add(String(number)) }
    let start = bytes.count
    var rest = number
    repeat {
      bytes.append(0x30 + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }
}

extension Action {
  fileprivate func write(in plan: Plan, to line: inout Line) {
    switch self {
    case .acquire(let order): order.write(to: &line)
    case .refresh(let order):
      line.add("refresh \(order.route) \(order.purpose.rawValue) \(order.credential.word)")
    case .send(let order): order.write(in: plan, to: &line)
    case .wait(let until): line.add("wait \(until)")
    case .finish(let outcome):
      line.add("finish ")
      line.add(outcome.word)
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
  fileprivate func write(to line: inout Line) {
    line.add("acquire ")
    line.add(route)
    if !excluding.isEmpty { line.add(" not \(excluding.joined(separator: ","))") }
    if !excludingAccounts.isEmpty {
      line.add(" accounts \(excludingAccounts.joined(separator: ","))")
    }
    if ignoresServerFaults { line.add(" marked") }
  }
}

extension SendOrder {
  fileprivate func write(in plan: Plan, to line: inout Line) {
    line.add("send ")
    line.add(route)
    line.add(" ")
    line.add(credential?.word ?? "-")
    line.add(" ")
    line.add(Int(connectTimeout))
    line.add("/")
    line.add(Int(totalTimeout))
    let isKnown = plan.routes.indices.contains(route)
    if !isKnown || model != plan.routes[route].model { line.add(" model \(model)") }
    if !isKnown || baseURL != plan.routes[route].baseURL { line.add(" at \(baseURL)") }
    for adjustment in adjustments { line.add(" \(adjustment.rawValue)") }
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
  fileprivate func write(to line: inout Line) {
    switch self {
    case .failed(let note):
      line.add("mark ")
      line.add(note.word)
    case .succeeded(let keys, let sentAt):
      line.add("lift ")
      line.add(Int(sentAt))
      var separator = " "
      for key in keys {
        line.add(separator)
        line.add(key.scope.rawValue)
        separator = ","
      }
      if keys.isEmpty { line.add(separator) }
    case .remember(let provider, let baseURL, let model, let adjustment):
      line.add("remember \(provider) \(model) \(baseURL) \(adjustment.rawValue)")
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
