/// One kind of job as data: a folder with `job.json` and Markdown prompts, read and checked.
package struct KindDefinition: Sendable {
  /// How the pieces of work follow each other.
  package enum Strategy: String, CaseIterable, Sendable {
    /// One call.
    case single
    /// One call if the input fits, else chunks whose results are merged.
    case mapReduce = "map-reduce"
    /// Messages in, fewer messages out.
    case compress
    /// One label for each item.
    case items
  }

  package enum Source: String, Sendable {
    case builtIn = "built-in"
    case user
    /// Re-created from what a job has stored.
    case snapshot
  }

  /// What may come in.
  package struct InputRules: Sendable, Hashable {
    package enum Kind: String, CaseIterable, Sendable {
      case text, messages, items
      /// Read down to its main text.
      case html
      /// Turned into text where the job is made.
      case pdf
    }
    package var kinds: [Kind] = [.text]
    package var maxBytes = 50 << 20
  }

  /// What the request asks of a model; nil is not sent.
  package struct ModelRules: Sendable, Hashable {
    /// The window to plan with while the model's own is not known.
    package var contextTokens = 32_768
    package var maxOutputTokens: Int?
    package var temperature: Double?
  }

  package struct Chunking: Sendable, Hashable {
    package var maxTokens = 6_000
    /// Of the usable window.
    package var windowShare = 0.45
    package var fanIn = 8
    package var maxDepth = 4
    package var maxCalls = 400
  }

  package struct Compression: Sendable, Hashable {
    /// First words of an inserted summary, by which it is known again.
    package var marker = "[Summary of the earlier conversation]"
    /// Headings that a summary should have.
    package var sections: [String] = []
    /// Newest tool results before the latest turns that pruning leaves alone.
    package var keptToolResults = 3
  }

  package struct Output: Sendable, Hashable {
    package enum Format: String, CaseIterable, Sendable {
      case text
      /// One cleaned line.
      case line
      case json
    }
    package var format = Format.text
    package var maxChars: Int?
    /// Words such as `title` that models put in front of a line.
    package var prefixes: [String] = []
  }

  package struct Check: Sendable, Hashable {
    package enum ID: String, CaseIterable, Sendable {
      case notRefusal = "not-refusal"
      case script
      case shorter
    }
    package enum Severity: String, CaseIterable, Sendable {
      case fail
      /// Asked once more, then failed.
      case repair
      /// Only written to the report.
      case warn
    }
    package var id: ID
    package var severity: Severity
  }

  /// Defaults for jobs of this kind; nil leaves the configuration's.
  package struct RetryRules: Sendable, Hashable {
    package var attempts: Int?
    /// Seconds.
    package var backoff: [Double]?
    package var timeoutSeconds: Double?
  }

  /// What serves without any model.
  package enum Fallback: String, CaseIterable, Sendable {
    case none
    case extractive
    case firstLine = "first-line"
    case digest
  }

  package struct Privacy: Sendable, Hashable {
    /// Only routes on loopback may serve this kind.
    package var localOnly = false
    /// Strings that look like secrets are taken out of what is sent and of what comes back.
    package var redact = false
  }

  package var name: String
  package var aliases: [String] = []
  package var version: String
  package var description: String
  package var strategy: Strategy
  package var input = InputRules()
  package var variables: [Variable] = []
  package var model = ModelRules()
  package var chunking = Chunking()
  package var compression = Compression()
  package var output = Output()
  package var checks: [Check] = []
  package var retry = RetryRules()
  package var fallback = Fallback.none
  package var privacy = Privacy()
  /// The same input and options need no second call: the result that is there is given again.
  package var isReusable = false

  package var source = Source.builtIn
  /// The folder, for kinds of the user.
  package var path: String?
  /// `sha256:` and 64 hexadecimal digits over the content that counts.
  package var hash = ""
  /// `job.json` first, then the prompts it names.
  package var files: [DefinitionFile] = []

  var prompts: [PromptRole: Template] = [:]

  func severity(of check: Check.ID) -> Check.Severity? { checks.first { $0.id == check }?.severity }
}

/// One file of a definition.
package struct DefinitionFile: Sendable, Hashable {
  /// Its name inside the folder.
  package var name: String
  package var bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// What a prompt is for, and which placeholders the engine fills in it.
enum PromptRole: String, CaseIterable {
  case system, prompt, map, reduce, update, shorten, repair

  var placeholders: [String] {
    switch self {
    case .system: ["fence", "name"]
    case .prompt: ["fence", "name", "text", "target_words", "items", "count"]
    case .map: ["fence", "name", "text", "part", "parts", "breadcrumb", "part_words"]
    case .reduce: ["fence", "name", "text", "parts", "target_words"]
    case .update: ["fence", "name", "text", "previous", "target_words"]
    case .shorten: ["target_words"]
    case .repair: ["problem", "count"]
    }
  }

  static let reserved = Set(allCases.flatMap(\.placeholders))
}

extension KindDefinition.Strategy {
  var requiredPrompts: [PromptRole] {
    switch self {
    case .single: [.prompt]
    case .mapReduce: [.prompt, .map, .reduce]
    case .compress: [.prompt, .update, .map, .reduce, .shorten]
    case .items: [.prompt, .repair]
    }
  }

  /// Variables that the engine itself acts on, so that no prompt has to name them.
  var engineVariables: Set<String> {
    switch self {
    case .single: ["system", "temperature", "max_tokens", "json", "schema", "language"]
    case .mapReduce: ["words", "format", "policy", "temperature", "max_tokens"]
    case .compress: ["window", "threshold", "target", "force", "degraded", "temperature"]
    case .items: ["labels", "temperature"]
    }
  }
}
