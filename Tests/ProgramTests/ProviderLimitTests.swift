import Foundation
import JSONText
import Simulator
import Testing

/// What a provider is spared, and how it is spoken to.
@Suite("Limits of a provider", .timeLimit(.minutes(10)))
struct ProviderLimitTests {
  private func config(_ url: String, _ more: String) -> String {
    "{ main: { provider: 'p', model: 'm' }, providers: { p: { base_url: '\(url)/v1', \(more) } } }"
  }

  @Test("no more requests are in flight than its concurrency says, and all are served")
  func concurrency() async throws {
    let provider = try SimulatedProvider.start(usual: .text("ok").delayed(milliseconds: 20))
    let home = try AuxqHome(config: config(provider.url, "concurrency: 2"))
    defer { home.remove() }
    let lines = (0..<12).map { "{\"kind\":\"prompt\",\"input\":\"n\($0)\"}" }
    _ = try await home.run("enqueue", "--batch", "-", input: lines.joined(separator: "\n"))
    let work = try await home.run("work", "--drain", "--concurrency", "12")
    #expect(work.status == 0, "\(work.errors)")
    #expect(provider.requestCount == 12)
    #expect(provider.maxConcurrent == 2)
  }

  @Test("more requests than a minute may hold are parked, whoever asks, and the reason is told")
  func requestsPerMinute() async throws {
    let provider = try SimulatedProvider.start()
    let home = try AuxqHome(config: config(provider.url, "requests_per_minute: 2"))
    defer { home.remove() }
    for _ in 0..<2 {
      #expect(try await home.run("run", "prompt", input: "Go").status == 0)
    }
    let third = try await home.run("run", "prompt", input: "Go")
    #expect(third.status == 75, "\(third.errors)")
    _ = try await home.run("enqueue", "prompt", input: "Go")
    let work = try await home.run("work", "--drain")
    #expect(work.status == 0, "\(work.errors)")
    #expect(provider.requestCount == 2)
    let job = try await home.show(4)
    #expect(job["state"]?.string == "scheduled" || job["state"]?.string == "retryable")
    let skip = job["attempts"]?.elements?.first?["skips"]?.elements?.first
    #expect(skip?["reason"]?.string == "configured rate reached")
  }

  @Test("where one key has had its share, the next one serves")
  func perCredential() async throws {
    let provider = try SimulatedProvider.start()
    var home = try AuxqHome(
      config: config(
        provider.url,
        "key_env: ['K1', 'K2'], requests_per_minute: 1, rate_limit_per: 'credential'"))
    defer { home.remove() }
    home.variables = ["K1": "key-number-one", "K2": "key-number-two"]
    for _ in 0..<2 {
      #expect(try await home.run("run", "prompt", input: "Go").status == 0)
    }
    #expect(try await home.run("run", "prompt", input: "Go").status == 75)
    let keys = provider.requests.map { $0.header("authorization") }
    #expect(keys == ["Bearer key-number-one", "Bearer key-number-two"])
  }

  @Test("a streamed answer is put together, with its usage")
  func stream() async throws {
    let events = [
      ": OPENROUTER PROCESSING",
      #"data: {"id":"g1","model":"m","choices":[{"delta":{"role":"assistant","content":"Hel"}}]}"#,
      #"data: {"choices":[{"delta":{"content":"lo"},"finish_reason":"stop"}]}"#,
      #"data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}"#, "data: [DONE]",
    ]
    let body = events.joined(separator: "\n\n") + "\n\n"
    let provider = try SimulatedProvider.start(
      usual: .reply(
        headers: [("Content-Type", "text/event-stream")], body: Array(body.utf8), chunked: true))
    let home = try AuxqHome(config: config(provider.url, "stream: true"))
    defer { home.remove() }
    let run = try await home.run("run", "prompt", input: "Go")
    #expect(run.output.hasPrefix("Hello"), "\(run.errors)")
    let sent = try JSONNode.parse(provider.requests[0].body)
    #expect(sent["stream"]?.bool == true)
    let call = try await home.show(1)["attempts"]?.elements?.first?["calls"]?.elements?.first
    #expect(call?["input_tokens"]?.int == 7)
    #expect(call?["output_tokens"]?.int == 3)
  }

  @Test("a stream that falls silent is given up, and nothing of it counts")
  func silence() async throws {
    let start = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    let token = "data: {\"choices\":[{\"delta\":{\"content\":\"Half\"}}]}\n\n"
    let silent = try SimulatedProvider.start(
      usual: Behaviour([.send(Array((start + token).utf8)), .stall]))
    let good = try SimulatedProvider.start(usual: .text("Whole"))
    let home = try AuxqHome(
      config: """
        { main: { provider: 'p', model: 'm' }, chain: [{ provider: 'q', model: 'm' }],
          providers: { p: { base_url: '\(silent.url)', idle_timeout: 0.2 },
                       q: { base_url: '\(good.url)' } } }
        """)
    defer { home.remove() }
    let run = try await home.run("run", "prompt", input: "Go")
    #expect(run.output.hasPrefix("Whole"), "\(run.errors)")
    let job = try await home.show(1)
    #expect(job["fallback_reasons"]?.elements?.compactMap(\.string) == ["timeout"])
  }

  @Test("providers are listed with what was found and what is missing; nothing is sent")
  func providers() async throws {
    let provider = try SimulatedProvider.start()
    var home = try AuxqHome(config: config(provider.url, "key_env: 'MISSING_KEY'"))
    defer { home.remove() }
    home.variables = [
      "GROQ_API_KEY": "gsk-canary", "CLAUDE_CODE_OAUTH_TOKEN": "sk-ant-oat01-canary",
    ]
    let list = try await home.run("providers", "--json")
    #expect(list.status == 0, "\(list.errors)")
    let rows = try list.output.split(separator: "\n").map { try JSONNode.parse(Array($0.utf8)) }
    func row(_ name: String) -> JSONNode? { rows.first { $0["provider"]?.string == name } }
    #expect(rows.count > 25)
    #expect(row("p")?["usable"]?.bool == false)
    #expect(row("p")?["missing"]?.string?.contains("MISSING_KEY") == true)
    #expect(row("groq")?["credentials"]?.elements?.compactMap(\.string) == ["GROQ_API_KEY"])
    #expect(row("groq")?["usable"]?.bool == true)
    #expect(row("openai")?["missing"]?.string?.contains("OPENAI_API_KEY") == true)
    #expect(row("ollama")?["needs_key"]?.bool == false)
    let claude = row("anthropic")?["variables"]?.elements?.last
    #expect(claude?["opt_in"]?.bool == true && claude?["set"]?.bool == true)
    let one = try await home.run("providers", "anthropic")
    #expect(one.output.contains("only where you name the provider"))
    #expect(!list.output.contains("canary") && !one.output.contains("canary"))
    #expect(provider.connectionCount == 0)
    #expect(try await home.run("providers", "antropic").errors.contains("anthropic"))
  }
}
