import Configuration
import Fallback
import JSONText
import Testing

func parse(
  _ text: String, environment: [String: String] = ["HOME": "/h"], kinds: [String]? = nil
) -> ParsedSettings {
  Settings.parse(
    Array(text.utf8), path: "/etc/auxq/config.json", environment: environment, kinds: kinds)
}

@Suite("Settings")
struct SettingsTests {
  static let documented = """
    {
      main: { provider: "openrouter", model: "x" },
      chain: ["openrouter", { provider: "local", model: "qwen" }],
      discover: false,
      last_resort: "unconfigured",
      providers: {
        local: { base_url: "http://127.0.0.1:8080/v1", api: "chat", model: "qwen", key_env: "LOCAL_KEY",
                 context: 32768, timeout: 120, concurrency: 8, strategy: "fill_first", headers: {} },
        openrouter: { base_url: "https://proxy.example/v1" }
      },
      tasks: { compress: { provider: "auto", model: null, timeout: 300, fallback_chain: ["local"], allow_main_fallback: true } },
      retry:  { transient: 1, backoff_base: 0.5, backoff_cap: 8, short_wait: 10 },
      health: { rate_limit: 60, payment: 600, quota: 3600, auth: 300, forbidden: 600, entitlement: 3600, overloaded: 15, server_error: 30, timeout: 30,
                connection: 30, invalid_response: 60, model_not_found: 3600, model_incompatible: 3600, wrong_endpoint: 300, tls: 300, redirect: 300, max: 3600 },
      queue:  { max_attempts: 3, backoff: [15, 60, 300], lease: 60, park_max: "24h", keep_finished: "7d", keep_dead: "30d" },
      limits: { calls_per_step: 40, tokens_per_day: { openrouter: 2000000 } },
    }
    """

  @Test("the documented example is read without a complaint, and its numbers are the defaults")
  func documentedExample() throws {
    let parsed = parse(Self.documented)
    #expect(parsed.errors == [])
    let settings = parsed.settings
    #expect(settings.main == RouteReference(provider: "openrouter", model: "x"))
    #expect(settings.chain.map(\.provider) == ["openrouter", "local"])
    let local = try #require(settings.providers["local"])
    #expect(local.keyNames == ["LOCAL_KEY"] && local.context == 32_768 && local.concurrency == 8)
    #expect(local.timeout == 120_000 && local.baseURL?.text == "http://127.0.0.1:8080/v1")
    let task = try #require(settings.tasks["compress"])
    #expect(task.provider == nil && task.model == nil && task.timeout == 300_000)
    #expect(task.fallbackChain == [RouteReference(provider: "local")])
    #expect(settings.retry == RetrySettings() && settings.health == HealthSettings())
    #expect(settings.queue == QueueSettings())
    #expect(settings.limits.tokensPerDay == ["openrouter": 2_000_000])
    #expect(settings.limits.callsPerStep == LimitSettings().callsPerStep)
  }

  @Test("every provider key is read; paths are beside the file or at home")
  func providerKeys() throws {
    let parsed = parse(
      """
      { providers: { p: { base_url: "http://192.168.1.5/", api: "messages", key_env: ["A", "B_2"],
        key_file: "~/k", key_command: "pass show k", insecure_http: true, ca_file: "ca.pem",
        strategy: "least_used", timeout: "1.5s", headers: { "X-Title": "auxq" },
        price: { input: 0.25, output: 2 } } } }
      """)
    #expect(parsed.errors == [])
    let provider = try #require(parsed.settings.providers["p"])
    #expect(provider.dialect == .messages && provider.keyNames == ["A", "B_2"])
    #expect(provider.keyFile == "/h/k" && provider.certificateFile == "/etc/auxq/ca.pem")
    #expect(provider.keyCommand == "pass show k" && provider.allowsInsecureHTTP)
    #expect(provider.strategy == .leastUsed && provider.timeout == 1_500)
    #expect(provider.headers == [HTTPHeader(name: "X-Title", value: "auxq")])
    #expect(provider.price == Price(input: 0.25, output: 2))
  }

