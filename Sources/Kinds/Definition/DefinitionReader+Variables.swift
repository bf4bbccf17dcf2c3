import JSONText

extension DefinitionReader {
  func readVariables(
    _ object: ObjectReader, _ definition: inout KindDefinition, _ log: ProblemLog
  ) {
    guard let variables = object.object("variables") else { return }
    for member in variables.all() {
      let pointer = variables.pointer(to: member.key)
      let isName =
        !member.key.isEmpty && member.key.utf8.allSatisfy(Template.isNameByte)
        && !PromptRole.reserved.contains(member.key)
      if !isName {
        log.add(
          "cannot be the name of a variable", at: member.keyRange.lowerBound, pointer: pointer)
      }
      guard let reader = ObjectReader(member.value, at: pointer, log: log) else { continue }
      definition.variables.append(readVariable(member.key, reader))
      reader.finish()
    }
  }

  private func readVariable(_ name: String, _ reader: ObjectReader) -> Variable {
    var variable = Variable(name: name)
    variable.type = reader.choice("type", Variable.ValueType.self, required: true) ?? .string
    variable.description = reader.string("description") ?? ""
    variable.isRequired = reader.bool("required") ?? false
    variable.allowed = reader.strings("enum") ?? []
    readRange(reader, &variable)
    readPhrases(reader, &variable)
    variable.absent = reader.string("absent") ?? ""
    readDefault(reader, &variable)
    return variable
  }

  private func readRange(_ reader: ObjectReader, _ variable: inout Variable) {
    let all = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    variable.minimum = reader.number("min", in: all)
    variable.maximum = reader.number("max", in: all)
    let isNumeric = variable.type == .integer || variable.type == .number
    if !isNumeric, variable.minimum != nil || variable.maximum != nil {
      reader.report(
        "only integers and numbers have min and max", key: variable.minimum == nil ? "max" : "min")
    }
    if let low = variable.minimum, let high = variable.maximum, low > high {
      reader.report("min is above max", key: "min")
    }
  }

  /// `phrase` is one text for every value, or an object of texts by value.
  private func readPhrases(_ reader: ObjectReader, _ variable: inout Variable) {
    guard let node = reader.node("phrase") else { return }
    if let text = node.string {
      variable.phrases["*"] = phraseTemplate(text, reader)
    } else if let members = node.members {
      for member in members {
        guard let text = member.value.string else {
          reader.report("must hold strings", key: "phrase")
          continue
        }
        let isKnown = variable.allowed.isEmpty || variable.allowed.contains(member.key)
        if !isKnown { reader.report("\(member.key) is no value of the enum", key: "phrase") }
        variable.phrases[member.key] = phraseTemplate(text, reader)
      }
    } else {
      reader.report("must be a string, or an object of strings by value", key: "phrase")
    }
  }

  private func phraseTemplate(_ text: String, _ reader: ObjectReader) -> Template? {
    do throws(Template.Mistake) {
      let template = try Template(Array(text.utf8))
      for (name, _) in template.placeholders where name != "value" {
        reader.report("{{\(name)}} is not known here, only {{value}}", key: "phrase")
      }
      return template
    } catch {
      reader.report(error.message, key: "phrase")
      return nil
    }
  }

  private func readDefault(_ reader: ObjectReader, _ variable: inout Variable) {
    guard let node = reader.node("default"), !node.isNull else { return }
    guard let text = Self.setting(node) else {
      return reader.report("must be a string, number or boolean", key: "default")
    }
    if variable.isRequired { reader.report("a required variable has no default", key: "default") }
    guard !text.isEmpty else { return }
    do throws(VariableMistake) {
      variable.defaultValue = try variable.normalised(text)
    } catch {
      reader.report(error.message, key: "default", suggestion: error.suggestion)
    }
  }

  /// A value in the spelling of `--set`.
  private static func setting(_ node: JSONNode) -> String? {
    switch node.kind {
    case .string(let text): text
    case .number(let raw): raw
    case .bool(let value): value ? "true" : "false"
    case .null, .array, .object: nil
    }
  }
}
