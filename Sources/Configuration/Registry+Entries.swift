import Fallback

extension Registry {
  /// In the order of discovery. Models rot fast: this table is the only place that names them.
  package static let entries: [RegistryEntry] = gateways + vendors + hosts + local

  private static let gateways: [RegistryEntry] = [
    RegistryEntry(
      id: "openrouter", baseURL: "https://openrouter.ai/api/v1", keyNames: ["OPENROUTER_API_KEY"],
      model: "google/gemini-3-flash-preview"),
    RegistryEntry(
      id: "nous", baseURL: "https://inference-api.nousresearch.com/v1",
      keyNames: ["NOUS_API_KEY"], model: "google/gemini-3-flash-preview"),
  ]

  private static let vendors: [RegistryEntry] = [
    RegistryEntry(
      id: "openai", aliases: ["openai-api"], baseURL: "https://api.openai.com/v1",
      keyNames: ["OPENAI_API_KEY"], model: "gpt-5-nano", context: 400_000),
    RegistryEntry(
      id: "anthropic", aliases: ["claude"], baseURL: "https://api.anthropic.com",
      dialect: .messages, auth: .anthropic,
      keyNames: ["ANTHROPIC_API_KEY", "ANTHROPIC_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"],
      sharedKeyNames: ["ANTHROPIC_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"],
      model: "claude-haiku-4-5-20251001", context: 200_000),
    RegistryEntry(
      id: "gemini", aliases: ["google", "google-gemini"],
      baseURL: "https://generativelanguage.googleapis.com/v1beta/openai",
      keyNames: ["GOOGLE_API_KEY", "GEMINI_API_KEY"], model: "gemini-3.5-flash"),
    RegistryEntry(
      id: "deepseek", baseURL: "https://api.deepseek.com/v1", keyNames: ["DEEPSEEK_API_KEY"],
      model: "deepseek-chat", context: 128_000),
    RegistryEntry(
      id: "xai", aliases: ["grok", "x-ai"], baseURL: "https://api.x.ai/v1",
      keyNames: ["XAI_API_KEY"], model: "grok-build-0.1"),
    RegistryEntry(
      id: "zai", aliases: ["glm", "z-ai", "zhipu"], baseURL: "https://api.z.ai/api/paas/v4",
      keyNames: ["GLM_API_KEY", "ZAI_API_KEY", "Z_AI_API_KEY"], baseURLNames: ["GLM_BASE_URL"],
      model: "glm-4.5-flash", context: 128_000),
    RegistryEntry(
      id: "kimi", aliases: ["kimi-coding", "moonshot"], baseURL: "https://api.moonshot.ai/v1",
      keyNames: ["KIMI_API_KEY", "KIMI_CODING_API_KEY", "MOONSHOT_API_KEY"],
      model: "kimi-k2-turbo-preview", context: 256_000,
      keyEndpoints: [KeyEndpoint(prefix: "sk-kimi-", baseURL: "https://api.kimi.com/coding/v1")]),
    RegistryEntry(
      id: "kimi-cn", aliases: ["kimi-coding-cn"], baseURL: "https://api.moonshot.cn/v1",
      keyNames: ["KIMI_CN_API_KEY"], model: "kimi-k2-turbo-preview", context: 256_000),
    RegistryEntry(
      id: "minimax", baseURL: "https://api.minimax.io/anthropic", dialect: .messages,
      keyNames: ["MINIMAX_API_KEY"], model: "MiniMax-M3"),
    RegistryEntry(
      id: "minimax-cn", baseURL: "https://api.minimaxi.com/anthropic", dialect: .messages,
      keyNames: ["MINIMAX_CN_API_KEY"], model: "MiniMax-M3"),
    RegistryEntry(
      id: "xiaomi", aliases: ["mimo"], baseURL: "https://api.xiaomimimo.com/v1",
      keyNames: ["XIAOMI_API_KEY"], model: "mimo-v2.6-flash"),
    RegistryEntry(
      id: "alibaba", aliases: ["dashscope", "qwen"],
      baseURL: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
      keyNames: ["DASHSCOPE_API_KEY"]),
    RegistryEntry(
      id: "mistral", baseURL: "https://api.mistral.ai/v1", keyNames: ["MISTRAL_API_KEY"],
      model: "ministral-3b-latest", context: 128_000),
  ]

  private static let hosts: [RegistryEntry] = [
    RegistryEntry(
      id: "groq", baseURL: "https://api.groq.com/openai/v1", keyNames: ["GROQ_API_KEY"],
      model: "openai/gpt-oss-20b", context: 131_072),
    RegistryEntry(
      id: "together", aliases: ["together-ai"], baseURL: "https://api.together.xyz/v1",
      keyNames: ["TOGETHER_API_KEY", "TOGETHERAI_API_KEY"], model: "openai/gpt-oss-20b",
      context: 131_072),
    RegistryEntry(
      id: "fireworks", baseURL: "https://api.fireworks.ai/inference/v1",
      keyNames: ["FIREWORKS_API_KEY"], model: "accounts/fireworks/models/glm-5p2"),
    RegistryEntry(
      id: "cerebras", baseURL: "https://api.cerebras.ai/v1", keyNames: ["CEREBRAS_API_KEY"],
      model: "gpt-oss-120b", context: 131_072),
    RegistryEntry(
      id: "nvidia", aliases: ["nim"], baseURL: "https://integrate.api.nvidia.com/v1",
      keyNames: ["NVIDIA_API_KEY", "NVIDIA_NIM_API_KEY"],
      model: "nvidia/llama-3.3-70b-instruct"),
    // A token that many programs use for downloads: it is no sign that somebody wants to pay here.
    RegistryEntry(
      id: "huggingface", aliases: ["hf"], baseURL: "https://router.huggingface.co/v1",
      keyNames: ["HF_TOKEN"], sharedKeyNames: ["HF_TOKEN"], model: "deepseek-ai/DeepSeek-V3.2"),
    RegistryEntry(
      id: "github-models", baseURL: "https://models.github.ai/inference",
      keyNames: ["GITHUB_API_KEY", "GITHUB_TOKEN"], sharedKeyNames: ["GITHUB_TOKEN"],
      context: 8_000, isNeverAutomatic: true),
    RegistryEntry(
      id: "ollama-cloud", baseURL: "https://ollama.com/v1", keyNames: ["OLLAMA_API_KEY"],
      model: "nemotron-3-nano:30b"),
    RegistryEntry(
      id: "azure", aliases: ["azure-foundry"], auth: .header("api-key"),
      keyNames: ["AZURE_FOUNDRY_API_KEY"], baseURLNames: ["AZURE_FOUNDRY_BASE_URL"],
      isNeverAutomatic: true),
  ]

  private static let local: [RegistryEntry] = [
    RegistryEntry(
      id: "ollama", baseURL: "http://127.0.0.1:11434/v1", needsKey: false, isNeverAutomatic: true),
    RegistryEntry(
      id: "lmstudio", aliases: ["lm-studio"], baseURL: "http://127.0.0.1:1234/v1",
      keyNames: ["LM_API_KEY"], baseURLNames: ["LM_BASE_URL"], needsKey: false,
      isNeverAutomatic: true),
    RegistryEntry(
      id: "vllm", baseURL: "http://127.0.0.1:8000/v1", needsKey: false, isNeverAutomatic: true),
    RegistryEntry(
      id: "llamacpp", aliases: ["llama.cpp", "llama-cpp"], baseURL: "http://127.0.0.1:8080/v1",
      needsKey: false, isNeverAutomatic: true),
  ]
}
