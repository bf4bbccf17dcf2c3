import Fallback
import JSONText

/// An event as JSON: `e` names it, `t` is its time.
enum EventCoding {
  static func write(_ event: Event, into writer: inout JSONWriter) {
    writer.beginObject()
    switch event {
    case .begin(let time, let facts):
      writer.tag("begin", time)
      write(facts, into: &writer)
    case .acquired(let time, let value):
      writer.tag("acquired", time)
      write(value, into: &writer)
    case .unavailable(let time, let value):
      writer.tag("unavailable", time)
      write(value, into: &writer)
    case .refreshed(let time, let value):
      writer.tag("refreshed", time)
      write(value, into: &writer)
    case .answered(let time, let value):
      writer.tag("answered", time)
      write(value, into: &writer)
    case .woke(let time): writer.tag("woke", time)
    case .cancelled(let time): writer.tag("cancelled", time)
    }
    writer.endObject()
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

  private static func write(_ facts: StepFacts, into writer: inout JSONWriter) {
    writer.text("path", facts.path.rawValue)
    writer.time("job_deadline", facts.jobDeadline)
    writer.time("step_deadline", facts.stepDeadline)
    writer.count("in", facts.inputTokens)
    writer.count("out", facts.outputTokens)
    writer.flag("split", facts.isSplittable)
    writer.count("offline", facts.offlineParks == 0 ? nil : facts.offlineParks)
    if !facts.parameters.isEmpty { writer.texts("params", facts.parameters.sorted()) }
    writer.text("seed", String(facts.seed))
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

  private static func write(_ value: Acquisition, into writer: inout JSONWriter) {
    writer.credential(value.credential)
    writer.text("url", value.baseURL)
    writer.count("alternates", value.alternates)
    writer.flag("probe", value.isProbe)
    writer.passed(value.passedOver)
    if !value.adjustments.isEmpty {
      writer.texts("adjusted", value.adjustments.map(\.rawValue))
    }
    writer.time("turn", value.notBefore)
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

  private static func write(_ value: Unavailability, into writer: inout JSONWriter) {
    writer.text("reason", value.reason.rawValue)
    writer.text("class", value.class?.rawValue)
    writer.count("status", value.status)
    writer.time("until", value.until)
    writer.passed(value.passedOver)
  }

  private static func unavailability(_ node: JSONNode) -> Unavailability? {
    guard let reason: SkipReason = node.word("reason"), let passed = passedOver(node),
      let name: FailureClass? = node.optionalWord("class")
    else { return nil }
    return Unavailability(
      reason: reason, class: name, status: node.number("status"), until: node.time("until"),
      passedOver: passed)
  }

  private static func write(_ value: Answer, into writer: inout JSONWriter) {
    writer.text("class", value.failure?.class.rawValue)
    writer.text("scope", value.failure?.scope.rawValue)
    writer.text("rule", value.failure?.rule)
    writer.time("wait", value.failure?.wait)
    writer.text("param", value.failure?.parameter)
    writer.flag("terminal", value.failure?.isTerminal ?? false)
    writer.count("status", value.status)
    writer.text("fault", value.transport?.rawValue)
    writer.time("sent", value.sentAt)
    writer.count("in", value.inputTokens)
    writer.count("out", value.outputTokens)
    writer.text("id", value.requestID)
    writer.text("body", value.excerpt)
    writer.flag("stop", value.stopRequested)
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
