import Fallback
import JSONText

/// An event as JSON: `e` names it, `t` is its time.
enum EventCoding {
  static func encode(_ event: Event) -> JSONValue {
    switch event {
    case .begin(let time, let facts): tagged("begin", time, encode(facts))
    case .acquired(let time, let value): tagged("acquired", time, encode(value))
    case .unavailable(let time, let value): tagged("unavailable", time, encode(value))
    case .refreshed(let time, let value): tagged("refreshed", time, encode(value))
    case .answered(let time, let value): tagged("answered", time, encode(value))
    case .woke(let time): tagged("woke", time, [])
    case .cancelled(let time): tagged("cancelled", time, [])
    }
  }

  static func decode(_ node: JSONNode) -> Event? {
    guard let time = node.time("t") else { return nil }
    switch node.text("e") {
    case "begin": return facts(node).map { .begin(time, $0) }
    case "acquired": return acquisition(node).map { .acquired(time, $0) }
    case "unavailable": return unavailability(node).map { .unavailable(time, $0) }
    case "refreshed": return report(node).map { .refreshed(time, $0) }
    case "answered": return answer(node).map { .answered(time, $0) }
    case "woke": return .woke(time)
    case "cancelled": return .cancelled(time)
    default: return nil
    }
  }

  private static func tagged(
    _ name: String, _ time: Milliseconds, _ pairs: [(String, JSONValue?)]
  ) -> JSONValue {
    compact([("e", .string(name)), ("t", .time(time))] + pairs)
  }

  private static func encode(_ facts: StepFacts) -> [(String, JSONValue?)] {
    [
      ("path", .string(facts.path.rawValue)),
      ("job_deadline", .some(facts.jobDeadline)),
      ("step_deadline", .some(facts.stepDeadline)),
      ("in", .int(facts.inputTokens)),
      ("out", .int(facts.outputTokens)),
      ("split", .flag(facts.isSplittable)),
      ("offline", facts.offlineParks == 0 ? nil : .int(facts.offlineParks)),
      ("params", .strings(facts.parameters.sorted())),
      ("seed", .string(String(facts.seed))),
    ]
  }

  private static func facts(_ node: JSONNode) -> StepFacts? {
    guard let path: StepFacts.Path = node.word("path"),
      let seed = node.text("seed").flatMap({ UInt64($0) })
    else { return nil }
    return StepFacts(
      path: path, jobDeadline: node.time("job_deadline"),
      stepDeadline: node.time("step_deadline"), inputTokens: node.number("in") ?? 0,
      outputTokens: node.number("out") ?? 0, isSplittable: node.flag("split"),
      offlineParks: node.number("offline") ?? 0, parameters: Set(node.strings("params")),
      seed: seed)
  }

  private static func encode(_ value: Acquisition) -> [(String, JSONValue?)] {
    [
      ("credential", value.credential.map(encode)),
      ("url", .string(value.baseURL)),
      ("alternates", .int(value.alternates)),
      ("probe", .flag(value.isProbe)),
      ("passed", passed(value.passedOver)),
      ("adjusted", .strings(value.adjustments.map(\.rawValue))),
      ("turn", .some(value.notBefore)),
    ]
  }

  private static func acquisition(_ node: JSONNode) -> Acquisition? {
    guard let url = node.text("url"), let alternates = node.number("alternates"),
      let credential = node.optional("credential", credential), let passed = passedOver(node),
      let adjustments = node.list("adjusted", { $0.string.flatMap { Adjustment(rawValue: $0) } })
    else { return nil }
    return Acquisition(
      credential: credential, baseURL: url, alternates: alternates, isProbe: node.flag("probe"),
      passedOver: passed, adjustments: adjustments, notBefore: node.time("turn"))
  }

  private static func encode(_ value: Unavailability) -> [(String, JSONValue?)] {
    [
      ("reason", .string(value.reason.rawValue)),
      ("class", .some(value.class?.rawValue)),
      ("status", .some(value.status)),
      ("until", .some(value.until)),
      ("passed", passed(value.passedOver)),
    ]
  }

  private static func unavailability(_ node: JSONNode) -> Unavailability? {
    guard let reason: SkipReason = node.word("reason"), let passed = passedOver(node),
      let name: FailureClass? = node.optionalWord("class")
    else { return nil }
    return Unavailability(
      reason: reason, class: name, status: node.number("status"), until: node.time("until"),
      passedOver: passed)
  }

  private static func encode(_ value: Answer) -> [(String, JSONValue?)] {
    [
      ("class", .some(value.failure?.class.rawValue)),
      ("scope", .some(value.failure?.scope.rawValue)),
      ("rule", .some(value.failure?.rule)),
      ("wait", .some(value.failure?.wait)),
      ("param", .some(value.failure?.parameter)),
      ("terminal", .flag(value.failure?.isTerminal ?? false)),
      ("status", .some(value.status)),
      ("fault", .some(value.transport?.rawValue)),
      ("sent", .time(value.sentAt)),
      ("in", .some(value.inputTokens)),
      ("out", .some(value.outputTokens)),
      ("id", .some(value.requestID)),
      ("body", .some(value.excerpt)),
      ("stop", .flag(value.stopRequested)),
    ]
  }

  private static func answer(_ node: JSONNode) -> Answer? {
    guard let sentAt = node.time("sent"),
      let failure = node.optional("class", { failure($0, node) }),
      let fault: TransportFault? = node.optionalWord("fault")
    else { return nil }
    var answer = Answer(
      failure: failure, status: node.number("status"), transport: fault,
      sentAt: sentAt, inputTokens: node.number("in"), outputTokens: node.number("out"),
      requestID: node.text("id"), excerpt: node.text("body"))
    answer.stopRequested = node.flag("stop")
    return answer
  }

  private static func failure(_ name: JSONNode, _ node: JSONNode) -> Failure? {
    guard let name = name.string.flatMap({ FailureClass(rawValue: $0) }),
      let scope: FailureScope = node.word("scope"), let rule = node.text("rule")
    else { return nil }
    return Failure(
      name, scope: scope, rule: rule, wait: node.time("wait"), parameter: node.text("param"),
      isTerminal: node.flag("terminal"))
  }
}
