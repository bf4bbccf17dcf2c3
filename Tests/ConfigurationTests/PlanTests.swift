import Configuration
import Fallback
import Testing

@Suite("Plans")
struct PlanTests {
  static let config = """
    {
      main: { provider: "openrouter", model: "big" },
      chain: ["local", { provider: "openrouter", model: "big" }, { provider: "openrouter", model: "small" }, "twin"],
      providers: {
        local: { base_url: "http://127.0.0.1:8080/v1/", model: "qwen", context: 8192, timeout: 30 },
        twin: { base_url: "http://127.0.0.1:8080/v1", model: "qwen" },
        unused: { base_url: "https://unused.example", model: "u" },
        lan: { base_url: "http://192.168.0.9/v1", model: "qwen" },
        claude2: { base_url: "https://claude.example", api: "messages", model: "c" },
      },
      tasks: {
        compress: { timeout: 300, fallback_chain: ["claude2"] },
        title: { provider: "lan", model: "tiny", fallback_chain: ["local"] },
        extract: { provider: "lan", allow_main_fallback: true },
        classify: { provider: "claude2", allow_main_fallback: false },
        summarise: { model: "special" },
      },
    }
    """

  private func names(_ resolution: PlanResolution) -> [String] {
    resolution.plan?.routes.map { "\($0.origin.rawValue) \($0.provider) \($0.model)" } ?? []
  }

  static let plans: [(String, String?, String?, Plan.Mode, [String])] = [
    (
      "prompt", nil, nil, .auto,
      ["main openrouter big", "chain local qwen", "chain openrouter small", "chain twin qwen"]
    ),
    (
      "compress", nil, nil, .auto,
      [
        "main openrouter big", "task claude2 c", "chain local qwen", "chain openrouter small",
        "chain twin qwen",
      ]
    ),
    (
      "summarise", nil, nil, .auto,
      [
        "main openrouter special", "chain local qwen", "chain openrouter big",
        "chain openrouter small", "chain twin qwen",
      ]
    ),
    (
      "prompt", nil, "other", .auto,
      [
        "main openrouter other", "chain local qwen", "chain openrouter big",
        "chain openrouter small", "chain twin qwen",
      ]
    ),
    ("title", nil, nil, .explicit, ["explicit lan tiny", "task local qwen"]),
    (
      "title", "auto", nil, .auto,
      [
        "main openrouter tiny", "task local qwen", "chain openrouter big", "chain openrouter small",
        "chain twin qwen",
      ]
    ),
    ("title", "lan", "m", .explicit, ["explicit lan m", "task local qwen"]),
    (
      "title", "claude2", nil, .explicit,
      ["explicit claude2 c", "task local qwen", "main openrouter big"]
    ),
    ("extract", nil, nil, .explicit, ["explicit lan qwen", "main openrouter big"]),
    ("classify", nil, nil, .explicit, ["explicit claude2 c"]),
    ("prompt", "local", nil, .explicit, ["explicit local qwen"]),
    ("prompt", "openrouter", nil, .explicit, ["explicit openrouter big"]),
    ("prompt", "openrouter", "x", .explicit, ["explicit openrouter x", "main openrouter big"]),
    ("prompt", "grok", nil, .explicit, ["explicit xai grok-build-0.1", "main openrouter big"]),
    ("prompt", "custom:local", nil, .explicit, ["explicit local qwen"]),
  ]

  @Test("routes come in the order of the modes, each once", arguments: plans)
  func routes(task: String, provider: String?, model: String?, mode: Plan.Mode, expected: [String])
    throws
  {
    let parsed = parse(Self.config)
    #expect(parsed.problems == [])
    let resolution = parsed.settings.plan(for: task, provider: provider, model: model)
    #expect(names(resolution) == expected)
    #expect(resolution.plan?.mode == mode)
    #expect(resolution.problem == nil)
    #expect(resolution.notes.count { $0.verdict == .isIn } == expected.count)
  }

  @Test("a route carries the facts that deciding needs")
  func facts() throws {
    let settings = parse(Self.config).settings
    let resolution = settings.plan(for: "compress", provider: "auto")
    let routes = try #require(resolution.plan?.routes)
    let local = try #require(routes.first { $0.provider == "local" })
    #expect(local.baseURL == "http://127.0.0.1:8080/v1" && local.host == .loopback)
    #expect(local.contextWindow == 8192 && local.timeout == 30_000 && local.dialect == .chat)
    let claude = try #require(routes.first { $0.provider == "claude2" })
    #expect(claude.dialect == .messages && claude.host == .public && claude.timeout == 120_000)
    #expect(resolution.stepTimeout == 300_000)
    #expect(resolution.plan?.policy == Policy())
    let nous = settings.plan(for: "prompt", provider: "nous")
    #expect(nous.plan?.routes.first?.isNous == true)
    #expect(nous.plan?.routes.first?.contextWindow == nil)
  }

