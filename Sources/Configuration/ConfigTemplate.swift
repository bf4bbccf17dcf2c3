/// The file that `config init` writes.
package enum ConfigTemplate {
  /// JSON5 in which every setting is commented out: it changes nothing until somebody edits it. A
  /// line that begins with `//` and exactly one space explains; the others are settings.
  package static let text = #"""
    // Settings of auxq. JSON5: comments and trailing commas are welcome.
    // Every value below is the default or an example; take // away to set it.
    // Spans of time are seconds, or texts such as "90s", "5m", "24h", "7d".
    // Keys never stand here: name a variable (key_env), a file (key_file) or a
    // command (key_command)
    {
      // Tried first, and the safety net of jobs that ask for another provider.
      //main: { provider: "openrouter", model: "google/gemini-3-flash-preview" },

      // Then these, in order: names, or objects with a model.
      //chain: ["local", { provider: "groq", model: "openai/gpt-oss-20b" }],

      // Also try built-in providers that have a key. Default: only when nothing is configured.
      //discover: false,

      // The built-in extractive engine: "never", "unconfigured" or "always".
      //last_resort: "unconfigured",

      //providers: {
      //  local: {
      //    base_url: "http://127.0.0.1:8080/v1",
      //    api: "chat",
      //    model: "qwen",
      //    key_env: "LOCAL_KEY",
      //    context: 32768,
      //    timeout: 120,
      //    concurrency: 8,
      //    strategy: "fill_first",
      //    headers: {},
      //    // Streamed answers, so that silence ends a call early.
      //    first_token_timeout: 60,
      //    idle_timeout: 30,
      //    // How much a reasoning model may think: "none", "minimal", "low", "medium", "high".
      //    reasoning: "low",
      //    // Wait rather than be refused.
      //    requests_per_minute: 60,
      //    tokens_per_minute: 90000,
      //    // Renews expired logins of auth.json. format: "form" or "json".
      //    oauth: { token_url: "https://login.example/token", client_id: "auxq", format: "form" },
      //  },
      //},

      // By kind of job.
      //tasks: {
      //  compress: {
      //    provider: "auto",
      //    model: null,
      //    timeout: 300,
      //    fallback_chain: ["local"],
      //    allow_main_fallback: true,
      //  },
      //},

      //retry: { transient: 1, backoff_base: 0.5, backoff_cap: 8, short_wait: 10 },

      // How long a failing key or address is left alone, by class of failure.
      //health: {
      //  rate_limit: 60, payment: 600, quota: 3600, auth: 300, forbidden: 600,
      //  entitlement: 3600, overloaded: 15, server_error: 30, timeout: 30, connection: 30,
      //  invalid_response: 60, model_not_found: 3600, model_incompatible: 3600,
      //  wrong_endpoint: 300, tls: 300, redirect: 300, max: 3600,
      //},

      //queue: {
      //  max_attempts: 3, backoff: [15, 60, 300], lease: 60,
      //  park_max: "24h", keep_finished: "7d", keep_dead: "30d",
      //},

      // Jobs of a queue that run at once, over all workers together. Default: no limit.
      //queues: { nightly: { concurrency: 2 } },

      // No daily limit unless one is set here.
      //limits: { calls_per_step: 40, tokens_per_day: { openrouter: 2000000 } },
    }

    """#
}
