import Configuration
import Credentials
import Fallback
import JSONText
import Queue
import Worker

/// `providers`: every provider that can be asked, what was found for it and what is missing. Nothing is
/// sent.
enum ProvidersCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let store = try session.existingStore(.read)
    defer { store?.close() }
    let engine = try session.engine(store ?? NoStore())
    let routes = engine.resolve(kind: "", provider: nil, model: nil).plan?.routes ?? []
    let inChain = Set(routes.map(\.provider))
    let rows = try session.providers(engine).map {
      ProviderRow($0, engine, session.program.environment, isInChain: inChain.contains($0))
    }
    if session.invocation.wantsJSON {
      try session.emitLines(rows.map(\.json))
    } else {
      let isOne = session.invocation.argument("PROVIDER") != nil
      let shown = rows.filter { isOne || session.invocation.has("all") || $0.isOfUse }
      try session.emit(table(shown).text(style: session.style, width: session.width))
      if shown.count < rows.count {
        session.note(
          "auxq: \(rows.count - shown.count) more have no key here; all of them: auxq providers --all"
        )
      }
    }
    return .success
  }

  private static func table(_ rows: [ProviderRow]) -> Table {
    var table = Table([
      .init(title: "PROVIDER", limit: 24), .init(title: "API"), .init(title: "MODEL", limit: 32),
      .init(title: "BASE URL", limit: 52), .init(title: "CHAIN"),
      .init(title: "KEY OR WHAT IS MISSING"),
    ])
    for row in rows {
      table.add(
        row.name, row.dialect.rawValue, row.model ?? "-", row.address?.url.text ?? "-",
        row.isInChain ? "in" : "", row.missing ?? row.keyText)
    }
    return table
  }
}

/// One line of `providers`.
struct ProviderRow {
  var name: String
  var entry: RegistryEntry?
  var own: ProviderSettings?
  var dialect: Dialect
  var model: String?
  var context: Int?
  var address: ProviderAddress?
  var isInChain: Bool
  /// Labels of the credentials that can be used.
  var keys: [String]
  var isKeyNeeded: Bool
  var variables: [(name: String, isSet: Bool, isShared: Bool)]
  /// What keeps it from being asked, and what to do; nil: nothing.
  var missing: String?

  init(_ name: String, _ engine: Engine, _ environment: [String: String], isInChain: Bool) {
    let settings = engine.settings
    let known = Registry.entry(name)
    entry = known
    own = settings.providers[name]
    self.name = name
    self.isInChain = isInChain
    dialect = own?.dialect ?? known?.dialect ?? .chat
    model = settings.model(provider: name, asked: nil)
    context = own?.context ?? (model == known?.model ? known?.context : nil)
    keys = engine.pools.credentials(name).map(\.label)
    let sources = settings.keySources(name)
    isKeyNeeded = sources.needsKey || sources.isConfigured
    variables = sources.names.map { variable in
      (
        variable, !(environment[variable] ?? "").isEmpty,
        !sources.isConfigured && known?.sharedKeyNames.contains(variable) == true
      )
    }
    do throws(AddressFault) {
      address = try settings.address(name, environment: environment)
    } catch {
      missing = Self.words(error, name)
      return
    }
    if !engine.pools.canAsk(name) {
      let problems = engine.pools.problems(name)
      let isUnset = !sources.isConfigured && problems.allSatisfy { $0.code == .variableMissing }
      missing =
        (isUnset ? nil : KeyWording.sentence(problems)) ?? Self.keyAdvice(variables, name)
    } else if model == nil {
      missing = "no model: set providers.\(name).model, or name one in the chain"
    }
  }

  /// Worth a line in a short list: configured, or it could be asked.
  var isOfUse: Bool { own != nil || isInChain || (missing == nil && isKeyNeeded) || !keys.isEmpty }

  var keyText: String {
    guard !keys.isEmpty else { return "asked without a key" }
    let shared = variables.filter { $0.isShared && $0.isSet && keys.contains($0.name) }
    let isOptIn = !isInChain && !shared.isEmpty && shared.count == keys.count
    return keys.joined(separator: ", ") + (isOptIn ? " (only where you name the provider)" : "")
  }

  var json: JSONValue {
    [
      "provider": .string(name), "built_in": .bool(entry != nil), "configured": .bool(own != nil),
      "aliases": .array((entry?.aliases ?? []).map { .string($0) }),
      "api": .string(dialect.rawValue), "base_url": .optional(address?.url.text),
      "base_url_from": .optional(addressSource), "model": .optional(model),
      "context": .optional(context), "needs_key": .bool(isKeyNeeded),
      "variables": .array(
        variables.map {
          ["name": .string($0.name), "set": .bool($0.isSet), "opt_in": .bool($0.isShared)]
        }),
      "credentials": .array(keys.map { .string($0) }),
      "automatic": .bool(entry.map { !$0.isNeverAutomatic } ?? false),
      "in_chain": .bool(isInChain), "usable": .bool(missing == nil), "missing": .optional(missing),
    ]
  }

  private var addressSource: String? {
    switch address?.source {
    case .config: "config"
    case .environment(let name): name
    case .registry: "built-in"
    case nil: nil
    }
  }

  private static func keyAdvice(
    _ variables: [(name: String, isSet: Bool, isShared: Bool)], _ name: String
  ) -> String {
    let names = variables.map(\.name).joined(separator: " or ")
    return names.isEmpty ? "no key: set providers.\(name).key_env" : "no key: set \(names)"
  }

  private static func words(_ fault: AddressFault, _ name: String) -> String {
    switch fault {
    case .missing: "no address: set providers.\(name).base_url"
    case .invalid(let variable, let fault): "\(variable): \(fault.message)"
    }
  }
}
