import Fallback
import JSONText

extension EventCoding {
  static func encode(_ value: CredentialReference) -> JSONValue {
    compact([
      ("id", .string(value.id)),
      ("label", .string(value.label)),
      ("account", .some(value.account)),
      ("print", .string(value.fingerprint)),
      ("expires", .some(value.expiresAt)),
      ("life", .some(value.lifetime)),
      ("refreshable", .flag(value.isRefreshable)),
    ])
  }

  static func credential(_ node: JSONNode) -> CredentialReference? {
    guard let id = node.text("id"), let label = node.text("label"),
      let fingerprint = node.text("print")
    else { return nil }
    return CredentialReference(
      id: id, label: label, account: node.text("account"), fingerprint: fingerprint,
      expiresAt: node.time("expires"), lifetime: node.time("life"),
      isRefreshable: node.flag("refreshable"))
  }

  static func passed(_ values: [PassedOver]) -> JSONValue? {
    guard !values.isEmpty else { return nil }
    return .array(
      values.map { value in
        compact([
          ("id", .string(value.id)),
          ("label", .string(value.label)),
          ("reason", .string(value.reason.rawValue)),
          ("class", .some(value.class?.rawValue)),
          ("until", .some(value.until)),
        ])
      })
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

  static func encode(_ value: RefreshReport) -> [(String, JSONValue?)] {
    let (name, credential, word): (String, CredentialReference?, String?) =
      switch value.outcome {
      case .renewed(let credential): ("renewed", credential, nil)
      case .adopted(let credential): ("adopted", credential, nil)
      case .unchanged: ("unchanged", nil, nil)
      case .model(let model): ("model", nil, model)
      case .paid: ("paid", nil, nil)
      case .failed(let isTerminal): (isTerminal ? "dead" : "failed", nil, nil)
      }
    return [
      ("outcome", .string(name)),
      ("credential", credential.map(encode)),
      ("model", .some(word)),
      ("status", .some(value.status)),
      ("started", .time(value.startedAt)),
      ("detail", .some(value.detail)),
      ("sent", .flag(value.didSend)),
      ("again", .some(value.retryAt)),
      ("stop", .flag(value.stopRequested)),
    ]
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
