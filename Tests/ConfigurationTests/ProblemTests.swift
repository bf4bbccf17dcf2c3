import Configuration
import Testing

@Suite("Problems")
struct ProblemTests {
  /// Text, then `line:column code pointer -> suggestion` of each problem.
  static let cases: [(String, [String])] = [
    ("{", ["1:2 syntax  -> -"]), ("", ["1:1 syntax  -> -"]), ("[]", ["1:1 wrong_type  -> -"]),
    ("{\n  main: {provider: \"openai\"\n}", ["3:2 syntax  -> -"]),
    (
      "{\n  chian: [],\n  zzzzzz: 1 }",
      ["2:3 unknown_key /chian -> chain", "3:3 unknown_key /zzzzzz -> -"]
    ),
    ("{ queue: { leese: 5 } }", ["1:12 unknown_key /queue/leese -> lease"]),
    ("{ retry: {}, retry: {} }", ["1:14 duplicate_key /retry -> -"]),
    (
      "{ main: 5, chain: {}, discover: 'yes' }",
      [
        "1:9 wrong_type /main -> -", "1:19 wrong_type /chain -> -",
        "1:33 wrong_type /discover -> -",
      ]
    ),
    ("{ last_resort: 'allways' }", ["1:16 bad_value /last_resort -> always"]),
    ("{ main: { model: 'x' } }", ["1:9 missing /main -> -"]),
    ("{ main: { provider: 'opnrouter' } }", ["1:21 unknown_provider /main -> openrouter"]),
    (
      "{ chain: ['openai', 'lokal'], providers: { local: { base_url: 'http://[::1]/', model: 'm' } } }",
      ["1:21 unknown_provider /chain/1 -> local"]
    ),
    ("{ chain: ['copilot'] }", ["1:11 unknown_provider /chain/0 -> -"]),
    (
      "{ tasks: { title: { provider: 'grok', fallback_chain: ['opeani', 'auto'] } } }",
      [
        "1:56 unknown_provider /tasks/title/fallback_chain/0 -> openai",
        "1:66 unknown_provider /tasks/title/fallback_chain/1 -> -",
      ]
    ),
    (
      "{ limits: { tokens_per_day: { opnai: 5, openai: -1, nous: 1.5 } } }",
      [
        "1:31 unknown_provider /limits/tokens_per_day -> openai",
        "1:49 out_of_range /limits/tokens_per_day/openai -> -",
        "1:59 out_of_range /limits/tokens_per_day/nous -> -",
      ]
    ),
    (
      "{ chain: ['alibaba', 'ollama'] }",
      [
        "1:11 no_model /chain/0 -> add a model to it or to providers.alibaba",
        "1:22 no_model /chain/1 -> add a model to it or to providers.ollama",
      ]
    ),
    (
      "{ tasks: { title: { provider: 'ollama' } } }",
      ["1:31 no_model /tasks/title -> add a model to it or to providers.ollama"]
    ),
    ("{ providers: { mine: { model: 'm' } } }", ["1:16 no_base_url /providers/mine -> -"]),
    ("{ providers: { claude: {} } }", ["1:16 no_base_url /providers/claude -> anthropic"]),
    ("{ providers: { azure: { model: 'm' } } }", ["1:16 no_base_url /providers/azure -> azure"]),
    (
      "{ providers: { 'a b': {}, auto: {}, '-x': {} } }",
      [
        "1:16 bad_name /providers/a b -> -", "1:27 bad_name /providers/auto -> -",
        "1:37 bad_name /providers/-x -> -",
      ]
    ),
    ("{ providers: { p: { base_url: 'ftp://h' } } }", ["1:31 bad_url /providers/p/base_url -> -"]),
    (
      "{ providers: { p: { base_url: 'https://u:canary@h' } } }",
      ["1:31 bad_url /providers/p/base_url -> -"]
    ),
    (
      "{ providers: { p: { base_url: 'https://h/\\nx' } } }",
      ["1:31 bad_url /providers/p/base_url -> -"]
    ),
    ("{ providers: { p: { base_url: 5 } } }", ["1:31 wrong_type /providers/p/base_url -> -"]),
    (
      "{ providers: { p: { base_url: 'http://h.example', key_env: 'K' } } }",
      ["1:31 insecure_url /providers/p/base_url -> use https, or set insecure_http: true"]
    ),
    (
      "{ providers: { openai: { base_url: 'http://10.0.0.1' } } }",
      ["1:36 insecure_url /providers/openai/base_url -> use https, or set insecure_http: true"]
    ),
    (
      "{ providers: { openai: { base_url: 'http://10.0.0.1', insecure_http: true },\n"
        + "p: { base_url: 'http://h.example' }, q: { base_url: 'http://127.1', key_file: '/k' } } }",
      []
    ),
    (
      "{ providers: { openai: { api: 'chats', strategy: 'round-robin' } } }",
      [
        "1:31 bad_value /providers/openai/api -> chat",
        "1:50 bad_value /providers/openai/strategy -> round_robin",
      ]
    ),
    (
      "{ providers: { openai: { api_key: 'sk-canary', token: 'canary' } } }",
      [
        "1:26 secret /providers/openai/api_key -> name a variable in key_env, or use key_file or key_command",
        "1:48 secret /providers/openai/token -> name a variable in key_env, or use key_file or key_command",
      ]
    ),
    (
      "{ providers: { openai: { key_env: 'sk-canary' } } }",
      [
        "1:35 secret /providers/openai/key_env -> put the key into a variable, or use key_file or key_command"
      ]
    ),
    (
      "{ providers: { openai: { key_env: [] } } }",
      ["1:35 bad_value /providers/openai/key_env -> -"]
    ),
    (
      "{ providers: { openai: { key_env: ['A', 5] } } }",
      ["1:41 wrong_type /providers/openai/key_env/1 -> -"]
    ),
    (
      "{ providers: { openai: { headers: { Authorization: 'Bearer canary', 'X-Goog-Api-Key': 'canary', 'X-A': 'sk-canary' } } } }",
      ["Authorization", "X-Goog-Api-Key", "X-A"].enumerated().map {
        "1:\([37, 69, 97][$0.offset]) secret /providers/openai/headers/\($0.element) -> name a variable in key_env, or use key_file or key_command"
      }
    ),
    (
      "{ providers: { openai: { headers: { 'X A': '1', 'X-B': 'a\\r\\nb', Host: 'h', 'X-C': 5, 'X-D': 'fine' } } } }",
      [
        "1:37 bad_header /providers/openai/headers/X A -> -",
        "1:49 bad_header /providers/openai/headers/X-B -> -",
        "1:66 bad_header /providers/openai/headers/Host -> -",
        "1:84 wrong_type /providers/openai/headers/X-C -> -",
      ]
    ),
    (
      "{ providers: { openai: { model: '', context: 0, timeout: -1, concurrency: 1.5, key_command: 'a\\nb' } } }",
      [
        "1:33 bad_value /providers/openai/model -> -",
        "1:46 out_of_range /providers/openai/context -> -",
        "1:58 out_of_range /providers/openai/timeout -> -",
        "1:75 out_of_range /providers/openai/concurrency -> -",
        "1:93 bad_value /providers/openai/key_command -> -",
      ]
    ),
    (
      "{ providers: { openai: { price: { input: -1, output: 'x', inptu: 1 } } } }",
      [
        "1:42 out_of_range /providers/openai/price/input -> -",
        "1:54 wrong_type /providers/openai/price/output -> -",
        "1:59 unknown_key /providers/openai/price/inptu -> input",
      ]
    ),
    (
      "{ queue: { max_attempts: 0, backoff: ['5x', -1, 5], lease: 0, park_max: true } }",
      [
        "1:26 out_of_range /queue/max_attempts -> -", "1:39 out_of_range /queue/backoff/0 -> -",
        "1:45 out_of_range /queue/backoff/1 -> -", "1:60 out_of_range /queue/lease -> -",
        "1:73 wrong_type /queue/park_max -> -",
      ]
    ),
    (
      "{ health: { rate_limt: 5, auth: Infinity } }",
      ["1:13 unknown_key /health/rate_limt -> rate_limit", "1:33 out_of_range /health/auth -> -"]
    ),
    (
      "{ tasks: { title: { timout: 5, allow_main_fallback: 1 } } }",
      [
        "1:21 unknown_key /tasks/title/timout -> timeout",
        "1:53 wrong_type /tasks/title/allow_main_fallback -> -",
      ]
    ),
    ("{ tasks: { summarise: {}, summarize: {} } }", ["1:27 duplicate_key /tasks/summarize -> -"]),
    ("{ main: null, chain: null, queue: null, providers: null }", []),
  ]