  @Test("fractions and 0 are spans like any other")
  func spans() {
    let parsed = parse(
      """
      { retry: { transient: 0, backoff_base: 0, backoff_cap: 0.05, short_wait: "0s" },
        health: { rate_limit: 0, max: "2h" }, queue: { backoff: [], lease: 0.5, park_max: 0 },
        tasks: { prompt: { timeout: 0 } } }
      """)
    #expect(parsed.errors == [])
    let retry = parsed.settings.retry
    #expect(retry.transient == 0 && retry.backoffBase == 0 && retry.backoffCap == 50)
    #expect(retry.shortWait == 0)
    #expect(parsed.settings.health.duration(.rateLimit) == 0)
    #expect(parsed.settings.health.max == 7_200_000)
    #expect(parsed.settings.queue.backoff == [] && parsed.settings.queue.lease == 500)
    #expect(parsed.settings.tasks["prompt"]?.timeout == 0)
  }

  @Test("marks hold as long as configured for their class, and never above the maximum")
  func health() {
    var health = HealthSettings()
    #expect(health.duration(.quota) == 3_600_000)
    #expect(health.duration(.truncated) == 60_000)
    #expect(health.duration(.contentPolicy) == 0)
    health.max = 10_000
    #expect(health.duration(.quota) == 10_000)
  }

  @Test("discovery is on only while nothing is configured")
  func discovery() {
    #expect(parse("{}").settings.isDiscovering)
    #expect(parse("{ tasks: { title: { timeout: 5 } } }").settings.isDiscovering)
    #expect(!parse("{ main: { provider: 'openai' } }").settings.isDiscovering)
    #expect(!parse("{ chain: ['openai'] }").settings.isDiscovering)
    #expect(!parse("{ tasks: { title: { provider: 'openai' } } }").settings.isDiscovering)
    #expect(parse("{ discover: true, chain: ['openai'] }").settings.isDiscovering)
    #expect(!parse("{ discover: false }").settings.isDiscovering)
  }

  @Test("the file of config init changes nothing, and nothing in it is wrong")
  func template() {
    let parsed = parse(ConfigTemplate.text)
    #expect(parsed.errors == [])
    #expect(parsed.settings == Settings())
  }

  @Test("every setting of that file is valid once its // is taken away")
  func templateSettings() {
    let lines = ConfigTemplate.text.split(separator: "\n", omittingEmptySubsequences: false)
    let text = lines.map { line in
      let rest = line.drop { $0 == " " }
      return rest.hasPrefix("//") && (!rest.hasPrefix("// ") || rest.hasPrefix("//  "))
        ? String(rest.dropFirst(2)) : String(line)
    }.joined(separator: "\n")
    let parsed = parse(text)
    #expect(parsed.errors == [])
    #expect(parsed.settings.main != nil && parsed.settings.providers["local"] != nil)
    #expect(parsed.settings.retry == RetrySettings() && parsed.settings.health == HealthSettings())
    #expect(parsed.settings.queue == QueueSettings() && parsed.settings.limits.callsPerStep == 40)
    #expect(parsed.settings.tasks["compress"]?.allowsMainFallback == true)
  }

  @Test("config show prints a file that means the same, without what a key command says")
  func show() throws {
    for text in ["{}", Self.documented, ConfigTemplate.text] {
      let settings = parse(text).settings
      var again = parse(String(decoding: settings.json.encoded(.pretty), as: UTF8.self))
      #expect(again.problems == [])
      again.settings.discover = settings.discover
      #expect(again.settings == settings)
    }
    let secret = parse("{ providers: { openai: { key_command: 'echo canary' } } }").settings
    let shown = String(decoding: secret.json.encoded(), as: UTF8.self)
    #expect(!shown.contains("canary") && shown.contains("key_command"))
  }

  @Test("a queue may be limited, and only as a whole number of jobs")
  func queues() {
    let good = Settings.parse(
      Array("{ queues: { night: { concurrency: 2 }, day: {}, dusk: null } }".utf8), path: "c.json")
    #expect(good.errors.isEmpty)
    #expect(good.settings.queues["night"]?.concurrency == 2)
    #expect(good.settings.queues["day"]?.concurrency == nil)
    for wrong in ["0", "1.5", "\"two\"", "-1"] {
      let text = "{ queues: { night: { concurrency: \(wrong) } } }"
      #expect(!Settings.parse(Array(text.utf8), path: "c.json").errors.isEmpty)
    }
    let slip = Settings.parse(Array("{ queues: { night: { concurency: 2 } } }".utf8), path: "c")
    #expect(slip.errors.first?.suggestion == "concurrency")
  }
}
