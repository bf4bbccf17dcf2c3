import Kinds

/// `kinds list` and `kinds show` for people.
enum KindScreen {
  static func list(_ kinds: [KindListing], style: Style, width: Int?) -> String {
    var table = Table([
      .init(title: "NAME", limit: 24), .init(title: "VERSION", limit: 10),
      .init(title: "SOURCE"), .init(title: "DESCRIPTION"),
    ])
    for kind in kinds {
      let source = kind.source.rawValue + (kind.shadowsBuiltIn ? " (shadows)" : "")
      let broken = "broken: auxq kinds check \(kind.name)"
      table.add(
        kind.name, kind.version ?? "-", source, kind.description ?? broken)
    }
    table.paint = { row, column, text in
      column == 3 && !kinds[row].problems.isEmpty ? style.bad(text) : text
    }
    return table.text(style: style, width: width)
  }

  static func show(_ kind: KindDefinition, style: Style) -> String {
    var lines = [style.bold("Kind \(kind.name)") + "  \(Sanitizer.line(kind.description))"]
    func field(_ name: String, _ value: String) {
      let gap = String(repeating: " ", count: max(1, 11 - name.count))
      lines.append("  " + style.dim(name) + gap + Sanitizer.line(value))
    }
    field("version", kind.version)
    field("source", kind.path ?? kind.source.rawValue)
    field("hash", kind.hash)
    if !kind.aliases.isEmpty { field("aliases", kind.aliases.joined(separator: ", ")) }
    field("strategy", kind.strategy.rawValue)
    let types = kind.input.kinds.map(\.rawValue).joined(separator: " or ")
    field("input", "\(types), at most \(Quantity.bytes(kind.input.maxBytes))")
    lines.append("")
    lines.append(style.bold("Variables") + " (--set NAME=VALUE)")
    lines += kind.variables.flatMap { variable($0) }
    if kind.variables.isEmpty { lines.append("  none") }
    for file in kind.files where file.name != "job.json" {
      lines += ["", style.bold(Sanitizer.line(file.name))]
      lines.append(Sanitizer.text(trimmed(String(decoding: file.bytes, as: UTF8.self))))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }

  private static func variable(_ variable: Variable) -> [String] {
    var details: [String] = []
    if variable.isRequired { details.append("required") }
    if let value = variable.defaultValue { details.append("default \(value)") }
    if variable.allowed.isEmpty {
      details.append(variable.type.rawValue)
    } else {
      details.append(variable.allowed.joined(separator: ", "))
    }
    if let range = range(variable) { details.append(range) }
    let text = "\(variable.description) (\(details.joined(separator: "; ")))"
    return Columns.definition(variable.name, Sanitizer.line(text), column: 15)
  }

  private static func range(_ variable: Variable) -> String? {
    func text(_ value: Double) -> String {
      Int(exactly: value).map { Quantity.count($0) } ?? "\(value)"
    }
    return switch (variable.minimum, variable.maximum) {
    case (let low?, let high?): "\(text(low)) to \(text(high))"
    case (let low?, nil): "at least \(text(low))"
    case (nil, let high?): "at most \(text(high))"
    case (nil, nil): nil
    }
  }
}