  @Test("every problem is found with its place, its key and what may be meant", arguments: cases)
  func finds(text: String, expected: [String]) {
    let found = parse(text).problems.map {
      "\($0.line):\($0.column) \($0.code.rawValue) \($0.pointer) -> \($0.suggestion ?? "-")"
    }
    #expect(found == expected)
  }

  @Test("no message repeats a value of the file", arguments: cases)
  func keepsValues(text: String, _: [String]) {
    for problem in parse(text).problems {
      #expect(!problem.message.contains("canary") && problem.suggestion?.contains("canary") != true)
      #expect(problem.path == "/etc/auxq/config.json" && problem.severity == .error)
    }
  }

  @Test("certificates that are not there are a warning, with their place; those that are, none")
  func certificates() {
    let parsed = parse(
      """
      { ca_file: "/dev/null",
        providers: { p: { base_url: "https://h.example", ca_file: "none.pem" } } }
      """)
    #expect(parsed.errors == [] && parsed.warnings.map(\.code) == [.noFile])
    #expect(parsed.warnings.map(\.pointer) == ["/providers/p/ca_file"])
    #expect(parsed.warnings.map(\.line) == [2] && parsed.warnings.map(\.column) == [61])
  }

  @Test("an unknown kind of job is only a warning")
  func kinds() {
    let parsed = parse(
      "{ tasks: { titel: {}, summarize: {}, prompt: {} } }",
      kinds: ["title", "summarise", "prompt"])
    #expect(parsed.errors == [])
    #expect(parsed.warnings.map(\.code) == [.unknownKind])
    #expect(parsed.warnings.first?.suggestion == "title")
    #expect(parsed.settings.tasks["summarise"] != nil)
  }

  @Test("a variable may hold the address that a provider of one's own has not")
  func addressFromEnvironment() {
    let text = "{ providers: { mine: { model: 'm' } }, chain: ['mine'] }"
    #expect(parse(text, environment: ["MINE_BASE_URL": "https://h"]).problems == [])
    #expect(parse(text, environment: ["MINE_BASE_URL": ""]).problems.count == 1)
  }

  @Test("names in messages cannot disturb a terminal")
  func terminal() {
    let parsed = parse("{ \"a\\u001b[31m\\u202e\\n\": 1 }")
    #expect(parsed.problems.first?.message == "unknown key \"a?[31m??\"")
  }
}