  @Test("a registry's window belongs to the registry's model only")
  func windows() {
    let settings = Settings()
    func window(_ model: String?) -> Int? {
      settings.plan(for: "prompt", provider: "anthropic", model: model).plan?.routes.first?
        .contextWindow
    }
    #expect(window(nil) == 200_000)
    #expect(window("claude-next") == nil)
  }

  @Test("main is kept out of explicit jobs of a local host, and the notes say so")
  func mainFallback() {
    let settings = parse(Self.config).settings
    let title = settings.plan(for: "title")
    #expect(title.plan?.allowsMainFallback == false)
    #expect(title.notes.last?.verdict == .out(.mainFallbackOff))
    #expect(settings.plan(for: "extract").plan?.allowsMainFallback == true)
    #expect(settings.plan(for: "classify").plan?.allowsMainFallback == false)
    let local = parse("{ main: { provider: 'ollama', model: 'm' } }").settings
    let plan = local.plan(for: "prompt", provider: "lmstudio", model: "x").plan
    #expect(plan?.allowsMainFallback == true && plan?.routes.count == 2)
  }

  @Test("what is left out is noted with its reason")
  func notes() {
    let notes = parse(Self.config).settings.plan(for: "prompt").notes
    #expect(
      notes.map(\.provider) == [
        "openrouter", "local", "openrouter", "openrouter", "twin", "claude2", "lan", "unused",
      ])
    #expect(notes[2].verdict == .out(.duplicate))
    #expect(notes[7].verdict == .out(.notInChain))
    #expect(notes[7].baseURL == "https://unused.example" && notes[7].model == "u")
  }

  static let refused: [(String, PlanProblem)] = [
    ("opnrouter", .unknownProvider("opnrouter", suggestion: "openrouter")),
    ("zzzzzzzzz", .unknownProvider("zzzzzzzzz", suggestion: nil)),
    ("ollama", .noModel(provider: "ollama")), ("azure", .noBaseURL(provider: "azure")),
    ("custom:none", .unknownProvider("custom:none", suggestion: nil)),
  ]

  @Test(
    "an explicit provider that cannot be used is an error, not a silent switch", arguments: refused)
  func refuses(provider: String, problem: PlanProblem) {
    let resolution = parse(Self.config).settings.plan(for: "prompt", provider: provider)
    #expect(resolution.plan == nil)
    #expect(resolution.problem == problem)
    #expect(resolution.notes.map(\.verdict) == [.out(.problem(problem))])
    #expect(resolution.builtin == .never)
  }

  @Test("an unsupported provider says why")
  func unsupported() throws {
    let problem = try #require(Settings().plan(for: "prompt", provider: "openai-codex").problem)
    guard case .unsupportedProvider("openai-codex", let reason) = problem else {
      Issue.record("\(problem)")
      return
    }
    #expect(reason.contains("Responses"))
  }

  static let addresses: [(String, String, [String: String], String?)] = [
    ("{}", "openai", [:], "https://api.openai.com/v1"),
    ("{}", "openai", ["OPENAI_BASE_URL": "https://e.example/v1/"], "https://e.example/v1"),
    (
      "{ providers: { openai: { base_url: 'https://c.example' } } }", "openai",
      ["OPENAI_BASE_URL": "https://e.example"], "https://c.example"
    ),
    ("{}", "lmstudio", ["LM_BASE_URL": "http://[::1]:9"], "http://[::1]:9"),
    ("{}", "github-models", ["GITHUB_MODELS_BASE_URL": "https://g.example"], "https://g.example"),
    (
      "{}", "nous", ["NOUS_BASE_URL": "https://no.example"],
      "https://inference-api.nousresearch.com/v1"
    ),
    ("{}", "nous", ["NOUS_INFERENCE_BASE_URL": "https://yes.example"], "https://yes.example"),
    ("{}", "openai", ["OPENAI_BASE_URL": "http://e.example"], nil),
    ("{}", "openai", ["OPENAI_BASE_URL": "nonsense"], nil),
    ("{}", "openai", ["OPENAI_BASE_URL": "http://127.0.0.1:1"], "http://127.0.0.1:1"),
    ("{}", "ollama", ["OLLAMA_BASE_URL": "http://10.0.0.3:11434/v1"], "http://10.0.0.3:11434/v1"),
  ]

  @Test("an address comes from config, else environment, else registry", arguments: addresses)
  func resolvesAddress(
    text: String, provider: String, environment: [String: String], expected: String?
  ) {
    let resolution = parse(text).settings.plan(
      for: "prompt", provider: provider, model: "m", environment: environment)
    #expect(resolution.plan?.routes.first?.baseURL == expected)
    #expect((resolution.problem == nil) == (expected != nil))
  }

  @Test("the portal of Nous has variables of its own")
  func portal() {
    #expect(Settings.nousPortal([:]) == "https://portal.nousresearch.com")
    #expect(
      Settings.nousPortal(["HERMES_PORTAL_BASE_URL": "https://b.example/"]) == "https://b.example")
    #expect(
      Settings.nousPortal([
        "NOUS_PORTAL_BASE_URL": "https://a.example", "HERMES_PORTAL_BASE_URL": "https://b.example",
      ])
        == "https://a.example")
  }

  @Test(
    "discovery takes built-in providers that have a credential, and never those of other programs")
  func discovery() {
    func found(_ config: String, _ variables: Set<String>) -> [String] {
      let resolution = parse(config).settings.plan(for: "prompt") { keys in
        keys.names.contains { variables.contains($0) }
      }
      return names(resolution).map { String($0.split(separator: " ")[1]) }
    }
    #expect(
      found("{}", ["GROQ_API_KEY", "OPENROUTER_API_KEY", "NOUS_API_KEY"]) == [
        "openrouter", "nous", "groq",
      ])
    #expect(found("{}", ["GITHUB_TOKEN", "HF_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"]) == [])
    #expect(found("{}", ["ANTHROPIC_API_KEY"]) == ["anthropic"])
    #expect(found("{ chain: ['xai'] }", ["GROQ_API_KEY"]) == ["xai"])
    #expect(
      found("{ chain: ['xai'], discover: true }", ["GROQ_API_KEY", "XAI_API_KEY"]) == [
        "xai", "groq",
      ])
    #expect(found("{ discover: false }", ["GROQ_API_KEY"]) == [])
    #expect(
      found("{ providers: { groq: { key_env: 'MY' } } }", ["GROQ_API_KEY", "DASHSCOPE_API_KEY"])
        == [])
    #expect(
      found("{ providers: { alibaba: { model: 'q' } } }", ["DASHSCOPE_API_KEY"]) == ["alibaba"])
  }

  static let lastResorts: [(String, Bool, BuiltinUse)] = [
    ("{}", false, .insteadOfRoutes), ("{}", true, .never),
    ("{ last_resort: 'never' }", false, .never),
    ("{ last_resort: 'always' }", false, .afterRoutes),
    ("{ last_resort: 'always', chain: ['xai'] }", false, .afterRoutes),
    ("{ chain: ['xai'] }", false, .never), ("{ main: { provider: 'xai' } }", false, .never),
    ("{ tasks: { title: { provider: 'xai' } } }", false, .never),
    ("{ tasks: { title: { fallback_chain: ['xai'] } } }", false, .never),
    ("{ discover: false }", true, .insteadOfRoutes),
  ]

  @Test(
    "the built-in engine serves where nothing is configured or found, unless told otherwise",
    arguments: lastResorts)
  func lastResort(text: String, hasKeys: Bool, expected: BuiltinUse) {
    #expect(parse(text).settings.plan(for: "title") { _ in hasKeys }.builtin == expected)
  }

  @Test("the sources of keys are what the user configured, else what the registry knows")
  func keySources() {
    let settings = parse(
      """
      { providers: { openai: { key_env: ["MINE"], strategy: "random" }, groq: { key_command: "k" },
        own: { base_url: "https://h", api: "messages", insecure_http: true } } }
      """
    ).settings
    let openai = settings.keySources("openai")
    #expect(
      openai.names == ["MINE"] && openai.isConfigured && openai.needsKey
        && openai.strategy == .random)
    let groq = settings.keySources("groq")
    #expect(groq.names == [] && groq.command == "k" && groq.isConfigured)
    let own = settings.keySources("custom:own")
    #expect(own.provider == "own" && own.names == [] && !own.isConfigured && !own.needsKey)
    #expect(own.auth == .anthropic && own.allowsInsecureHTTP)
    let claude = settings.keySources("claude")
    #expect(
      claude.provider == "anthropic" && claude.names.first == "ANTHROPIC_API_KEY"
        && claude.names.count == 3)
    #expect(settings.keySources("claude", includingShared: false).names == ["ANTHROPIC_API_KEY"])
    #expect(settings.keySources("azure").auth == .header("api-key"))
    #expect(!settings.keySources("ollama").needsKey)
  }
}

@Suite("Registry")
struct RegistryTests {
  @Test("ids and aliases are unique, and every address is sound")
  func isSound() throws {
    let names = Registry.entries.flatMap { [$0.id] + $0.aliases }
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0 == $0.lowercased() && Registry.unsupported($0) == nil })
    for entry in Registry.entries {
      if let text = entry.baseURL {
        let url = try BaseURL(text)
        #expect(url.text == text)
        #expect(url.isEncrypted || url.hostClass == .loopback)
        #expect(url.isEncrypted == entry.needsKey)
      }
      #expect(entry.sharedKeyNames.isSubset(of: entry.keyNames))
      #expect(!entry.needsKey || !entry.keyNames.isEmpty)
      #expect(entry.isNeverAutomatic || entry.needsKey)
    }
  }
}
