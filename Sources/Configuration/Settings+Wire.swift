import JSONText

extension SettingsReader {
  static let wireKeys = [
    "stream", "first_token_timeout", "idle_timeout", "reasoning", "extra_body", "allow_private",
    "requests_per_minute", "tokens_per_minute", "rate_limit_per",
  ]

  /// Members of the body that follow from other settings and from the job.
  private static let ownMembers = [
    "model", "messages", "system", "stream", "stream_options", "max_tokens",
    "max_completion_tokens", "temperature", "response_format",
  ]

  /// Reads how requests to a provider are made.
  func wire(_ section: Section) -> WireChoices {
    var wire = WireChoices()
    wire.streams = section.bool("stream")
    wire.firstToken = section.duration("first_token_timeout", atLeast: 1)
    wire.idle = section.duration("idle_timeout", atLeast: 1)
    wire.effort = section.choice("reasoning", WireChoices.Effort.self)
    wire.extraMembers = extraMembers(section, hasEffort: wire.effort != nil)
    wire.allowsPrivateAddress = section.bool("allow_private")
    if wire.streams == false, wire.firstToken != nil || wire.idle != nil,
      let place = section.value("stream")
    {
      report(
        .badValue, place, "first_token_timeout and idle_timeout need a streamed answer",
        suggestion: "leave stream out, or set it to true")
    }
    return wire
  }

  /// Reads what a provider may be asked in a minute.
  func rate(_ section: Section) -> RateLimits {
    var rate = RateLimits()
    rate.requestsPerMinute = section.int("requests_per_minute", 1...1_000_000)
    rate.tokensPerMinute = section.int("tokens_per_minute", 1...1_000_000_000)
    rate.scope = section.choice("rate_limit_per", RateLimits.Scope.self) ?? .provider
    return rate
  }

  /// The members of `extra_body` as plain JSON, ready to be spliced.
  private func extraMembers(_ section: Section, hasEffort: Bool) -> [UInt8] {
    guard let extra = section.section("extra_body", keys: nil) else { return [] }
    let effortMembers =
      hasEffort
      ? ["reasoning", "reasoning_effort", "thinking", "enable_thinking", "chat_template_kwargs"]
      : []
    var text: [UInt8] = []
    for entry in extra.entries {
      if (Self.ownMembers + effortMembers).contains(entry.key) {
        report(
          .badValue, at: entry.keyRange, entry.value.pointer,
          "\(shown(entry.key)) is set by auxq itself")
        continue
      }
      var writer = JSONWriter()
      writer.beginObject()
      writer.key(entry.key)
      writer.value(JSONValue(entry.value.node))
      writer.endObject()
      if !text.isEmpty { text.append(0x2C) }
      text += writer.bytes.dropFirst().dropLast()
    }
    return text
  }
}
