package import Fallback

extension CallScript {
  /// Limits of a streamed answer where the configuration names none.
  private static let firstToken: Milliseconds = 60_000
  private static let idle: Milliseconds = 30_000

  /// The HTTP request of an order.
  package func httpRequest(_ order: SendOrder) -> HTTPRequest {
    let route = plan.routes[order.route]
    let wire = source.wire(for: route)
    let quirks = Quirks(route, model: order.model)
    let credential = source.header(for: order, route: route)
    var request = HTTPRequest(
      url: order.baseURL + path(of: order, route.dialect),
      headers: headers(route, quirks, wire, credential), credential: credential,
      body: body(of: order, route.dialect, wire, quirks), timeouts: timeouts(order, wire))
    request.mayStream = wire.streaming != nil
    request.certificateFile = wire.certificateFile
    request.allowsPrivateAddress = wire.allowsPrivateAddress
    return request
  }

  private func timeouts(_ order: SendOrder, _ wire: WireSettings) -> Timeouts {
    // A wait for a place in the minute may have used up what the order was given.
    let left = machine.deadline.map { $0 - now() } ?? .max
    let total = min(order.totalTimeout, left)
    guard let streaming = wire.streaming else {
      return Timeouts(connect: order.connectTimeout, firstByte: total, idle: total, total: total)
    }
    return Timeouts(
      connect: order.connectTimeout,
      firstByte: min(max(1, streaming.firstToken ?? Self.firstToken), total),
      idle: min(max(1, streaming.idle ?? Self.idle), total), total: total)
  }

  private func headers(
    _ route: Route, _ quirks: Quirks, _ wire: WireSettings, _ credential: CredentialHeader?
  ) -> [(name: String, value: String)] {
    let own = source.headers(for: route)
    var headers = [(name: "Content-Type", value: "application/json")]
    headers.reserveCapacity(8)
    // What the user configured replaces what would be sent anyway.
    func add(_ name: String, _ value: String) {
      let isReplaced = own.contains { $0.name.lowercased() == name.lowercased() }
      if !isReplaced { headers.append((name, value)) }
    }
    add("Accept", wire.streaming == nil ? "application/json" : "text/event-stream")
    // Without it a server may compress: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
    add("Accept-Encoding", "identity")
    for (name, value) in quirks.headers { add(name, value) }
    for (name, value) in betas(route, credential) { add(name, value) }
    return headers + own
  }

  /// Anthropic takes the tokens of a login, rather than keys, only with this word.
  private func betas(_ route: Route, _ credential: CredentialHeader?) -> [(String, String)] {
    guard route.dialect == .messages, credential?.name == "Authorization",
      credential?.secret.withBytes({ $0.starts(with: "sk-ant-oat".utf8) }) == true
    else { return [] }
    return [("anthropic-beta", "oauth-2025-04-20")]
  }

  private func path(of order: SendOrder, _ dialect: Dialect) -> String {
    switch dialect {
    case .chat: ChatDialect.path
    case .messages: MessagesDialect.path(below: order.baseURL)
    }
  }

  private func body(
    of order: SendOrder, _ dialect: Dialect, _ wire: WireSettings, _ quirks: Quirks
  ) -> [UInt8] {
    switch dialect {
    case .chat:
      ChatDialect.body(
        request, model: order.model, adjustments: order.adjustments, wire: wire, quirks: quirks)
    case .messages:
      MessagesDialect.body(
        request, model: order.model, adjustments: order.adjustments, wire: wire, quirks: quirks)
    }
  }
}
