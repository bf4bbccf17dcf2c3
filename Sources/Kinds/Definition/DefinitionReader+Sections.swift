import JSONText
import Spelling

extension DefinitionReader {
  func readSections(
    _ object: ObjectReader, into definition: inout KindDefinition, log: ProblemLog
  ) {
    readInput(object, &definition)
    readVariables(object, &definition, log)
    readModel(object, &definition)
    readChunking(object, &definition)
    readCompression(object, &definition)
    readOutput(object, &definition)
    readChecks(object, &definition, log)
    readRetry(object, &definition)
    definition.fallback = object.choice("fallback", KindDefinition.Fallback.self) ?? .none
    definition.isReusable = object.bool("reuse") ?? false
    guard let privacy = object.object("privacy") else { return }
    definition.privacy.localOnly = privacy.bool("localOnly") ?? false
    definition.privacy.redact = privacy.bool("redact") ?? false
    privacy.finish()
  }

  private func readInput(_ object: ObjectReader, _ definition: inout KindDefinition) {
    guard let input = object.object("input") else { return }
    if let names = input.strings("types") {
      let kinds = names.map { KindDefinition.InputRules.Kind(rawValue: $0) }
      let all = KindDefinition.InputRules.Kind.allCases.map(\.rawValue)
      for (name, kind) in zip(names, kinds) where kind == nil {
        input.report(
          "\(name) is no type of input; there are \(all.joined(separator: ", "))", key: "types",
          suggestion: Spelling.closest(to: name, among: all))
      }
      definition.input.kinds = kinds.compactMap { $0 }
      if names.isEmpty { input.report("must name at least one type", key: "types") }
    }
    definition.input.maxBytes =
      input.integer("maxBytes", in: 1...(1 << 32)) ?? definition.input.maxBytes
    input.finish()
  }

  private func readModel(_ object: ObjectReader, _ definition: inout KindDefinition) {
    guard let model = object.object("model") else { return }
    definition.model.contextTokens =
      model.integer("contextTokens", in: 512...100_000_000) ?? definition.model.contextTokens
    definition.model.maxOutputTokens = model.integer("maxOutputTokens", in: 1...10_000_000)
    definition.model.temperature = model.number("temperature", in: 0...2)
    model.finish()
  }

  private func readChunking(_ object: ObjectReader, _ definition: inout KindDefinition) {
    guard let chunking = object.object("chunking") else { return }
    let defaults = definition.chunking
    definition.chunking.maxTokens =
      chunking.integer("maxTokens", in: 64...1_000_000) ?? defaults.maxTokens
    definition.chunking.windowShare =
      chunking.number("windowShare", in: 0.05...0.9) ?? defaults.windowShare
    definition.chunking.fanIn = chunking.integer("fanIn", in: 2...32) ?? defaults.fanIn
    definition.chunking.maxDepth = chunking.integer("maxDepth", in: 1...8) ?? defaults.maxDepth
    definition.chunking.maxCalls =
      chunking.integer("maxCalls", in: 1...100_000) ?? defaults.maxCalls
    chunking.finish()
  }

  private func readCompression(_ object: ObjectReader, _ definition: inout KindDefinition) {
    guard let compress = object.object("compress") else { return }
    if let marker = compress.string("marker") {
      definition.compression.marker = marker
      if marker.utf8.count < 8 { compress.report("must have at least 8 characters", key: "marker") }
    }
    definition.compression.sections = compress.strings("sections") ?? []
    definition.compression.keptToolResults =
      compress.integer("keptToolResults", in: 0...1_000) ?? definition.compression.keptToolResults
    compress.finish()
  }

  private func readOutput(_ object: ObjectReader, _ definition: inout KindDefinition) {
    guard let output = object.object("output") else { return }
    definition.output.format =
      output.choice("format", KindDefinition.Output.Format.self) ?? definition.output.format
    definition.output.maxChars = output.integer("maxChars", in: 1...1_000_000_000)
    definition.output.prefixes = (output.strings("prefixes") ?? []).map { $0.lowercased() }
    output.finish()
  }

  private func readChecks(
    _ object: ObjectReader, _ definition: inout KindDefinition, _ log: ProblemLog
  ) {
    guard let node = object.node("checks") else { return }
    guard let elements = node.elements else {
      return object.report("must be an array", key: "checks")
    }
    for (index, element) in elements.enumerated() {
      let pointer = object.pointer(to: "checks") + "/\(index)"
      guard let check = ObjectReader(element, at: pointer, log: log) else { continue }
      let id = check.choice("id", KindDefinition.Check.ID.self, required: true)
      let severity = check.choice("severity", KindDefinition.Check.Severity.self) ?? .fail
      if let id { definition.checks.append(KindDefinition.Check(id: id, severity: severity)) }
      check.finish()
    }
  }

  private func readRetry(_ object: ObjectReader, _ definition: inout KindDefinition) {
    guard let retry = object.object("retry") else { return }
    definition.retry.attempts = retry.integer("attempts", in: 1...1_000)
    definition.retry.timeoutSeconds = retry.number("timeoutSeconds", in: 0.001...86_400)
    if let node = retry.node("backoff") {
      let seconds = node.elements?.compactMap(\.double).filter { $0 >= 0 && $0 <= 604_800 }
      if let seconds, !seconds.isEmpty, seconds.count == node.elements?.count {
        definition.retry.backoff = seconds
      } else {
        retry.report("must be an array of seconds", key: "backoff")
      }
    }
    retry.finish()
  }
}
