import JSONText

extension SettingsReader {
  /// Checks that every provider named anywhere exists and has a model to ask.
  func checkReferences(_ root: Section, _ settings: Settings) {
    if let main = root.value("main") { check(main, settings) }
    for entry in root.value("chain").map(elements) ?? [] { check(entry, settings) }
    for task in root.value("tasks").map(members) ?? [] {
      for entry in task.node["fallback_chain"].map({ elements(at: $0, task.pointer) }) ?? [] {
        check(entry, settings)
      }
      guard let node = task.node["provider"], node.string != "auto", node.string != nil else {
        continue
      }
      check(task, settings)
    }
    for limit in root.value("limits").flatMap({ $0.node["tokens_per_day"] })?.members ?? [] {
      checkName(limit.key, at: limit.keyRange, "/limits/tokens_per_day", settings)
    }
  }

  private func elements(_ value: Located) -> [Located] {
    (value.node.elements ?? []).enumerated().map {
      Located(node: $0.element, pointer: "\(value.pointer)/\($0.offset)")
    }
  }

  private func elements(at node: JSONNode, _ task: String) -> [Located] {
    elements(Located(node: node, pointer: "\(task)/fallback_chain"))
  }

  private func members(_ value: Located) -> [Located] {
    (value.node.members ?? []).map {
      Located(node: $0.value, pointer: JSONPointer.appending($0.key, to: value.pointer))
    }
  }

  /// Checks a provider's name, or an object that holds one beside a model.
  private func check(_ value: Located, _ settings: Settings) {
    let node = value.node.string == nil ? value.node["provider"] : value.node
    guard let node, let name = node.string, !name.isEmpty,
      checkName(name, at: node.range, value.pointer, settings)
    else { return }
    if settings.model(provider: name, asked: value.node["model"]?.string) == nil {
      report(
        .noModel, at: node.range, value.pointer, "the provider \(shown(name)) has no model here",
        suggestion: "add a model to it or to providers.\(name)")
    }
  }

  @discardableResult
  private func checkName(
    _ name: String, at range: Range<Int>, _ pointer: String, _ settings: Settings
  ) -> Bool {
    guard settings.canonicalProvider(name) == nil else { return true }
    if let reason = Registry.unsupported(name) {
      report(.unknownProvider, at: range, pointer, "\(shown(name)) is not supported: \(reason)")
    } else {
      report(
        .unknownProvider, at: range, pointer, "there is no provider named \(shown(name))",
        suggestion: settings.suggestedProvider(name))
    }
    return false
  }
}
