import Fallback

/// Where a provider or a family of models wants a request otherwise than its dialect says. A table:
/// nothing else in the program knows a provider's name for its wire format.
struct Quirks: Sendable {
  /// How the effort of reasoning is written.
  enum EffortField: Sendable, Hashable {
    /// `"reasoning_effort": "low"`
    case effort
    /// `"reasoning": {"effort": "low"}`, off by `{"enabled": false}`
    case object
    /// `"thinking": {"type": "enabled"}`
    case thinking
    /// `"enable_thinking": true`
    case flag
    /// `"chat_template_kwargs": {"enable_thinking": true}`
    case template
    /// `"thinking": {"type": "enabled", "budget_tokens": 2048}`
    case budget
  }

  /// Changes that the model is known to need before it says so.
  var adjustments: [Adjustment] = []
  /// Sent where the request names no limit; nil: none is sent.
  var defaultLimit: Int?
  var effort = EffortField.effort
  /// `stream_options` is refused; usage comes without it.
  var omitsStreamOptions = false
  /// Sent unless the configuration sets the same header.
  var headers: [(name: String, value: String)] = []

  init(_ route: Route, model: String) {
    switch route.dialect {
    case .chat: chat(route.provider, route.baseURL, model)
    case .messages:
      effort = .budget
      headers = [("anthropic-version", "2023-06-01")]
      if Self.refusesTemperature(claude: model) { adjustments.append(.dropTemperature) }
    }
  }

  private mutating func chat(_ provider: String, _ baseURL: String, _ model: String) {
    effort = Self.effortFields[provider] ?? .effort
    headers = Self.headers[provider] ?? []
    omitsStreamOptions = provider == "mistral"
    // Its models answer with no choices where no limit is named.
    if provider == "nvidia" { defaultLimit = 4_096 }
    // Routers take the usual names for every model and translate.
    let isRouted = model.contains("/")
    let isReasoner = !isRouted && Self.isReasoner(model)
    if baseURL.hasPrefix("https://api.openai.com/") || isReasoner {
      adjustments.append(.renameMaxTokens)
    }
    let name = isRouted ? model.split(separator: "/").last.map(String.init) ?? model : model
    if isReasoner || name.lowercased().hasPrefix("kimi") {
      adjustments.append(.dropTemperature)
    }
  }

  private static let effortFields: [String: EffortField] = [
    "openrouter": .object, "nous": .object, "zai": .thinking, "kimi": .thinking,
    "kimi-cn": .thinking, "deepseek": .thinking, "xiaomi": .thinking, "alibaba": .flag,
    "vllm": .template, "llamacpp": .template,
  ]

  private static let headers: [String: [(name: String, value: String)]] = [
    // https://openrouter.ai/docs/api-reference/overview: how an application is named there.
    "openrouter": [("HTTP-Referer", "https://localhost/auxq"), ("X-Title", "auxq")]
  ]

  /// OpenAI's reasoning models: https://platform.openai.com/docs/guides/reasoning
  static func isReasoner(_ model: String) -> Bool {
    let name = model.lowercased()
    if name.hasPrefix("gpt-"), let major = Int(name.dropFirst(4).prefix { $0.isNumber }) {
      return major >= 5
    }
    guard name.first == "o", name.count >= 2 else { return false }
    let digits = name.dropFirst().prefix { $0.isNumber }
    let rest = name.dropFirst(1 + digits.count)
    return !digits.isEmpty && (rest.isEmpty || rest.first == "-")
  }

  /// Claude from 4.7 on, by its name: `claude-FAMILY-MAJOR-MINOR…`.
  static func refusesTemperature(claude model: String) -> Bool {
    let parts = model.lowercased().split(separator: "-")
    // Before 4 the family came last.
    guard parts.count >= 3, parts[0] == "claude", Int(parts[1]) == nil, let major = Int(parts[2]),
      major < 100
    else {
      return false
    }
    // What follows may be a date.
    let minor = parts.count > 3 ? Int(parts[3]).flatMap { $0 < 100 ? $0 : nil } ?? 0 : 0
    return (major, minor) >= (4, 7)
  }
}
