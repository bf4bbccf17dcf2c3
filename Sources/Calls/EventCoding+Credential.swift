import Fallback
import JSONText

extension JSONWriter {
  /// Nothing where there is none.
  mutating func credential(_ value: CredentialReference?) {
    guard let value else { return }
    key("credential")
    beginObject()
    text("id", value.id)
    text("label", value.label)
    text("account", value.account)
    text("print", value.fingerprint)
    time("expires", value.expiresAt)
    time("life", value.lifetime)
    flag("refreshable", value.isRefreshable)
    endObject()
  }

  /// Nothing where there are none.
  mutating func passed(_ values: [PassedOver]) {
    guard !values.isEmpty else { return }
    key("passed")
    beginArray()
    for value in values {
      beginObject()
      text("id", value.id)
      text("label", value.label)
      text("reason", value.reason.rawValue)
      text("class", value.class?.rawValue)
      time("until", value.until)
      endObject()
    }
    endArray()
  }
}

extension EventCoding {
  static func credential(_ node: JSONNode) -> CredentialReference? {
    guard let id = node.text("id"), let label = node.text("label"),
      let fingerprint = node.text("print")
    else { return nil }
    return CredentialReference(
      id: id, label: label, account: node.text("account"), fingerprint: fingerprint,
      expiresAt: node.time("expires"), lifetime: node.time("life"),
      isRefreshable: node.flag("refreshable"))
  }

  static func passedOver(_ node: JSONNode) -> [PassedOver]? {
    node.list("passed") { one in
      guard let id = one.text("id"), let label = one.text("label"),
        let reason: SkipReason = one.word("reason"),
        let name: FailureClass? = one.optionalWord("class")
      else { return nil }
      return PassedOver(
        id: id, label: label, reason: reason, class: name, until: one.time("until"))
    }
  }

  static func write(_ value: RefreshReport, into writer: inout JSONWriter) {
    let (name, credential, word): (String, CredentialReference?, String?) =
      switch value.outcome {
      case .renewed(let credential): ("renewed", credential, nil)
      case .adopted(let credential): ("adopted", credential, nil)
      case .unchanged: ("unchanged", nil, nil)
      case .model(let model): ("model", nil, model)
      case .paid: ("paid", nil, nil)
      case .failed(let isTerminal): (isTerminal ? "dead" : "failed", nil, nil)
      }
    writer.text("outcome", name)
    writer.credential(credential)
    writer.text("model", word)
    writer.count("status", value.status)
    writer.time("started", value.startedAt)
    writer.text("detail", value.detail)
    writer.flag("sent", value.didSend)
    writer.time("again", value.retryAt)
    writer.flag("stop", value.stopRequested)
  }

  static func report(_ node: JSONNode) -> RefreshReport? {
    guard let started = node.time("started") else { return nil }
    let credential = node["credential"].flatMap(credential)
    let outcome: RefreshReport.Outcome? =
      switch node.text("outcome") {
      case "renewed": credential.map { .renewed($0) }
      case "adopted": credential.map { .adopted($0) }
      case "unchanged": .unchanged
      case "model": node.text("model").map { .model($0) }
      case "paid": .paid
      case "dead": .failed(isTerminal: true)
      case "failed": .failed(isTerminal: false)
      default: nil
      }
    guard let outcome else { return nil }
    var report = RefreshReport(
      outcome: outcome, status: node.number("status"), startedAt: started,
      detail: node.text("detail") ?? "", didSend: node.flag("sent"))
    report.retryAt = node.time("again")
    report.stopRequested = node.flag("stop")
    return report
  }
}
