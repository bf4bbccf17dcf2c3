import Calls
import Fallback
import JSONText

/// What the Nous portal says of an account and of models, beside tokens.
struct NousAnswers: Sendable {
  let transport: RefreshTransport
  let memory: any MarkStore
  let redactor: Redactor
  let allowsInsecureHTTP: Bool

  private static let tierKey = "nous.tier"
  private static let modelsKey = "nous.models"
  /// For how long recommended models are not asked for again.
  private static let freshness: Milliseconds = 600_000

  // MARK: Account

  /// Asks whether the account has paid access by now.
  ///
  /// - Parameters:
  ///   - token: An access token.
  ///   - portal: Where to ask.
  /// - Returns: `paid`, or how it failed.
  func account(_ token: Secret, portal: String) -> RefreshReport {
    let start = transport.now()
    let url = portal + "/api/oauth/account"
    var request = HTTPRequest(
      method: .get, url: url, headers: [("Accept", "application/json")],
      credential: CredentialHeader(
        secret: token, allowedOrigins: transport.origins(url),
        allowsInsecureHTTP: allowsInsecureHTTP),
      timeouts: Timeouts(connect: 8_000, firstByte: 8_000, idle: 8_000, total: 8_000))
    request.maxBodyBytes = 1 << 20
    let reply = transport.send(request)
    var report = RefreshReport(
      outcome: .failed(isTerminal: false), status: reply.status, startedAt: start,
      didSend: reply.fault?.isBeforeSending != true)
    guard reply.fault == nil, reply.status == 200, let access = Self.access(reply.body) else {
      let what = reply.obstacle ?? "it answered with HTTP \(reply.status ?? 0)"
      report.detail = redactor.redact("the account could not be looked up: \(what)")
      return report
    }
    let isPaid = access["allowed"]?.bool ?? access["paid_access"]?.bool ?? false
    memory.keep(isPaid ? "paid" : "free", for: Self.tierKey, at: transport.now())
    report.outcome = isPaid ? .paid : .unchanged
    report.detail = isPaid ? "the account has paid access" : "the account has no paid access"
    return report
  }

  private static func access(_ body: [UInt8]) -> JSONNode? {
    guard let root = try? JSONNode.parse(body, maxDepth: 16) else { return nil }
    let access = root["paid_service_access"]
    return access?.members == nil ? nil : access
  }

  // MARK: Models

  /// The model that the portal recommends for text, for the tier that was last seen.
  ///
  /// - Parameter portal: Where to ask; nobody is asked twice within ten minutes.
  /// - Returns: `model`, or how it failed.
  func model(portal: String) -> RefreshReport {
    let start = transport.now()
    let known = memory.keptAnswer(Self.modelsKey)
    if let known, (0..<Self.freshness).contains(start - known.at),
      let model = recommended(known.text)
    {
      return RefreshReport(
        outcome: .model(model), startedAt: start, detail: "recommended: \(model)")
    }
    let reply = transport.send(
      HTTPRequest(
        method: .get, url: portal + "/api/nous/recommended-models",
        headers: [("Accept", "application/json")],
        timeouts: Timeouts(connect: 8_000, firstByte: 8_000, idle: 8_000, total: 8_000),
        maxBodyBytes: 1 << 20))
    var report = RefreshReport(
      outcome: .failed(isTerminal: false), status: reply.status, startedAt: start,
      didSend: reply.fault?.isBeforeSending != true)
    let text = String(decoding: reply.body, as: UTF8.self)
    let isAnswer = reply.fault == nil && reply.status == 200
    if isAnswer, let model = recommended(text) {
      memory.keep(text, for: Self.modelsKey, at: transport.now())
      report.outcome = .model(model)
      report.detail = "recommended: \(model)"
    } else if let known, let model = recommended(known.text) {
      report.outcome = .model(model)
      report.detail = "recommended when last seen: \(model)"
    } else {
      let what = reply.obstacle ?? (isAnswer ? "it names none" : "HTTP \(reply.status ?? 0)")
      report.detail = "no recommended model is known: \(what)"
    }
    return report
  }

  /// The compaction model of the tier, else the first of its list.
  private func recommended(_ text: String) -> String? {
    guard let root = try? JSONNode.parse(Array(text.utf8), maxDepth: 16) else { return nil }
    let tier = memory.keptAnswer(Self.tierKey)?.text == "paid" ? "paid" : "free"
    let first = root["\(tier)RecommendedModels"]?.elements?.lazy.compactMap(Self.name).first
    return root["\(tier)RecommendedCompactionModel"].flatMap(Self.name) ?? first
  }

  private static func name(_ node: JSONNode) -> String? {
    let name = node.string ?? node.text("modelName")
    guard let name, !name.isEmpty, name.utf8.count <= 200,
      name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    return name
  }
}
