import JSONText
import Spelling

extension DefinitionReader {
  func readPrompts(
    _ object: ObjectReader, into definition: inout KindDefinition, log: ProblemLog
  ) {
    guard let prompts = object.object("prompts") else {
      return object.report("is missing", key: "prompts")
    }
    for role in PromptRole.allCases {
      guard let file = prompts.string(role.rawValue) else { continue }
      readPrompt(role, file, prompts, &definition, log)
    }
    for role in definition.strategy.requiredPrompts where definition.prompts[role] == nil {
      if !prompts.hasKey(role.rawValue) {
        prompts.report(
          "is missing: \(definition.strategy.rawValue) needs it", key: role.rawValue)
      }
    }
    prompts.finish()
  }

  private func readPrompt(
    _ role: PromptRole, _ file: String, _ prompts: ObjectReader,
    _ definition: inout KindDefinition, _ log: ProblemLog
  ) {
    guard Self.isFileName(file) else {
      return prompts.report(
        "must be the name of a .md file inside the folder", key: role.rawValue)
    }
    switch load(file) {
    case .unusable(let why):
      prompts.report("\(file) \(why)", key: role.rawValue)
    case .bytes(let bytes):
      if !definition.files.contains(where: { $0.name == file }) {
        definition.files.append(DefinitionFile(name: file, bytes: bytes))
      }
      let own = ProblemLog(file: location + "/" + file, bytes: bytes)
      definition.prompts[role] = template(role, bytes, definition, own)
      log.append(own.problems)
    }
  }

  private static func isFileName(_ name: String) -> Bool {
    name.hasSuffix(".md") && name.utf8.count > 3 && name.utf8.count <= 128 && !name.hasPrefix(".")
      && name.utf8.allSatisfy { Template.isNameByte($0) || $0 == UInt8(ascii: ".") }
  }

  private func template(
    _ role: PromptRole, _ bytes: [UInt8], _ definition: KindDefinition, _ log: ProblemLog
  ) -> Template? {
    if let offset = UTF8Text.firstInvalidOffset(in: bytes) {
      log.add("is not UTF-8", at: offset)
      return nil
    }
    var text = bytes
    while let last = text.last, last == 0x0A || last == 0x0D { text.removeLast() }
    if text.isEmpty { log.add("is empty", at: 0) }
    do throws(Template.Mistake) {
      let template = try Template(text)
      let names = role.placeholders + definition.variables.map(\.name)
      for (name, offset) in template.placeholders where !names.contains(name) {
        log.add(
          "{{\(name)}} is neither a variable nor filled in here", at: offset,
          suggestion: Spelling.closest(to: name, among: names).map { "{{\($0)}}" })
      }
      return template
    } catch {
      log.add(error.message, at: error.offset)
      return nil
    }
  }
}

extension KindDefinition {
  /// What only shows when the sections are seen side by side.
  func checkTogether(root: ObjectReader, log: ProblemLog) {
    let names = Set(prompts.values.flatMap { $0.placeholders.map(\.name) })
    let text = strategy == .items ? "items" : "text"
    if let prompt = prompts[.prompt], !prompt.placeholders.contains(where: { $0.name == text }) {
      root.report("the prompt never names {{\(text)}}", key: "prompts")
    }
    for variable in variables where variable.isRequired && !names.contains(variable.name) {
      guard !strategy.engineVariables.contains(variable.name) else { continue }
      root.report("no prompt names the required variable {{\(variable.name)}}", key: "variables")
    }
    let asksAgain = output.format != .text || checks.contains { $0.severity == .repair }
    if asksAgain, strategy == .single || strategy == .mapReduce, prompts[.repair] == nil {
      root.report(
        "needs a repair prompt, since an answer may have to be asked for again", key: "prompts")
    }
    if strategy == .compress, input.kinds != [.messages] {
      root.report("compress takes messages and nothing else", key: "input")
    }
    if (strategy == .items) != (input.kinds == [.items]) {
      root.report("items is the input of strategy items, and its only one", key: "input")
    }
    checkWindow(root: root)
    checkFallback(root: root)
  }

  private func checkWindow(root: ObjectReader) {
    let longest = prompts.values.map { TokenEstimate.tokens($0.expanded([:])) }.max() ?? 0
    let needed = longest + (model.maxOutputTokens ?? 0) + 256
    if needed > model.contextTokens {
      root.report(
        "prompts and answer need about \(needed) tokens, more than contextTokens", key: "model")
    }
  }

  private func checkFallback(root: ObjectReader) {
    let isFitting =
      switch fallback {
      case .none: true
      case .extractive: strategy == .mapReduce || strategy == .single && output.format == .text
      case .firstLine: strategy == .single && output.format == .line
      case .digest: strategy == .compress
      }
    if !isFitting {
      root.report(
        "\(fallback.rawValue) cannot stand in for this strategy and output", key: "fallback")
    }
  }
}
